"""`secaudit zones diff`: what a change of device configurations newly permits and newly forbids.

* OLD and NEW are two workspaces, two topology files, or two configurations of one device; both of one sort.
* Exit 0 if nothing is newly permitted, 1 if something is or if a pair is undecided, 3 if a side could not be read.

Never here: comparing (`netproof`), wording (`reports`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import click

from secaudit.cli import console
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import LANG, say
from secaudit.cli.options import (
    as_of_option,
    chosen_years,
    lang_option,
    output_file,
    policy_paths,
    shared,
    today,
    workspace_at,
    workspace_option,
)
from secaudit.errors import ManyError, SecauditError, UnknownNameError, UsageError
from secaudit.model.text import Text
from secaudit.model.zones_difference import ZonesDifference
from secaudit.netproof import topology as topologies
from secaudit.netproof.decide import BUDGET
from secaudit.netproof.difference import CONFIRMED
from secaudit.netproof.difference_shown import Side, compared, side
from secaudit.netproof.ir import Source
from secaudit.pipeline.separations import topology_of
from secaudit.pipeline.workspace import Workspace, find
from secaudit.policy.load import load as load_policy
from secaudit.reports.zones_diff import zones_diff_json, zones_diff_terminal
from secaudit.wire import files
from secaudit.wire.files import write_atomic
from secaudit.wire.pointers import suggestion

FORMATS = ("terminal", "json")
BOXES = 20
"""Changes written out for each pair and sort unless asked otherwise."""

TOPOLOGY = (".topology.yaml", ".topology.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What holds for both sides."""

    workspace: Path
    policy: str | None
    device: str | None
    as_of: date
    budget: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The files of one side."""

    place: Workspace
    root: Path
    policy: Path
    topology: Path
    replaced: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))


@click.command(
    "diff",
    help=say(
        "機器の構成を変えると、領域の間で何が新しく通り、何が新しく止まるかを、もれなく出します。決める行を新旧の構成で示し、"
        "示すパケットは別のプログラムで両方の構成に通して確かめます。OLD と NEW は、作業フォルダー二つ、構成図"
        "（*.topology.yaml）二つ、または一台の機器の構成ファイル二つ（--policy と --device でどの機器かを示す）です。"
        "終了コードは、新しく通るものがなければ 0、あるか決められなければ 1、読めなければ 3 です。",
        "Shows exactly what a change of device configurations newly permits and newly forbids between zones, with the lines that decide "
        "in the old and in the new configuration; the packets shown are replayed through both by a separate interpreter. OLD and NEW are "
        "two workspace folders, two topology files (*.topology.yaml), or two configurations of one device (--policy and --device say "
        "whose). Exits 0 if nothing is newly permitted, 1 if something is or cannot be decided, 3 if it could not look.",
    ),
    epilog=say(
        "例:  secaudit zones diff 旧フォルダー 新フォルダー --policy mihon   |   "
        "secaudit zones diff old.conf new.conf --policy mihon --device fw-mihon-01",
        "Examples:  secaudit zones diff old-folder new-folder --policy mihon   |   "
        "secaudit zones diff old.conf new.conf --policy mihon --device fw-mihon-01",
    ),
)
@shared(workspace_option)
@click.option("--policy", metavar="NAME", help=say("ポリシー（一つだけなら省ける）", "policy (may be left out if there is only one)"))
@click.option(
    "--device",
    metavar="NAME",
    help=say("OLD と NEW が構成ファイルのとき: その機器", "where OLD and NEW are configurations: of which device"),
)
@click.option(
    "--fiscal-year",
    metavar="YEAR",
    help=say("構成の書き出しの年度（既定: 証跡のある最新年度）", "fiscal year of the exports (default: the newest with evidence)"),
)
@click.option("--old-fiscal-year", metavar="YEAR", help=say("OLD だけ別の年度にする", "another fiscal year for OLD"))
@shared(as_of_option, lang_option)
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", help=say("標準出力の形式", "format on standard output"))
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT:FILE",
    help=say("ファイルへも出す（繰り返し可）", "also write a file (repeatable)"),
)
@click.option(
    "--boxes",
    type=click.IntRange(1, CONFIRMED),
    default=BOXES,
    show_default=True,
    help=say("組ごとに示す範囲の数", "ranges of packets shown for each pair"),
)
@click.option(
    "--budget",
    type=click.IntRange(1),
    default=BUDGET,
    show_default=True,
    help=say("組ごとに調べる範囲の数の上限（超えれば UNDECIDED）", "most regions looked at per pair (beyond: UNDECIDED)"),
)
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
def diff(  # noqa: D103 - click shows the help above
    workspace: Path,
    policy: str | None,
    device: str | None,
    fiscal_year: str | None,
    old_fiscal_year: str | None,
    as_of: datetime | None,
    lang: str | None,
    form: str,
    outputs: tuple[str, ...],
    boxes: int,
    budget: int,
    old: Path,
    new: Path,
) -> int:
    del lang  # read before click parsed the arguments
    place = workspace_at(workspace)
    written = [output_file(text, FORMATS, place) for text in outputs]
    day = today() if as_of is None else as_of.date()
    asked = _Asked(workspace=workspace, policy=policy, device=device, as_of=day, budget=budget)
    look = _sort(old, new, asked)
    sides: list[Side] = []
    errors: list[SecauditError] = []
    for path, year in ((old, old_fiscal_year or fiscal_year), (new, fiscal_year)):
        try:
            sides.append(_side(look(path, asked), path, year, asked))
        except SecauditError as error:
            errors.append(error)
    if errors:
        console.show_errors(_once(errors))
        return max(console.code_of(error) for error in errors)
    found = compared(sides[0], sides[1], most=boxes)
    for kind, target in written:
        write_atomic(target, _rendered(kind, found).encode())
    console.write(_rendered(form, found))
    clean = all(pair.decided and not pair.permits.count for pair in found.pairs)
    return ExitCode.CLEAN if clean else ExitCode.NOT_GOOD_ENOUGH


def _rendered(form: str, found: ZonesDifference) -> str:
    return zones_diff_json(found) if form == "json" else zones_diff_terminal(found, LANG)


def _once(errors: list[SecauditError]) -> list[SecauditError]:
    """Return the errors without those that both sides have."""
    parts = [part for error in errors for part in (error.errors if isinstance(error, ManyError) else (error,))]
    return [*{console.error_line(part): part for part in parts}.values()]


def _sort(old: Path, new: Path, asked: _Asked) -> Callable[[Path, _Asked], _Found]:
    """Return how the two arguments are read; raises `UsageError` if they are not of one sort."""
    look, other = (_workspace if path.is_dir() else _topology if path.name.endswith(TOPOLOGY) else _configuration for path in (old, new))
    if look is not other:
        raise UsageError(
            Text(ja="OLD と NEW の種類が違う", en="OLD and NEW are not of one sort"),
            hint=Text(
                ja="フォルダー二つ、*.topology.yaml 二つ、構成ファイル二つのどれかにしてください",
                en="give two folders, two *.topology.yaml, or two configuration files",
            ),
        )
    if asked.device is not None and look is not _configuration:
        raise UsageError(
            Text(ja="--device は構成ファイル二つを比べるときだけ", en="--device is for two configuration files"),
            hint=Text(ja="--device を外してください", en="leave --device out"),
        )
    return look


def _workspace(path: Path, asked: _Asked) -> _Found:
    place = workspace_at(path)
    policy = _policy(place, asked)
    return _Found(place=place, root=place.base_of(policy), policy=policy, topology=topology_of(policy))


def _topology(path: Path, asked: _Asked) -> _Found:
    """Return a topology file with the policy named, or with the one beside it."""
    folder = path.absolute().parent
    around = asked.workspace if folder.is_relative_to(asked.workspace.resolve()) else folder
    home = folder.parent if folder.name == "policies" else around
    stem = next(path.name.removesuffix(end) for end in TOPOLOGY if path.name.endswith(end))
    policy = path.with_name(f"{stem}.yaml")
    if asked.policy is not None or not policy.is_file():
        policy = _policy(workspace_at(asked.workspace), asked)
    return _Found(place=find(home), root=home, policy=policy, topology=path)


def _configuration(path: Path, asked: _Asked) -> _Found:
    """Return the workspace, with a file in place of the configuration of the device named."""
    if asked.device is None:
        raise UsageError(
            Text(ja="構成ファイルを比べるには --device が要る", en="to compare configuration files, --device is needed"),
            hint=Text(ja="構成図にある機器の名前を指定してください", en="name the device as the topology does"),
        )
    place = workspace_at(asked.workspace)
    policy = _policy(place, asked)
    root = place.base_of(policy)
    topology = topologies.written(topology_of(policy), root=root)
    base = asked.device.partition("/")[0]
    named = [one for one in topology.document.devices if one.configuration and one.name.partition("/")[0] == base]
    if not named:
        known = [one.name for one in topology.document.devices if one.configuration]
        raise UnknownNameError(
            Text(ja=f"構成図に、構成のある機器 `{base}` がない", en=f"the topology has no device `{base}` with a configuration"),
            at=topology.at,
            hint=suggestion(base, known, ja="機器", en="devices"),
        )
    if any(len(one.configuration) > 1 for one in named):
        raise UsageError(
            Text(ja=f"`{base}` の構成はファイル一つではない", en=f"the configuration of `{base}` is more than one file"),
            hint=Text(ja="フォルダー二つか構成図二つで比べてください", en="compare two folders or two topology files"),
        )
    data = files.read(path, root=path.parent)
    source = Source(path=_name(path, root), data=data)
    return _Found(place=place, root=root, policy=policy, topology=topology_of(policy), replaced=MappingProxyType({base: source}))


def _policy(place: Workspace, asked: _Asked) -> Path:
    """Return the policy named, or the only one that has a topology."""
    names = () if asked.policy is None else (asked.policy,)
    found = [path for path in policy_paths(place, names) if names or topology_of(path).exists()]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        Text(ja="どのポリシーか決まらない", en="it is not clear which policy is meant"),
        hint=Text(ja="--policy で一つ指定してください", en="name one with --policy"),
    )


def _side(found: _Found, path: Path, fiscal_year: str | None, asked: _Asked) -> Side:
    years = tuple(chosen_years(found.place, found.policy.stem, fiscal_year))
    if len(years) > 1:
        raise UsageError(
            Text(ja="比べる年度は一つずつ", en="each side is of one fiscal year"),
            hint=Text(
                ja="--fiscal-year と --old-fiscal-year に西暦4桁を指定してください",
                en="give four digits with --fiscal-year and --old-fiscal-year",
            ),
        )
    policy = load_policy(found.policy, base=found.place.base_of(found.policy))
    return side(
        policy,
        found.topology,
        root=found.root,
        name=_shown(path, found, years),
        fiscal_year=years[0] if years else None,
        as_of=asked.as_of,
        budget=asked.budget,
        replaced=found.replaced,
    )


def _shown(path: Path, found: _Found, years: tuple[int, ...]) -> str:
    """Return a side as people see it, with the year of the exports."""
    name = _name(path, found.root) if path.is_file() else path.resolve().name if path == Path() else _name(path, path)
    return name if not years else f"{name} (FY{years[0]})"


def _name(path: Path, root: Path) -> str:
    """Return a path in the workspace, else as it was written, else (written from the root of the machine) its last two parts."""
    if path.resolve() != root.resolve() and path.resolve().is_relative_to(root.resolve()):
        return path.resolve().relative_to(root.resolve()).as_posix()
    return f"{path.parent.name}/{path.name}" if path.is_absolute() else path.as_posix()
