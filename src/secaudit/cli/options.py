"""Options that several commands share, and what they mean.

Never here: what a command does.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import click

from secaudit.cli.language import say
from secaudit.errors import UsageError
from secaudit.model.text import Text
from secaudit.pipeline.workspace import Workspace, find

Command = TypeVar("Command", bound=Callable[..., Any])

JAPAN = timezone(timedelta(hours=9), "JST")

workspace_option = click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help=say("policies/ と evidence/ のあるフォルダー（既定: いまのフォルダー）", "folder with policies/ and evidence/ (default: here)"),
)
lang_option = click.option(
    "--lang", type=click.Choice(["ja", "en"]), help=say("表示の言語（既定: 日本語）", "language (default: Japanese, or an en_* locale)")
)
policy_option = click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="NAME",
    help=say("ポリシー（繰り返し可、既定: すべて）", "policy (repeatable; default: all)"),
)
year_option = click.option(
    "--fiscal-year",
    metavar="YEAR|all",
    help=say("対象年度（既定: 証跡のある最新年度）", "fiscal year (default: the newest with evidence)"),
)
as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=say("基準日（既定: 年度末日、年度の途中は今日）", "as-of date (default: last day of the year, or today while it runs)"),
)


def shared(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Apply several options in the order written."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def workspace_at(root: Path) -> Workspace:
    """Return the workspace; raises `UsageError` if the folder is not there."""
    if not root.is_dir():
        raise UsageError(
            Text(ja=f"フォルダー `{root.name}` がない", en=f"there is no folder `{root.name}`"),
            hint=Text(
                ja="--workspace に policies/ のあるフォルダーを指定してください", en="name the folder that holds policies/ with --workspace"
            ),
        )
    return find(root)


def policy_paths(workspace: Workspace, names: Sequence[str]) -> tuple[Path, ...]:
    """Return the policy files meant; raises `UsageError` for a name that is not there, or if there is none at all."""
    if not names:
        found = workspace.policies()
        if not found:
            raise UsageError(
                Text(ja="このフォルダーには policies/*.yaml がない", en="there is no policies/*.yaml in this folder"),
                hint=Text(ja="`secaudit init` で始められます", en="`secaudit init` makes a workspace"),
            )
        return found
    return tuple(_policy_path(workspace, name) for name in names)


def _policy_path(workspace: Workspace, name: str) -> Path:
    candidates = [workspace.policy(name), Path(name)]
    for path in candidates:
        if path.suffix in (".yaml", ".yml") and path.is_file():
            return path
    known = ", ".join(path.stem for path in workspace.policies()) or "-"
    raise UsageError(
        Text(ja=f"ポリシー `{name}` がない", en=f"there is no policy `{name}`"),
        hint=Text(ja=f"あるもの: {known}", en=f"there are: {known}"),
    )


def today() -> date:
    """Return today's date in Japan."""
    return datetime.now(JAPAN).date()


def now_text() -> str:
    """Return the present second in Japan, ISO 8601 with offset."""
    return datetime.now(UTC).astimezone(JAPAN).isoformat(timespec="seconds")


def as_of_date(fiscal_year: int, asked: datetime | None, current: date) -> date:
    """Return the as-of date asked for, or the default; raises `UsageError` if it lies before the fiscal year."""
    if asked is None:
        return default_as_of(fiscal_year, current)
    if asked.date() < date(fiscal_year, 4, 1):
        day = asked.date().isoformat()
        raise UsageError(
            Text(ja=f"基準日 {day} が{fiscal_year}年度より前", en=f"the as-of date {day} lies before fiscal year {fiscal_year}"),
            hint=Text(ja="年度内かそれ以後の日にするか、--fiscal-year を変えてください", en="choose a later day, or another --fiscal-year"),
        )
    return asked.date()


def default_as_of(fiscal_year: int, current: date) -> date:
    """Return the last day of the fiscal year, or today while the year still runs."""
    end = date(fiscal_year + 1, 3, 31)
    return min(end, current) if current >= date(fiscal_year, 4, 1) else end


def chosen_years(workspace: Workspace, policy: str, asked: str | None) -> Iterable[int]:
    """Return the fiscal years meant by `--fiscal-year`; raises `UsageError` for anything but a year or `all`."""
    years = workspace.fiscal_years(policy)
    if asked is None:
        return years[-1:]
    if asked == "all":
        return years
    digits = asked.removeprefix("FY")
    if len(digits) == 4 and digits.isdecimal():
        return (int(digits),)
    raise UsageError(
        Text(ja=f"年度 `{asked}` が読めない", en=f"cannot read the fiscal year `{asked}`"),
        hint=Text(ja="2025 のような西暦4桁か all を指定してください", en="give four digits such as 2025, or all"),
    )


def output_file(text: str, formats: Sequence[str], place: Workspace) -> tuple[str, Path]:
    """Return format and path of an `--output FORMAT:FILE`; raises `UsageError` for an unknown format or a file among the inputs."""
    kind, colon, name = text.partition(":")
    if not colon or kind not in formats or not name:
        raise UsageError(
            Text(ja=f"--output `{text}` が読めない", en=f"cannot read --output `{text}`"),
            hint=Text(
                ja=f"形式:ファイル の形で。形式は {', '.join(formats)}",
                en=f"write FORMAT:FILE, with a format of {', '.join(formats)}",
            ),
        )
    path = Path(name)
    inputs = [place.controls, *(place.root / part for part in ("policies", "controls", "evidence", ".secaudit"))]
    if any(path.resolve().is_relative_to(folder.resolve()) for folder in inputs):
        raise UsageError(
            Text(ja=f"`{path.name}` を入力のフォルダーには書けない", en=f"`{path.name}` would be written among the inputs"),
            hint=Text(
                ja="policies/ controls/ evidence/ .secaudit/ の外を指定してください",
                en="name a file outside policies/, controls/, evidence/ and .secaudit/",
            ),
        )
    return kind, path
