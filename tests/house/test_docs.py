"""What the documents say is true: paths, commands, targets of make, exit codes, error codes and decisions."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import secaudit
from secaudit.cli.console import code_of
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.main import main
from secaudit.errors import ManyError, SecauditError
from secaudit.model.text import Text
from tests.house.sources import PACKAGE, ROOT, pages, python, shown, text, tree

ERRORS = ROOT / "docs" / "errors.md"
DECISIONS = tuple(sorted((ROOT / "docs" / "adr").glob("*.md")))
TOPS = "src|tests|controls|docs|policies|evidence|scripts|tools|requirements|benchmarks"
PATH = re.compile(rf"`((?:{TOPS})/[^`\s<>…]*[^`\s<>…/.,])/?`|`([\w-]+\.(?:toml|md|cfg))`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"`(?:\S*/)?secaudit ([^`]+)`")
CODE = re.compile(r"SA\d{3}")


def fences(page: str) -> Iterator[str]:
    """Yield each line of the code blocks of a page, without the prompt and the remark."""
    for block in re.findall(r"^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            yield re.sub(r"\s#\s.*", "", line.removeprefix("$ ")).strip()


def commands(page: str) -> list[str]:
    """Return the command lines of secaudit that a page names, without the program's name."""
    whole = [match.group(1) for line in fences(page) if (match := re.match(r"(?:\S*/)?secaudit (.+)", line))]
    outside = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    return whole + COMMAND.findall(outside)


def wrong(command: str) -> str | None:
    """Return the first word of a command line that the program does not know; values and placeholders are left alone."""
    current: click.Command = main
    with click.Context(main) as context:
        for word in command.split():
            if word in ("|", "…"):
                break
            if word.startswith("-"):
                known = {name for item in current.get_params(context) for name in (*item.opts, *item.secondary_opts)}
                if word.split("=")[0] not in known:
                    return word
            elif isinstance(current, click.Group) and re.fullmatch(r"[a-z-]+", word):
                found = current.get_command(context, word)
                if found is None:
                    return word
                current = found
    return None


def dead_paths(page: Path) -> list[str]:
    """Return the paths named on a page that do not exist; a `*` must match something."""
    named = ["".join(found) for found in PATH.findall(text(page))]
    dead = [name for name in named if not (list(ROOT.glob(name)) if "*" in name else (ROOT / name).exists())]
    links = [target for target in LINK.findall(text(page)) if "://" not in target and not (page.parent / target).exists()]
    return [*dead, *links]


@cache
def exceptions() -> tuple[type[BaseException], ...]:
    """Return every exception class of the package."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "secaudit."):
        importlib.import_module(module.name)
    return tuple(sorted(set(_below(BaseException)), key=lambda kind: kind.__qualname__))


def _below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for below in type.__subclasses__(kind):
        if below.__module__.partition(".")[0] == secaudit.__name__:
            yield below
        yield from _below(below)


@cache
def families() -> tuple[type[SecauditError], ...]:
    return tuple(kind for kind in exceptions() if issubclass(kind, SecauditError))


@cache
def sections() -> dict[str, str]:
    """Return code → text of each section of docs/errors.md."""
    parts = re.split(r"^### (SA\d{3})\b", text(ERRORS), flags=re.MULTILINE)
    codes = parts[1::2]
    assert len(codes) == len(set(codes)), "a code has two headings"
    return {code: re.split(r"^## ", body, flags=re.MULTILINE)[0] for code, body in zip(codes, parts[2::2], strict=True)}


def written_codes() -> set[str]:
    """Return every code that stands as a text of its own in the package."""
    constants = (node.value for path in python("src") for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str) and CODE.fullmatch(value)}


def messages() -> Iterator[tuple[str, str]]:
    """Yield place and English words of each `Text` that is given to an error where it is made; `{}` stands for a value."""
    names = {kind.__name__ for kind in families()}
    for path in python("src"):
        for call in (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") not in names:
                continue
            parts = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "hint")]
            for part in parts:
                if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "Text":
                    (english,) = [item.value for item in part.keywords if item.arg == "en"]
                    yield f"{shown(path)}:{english.lineno}", words(english)


def words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(words(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return words(node.left) + words(node.right)
    return "{}"


def bad_style(message: str) -> bool:
    """Whether a message has a capital (other than an abbreviation), a full stop or a second line."""
    return bool(re.match(r"[A-Z][a-z]+\b", message)) or message.rstrip().endswith(".") or "\n" in message


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_every_path_named_on_a_page_exists(page: Path) -> None:
    assert dead_paths(page) == []


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_every_command_named_on_a_page_exists(page: Path) -> None:
    assert [f"secaudit {command}: {word}" for command in commands(text(page)) if (word := wrong(command))] == []


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_every_target_of_make_named_on_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = re.findall(r"`make ([a-z-]+)", text(page)) + [line.split()[1] for line in fences(text(page)) if line.startswith("make ")]
    assert [name for name in named if name not in targets] == []


def test_every_command_that_a_message_advises_exists() -> None:
    advised = {
        command
        for path in python("src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for command in COMMAND.findall(node.value)
    }
    assert [f"secaudit {command}: {word}" for command in sorted(advised) if (word := wrong(command))] == []


def test_the_table_of_exit_codes_is_the_programs() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| \S.*\|$", text(ERRORS), re.MULTILINE)
    assert [(int(number), name) for number, name in rows] == [(code.value, code.name) for code in ExitCode]


def test_the_readme_names_every_exit_code() -> None:
    (line,) = [line for line in text(ROOT / "README.md").splitlines() if "終了コード" in line]
    assert [int(number) for number in re.findall(r"\d+", line)] == [code.value for code in ExitCode]


def test_every_exception_of_the_package_is_in_the_one_tree() -> None:
    """What a user can mend is a `SecauditError`; a fault of ours is a `RuntimeError`; a signal inside one front end never leaves it."""
    signals = {"secaudit.netproof.dialects.nft_values.Unread"}
    strangers = [kind for kind in exceptions() if kind not in families() and not issubclass(kind, RuntimeError)]
    assert [name for kind in strangers if (name := f"{kind.__module__}.{kind.__qualname__}") not in signals] == []


def test_every_family_of_errors_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in families()]
    assert len(codes) == len(set(codes))
    assert all(CODE.fullmatch(code) for code in codes)


def test_every_code_has_a_heading_and_every_heading_a_code() -> None:
    assert set(sections()) == written_codes()


def test_every_section_says_what_to_try() -> None:
    assert [code for code, section in sections().items() if "**Try:**" not in section] == []


def test_a_section_shows_the_line_and_the_exit_code_of_its_error() -> None:
    for kind in families():
        section = sections()[kind.code]
        assert f"error[{kind.code}]: " in section or kind in (SecauditError, ManyError), kind.code
        if kind is not ManyError:
            code = code_of(kind(Text(ja="文", en="text")))
            assert f"Exit code {code.value}." in section, kind.code


def test_messages_are_one_line_in_lower_case_without_a_full_stop() -> None:
    found = list(messages())
    assert found
    assert [f"{place}: {message}" for place, message in found if bad_style(message)] == []


def test_decisions_are_numbered_dated_linked_and_honest() -> None:
    overview = text(ROOT / "docs" / "architecture.md")
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        decision = text(path)
        assert decision.startswith(f"# {path.name[:4]} "), path.name
        assert re.search(r"^Status: \w+.* · Date: \d{4}-\d{2}-\d{2}$", decision, re.MULTILINE), path.name
        headings = re.findall(r"^## (.+)$", decision, re.MULTILINE)
        assert headings == ["Context", "Options", "Decision", "Negative consequences"], path.name
        bad_side = decision.partition("## Negative consequences")[2].strip()
        assert len(bad_side) > 100, path.name
        assert not re.match(r"(?i)[*-]?\s*none\b", bad_side), path.name
        assert f"(adr/{path.name})" in overview, path.name


def test_the_changelog_knows_this_version_and_stars() -> None:
    changelog = text(ROOT / "CHANGELOG.md")
    assert f"## {secaudit.__version__} " in changelog
    assert "★" in changelog


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("check --policy mihon", None),
        ("check --polcy mihon", "--polcy"),
        ("history verify", None),
        ("history vanish", "vanish"),
        ("vanish", "vanish"),
        ("explain 5.2.2-02", None),
        ("--version", None),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(command: str, word: str | None) -> None:
    assert wrong(command) == word


@pytest.mark.parametrize(
    ("message", "bad"),
    [("Not found", True), ("not found.", True), ("two\nlines", True), ("YAML is too large", False), ("`X` is unknown", False)],
)
def test_bad_style_of_a_message_is_noticed(message: str, bad: bool) -> None:
    assert bad_style(message) is bad


def test_a_dead_path_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`src/secaudit/nowhere.py` `src/secaudit/errors.py` `docs/<name>.md` `controls/*/*/control.yaml` [x](gone.md)", "utf-8")
    assert dead_paths(page) == ["src/secaudit/nowhere.py", "gone.md"]
