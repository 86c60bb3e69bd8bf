"""The corpus through every format, read back as its platform reads it: nothing runs, opens, or adds a line, row or element."""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from secaudit.model.location import Location
from secaudit.model.run import Assessment, EvidenceFile
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports import registry
from secaudit.reports.settings import Settings
from tests.builders import assessment, bound_parameter, finding, grant, loss, organisation, outcome, plan_line
from tests.reports.hostile import HOSTILE
from tests.reports.readback import faults, loud, rows, runner, tokens

SETTINGS = Settings(lang="ja", samples=9, everything=True, exit_zero=True)
OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
STATUSES = tuple(Status)
FORMULA = re.compile(r"\s*[=+\-@|%\u2212＝＋－＠﹦﹢﹣﹫]")


def words(count: int, word: str | None) -> Assessment:
    """An assessment with a finding for each text of the corpus (or for one word, as often), in every field that evidence reaches."""
    made = []
    for number in range(count):
        said = HOSTILE[number] if word is None else word
        both = Text(ja=said, en=said)
        place = Location(path=said, sheet=said, row=number, column=said)
        status = STATUSES[number % len(STATUSES)]
        excepted = status is Status.FAIL and number % 2 == 0
        one = finding(
            status,
            outcome(said, Status.FAIL, both, place),
            outcome(said, Status.UNKNOWN, both, Location(path=f"{said}.csv", row=number + 1)),
            control=f"6.{number}-01",
            reason=both,
            title=both,
            remedy=both,
            disposition="excepted" if excepted else None,
            excepted_subjects=(said,),
            exceptions=(dataclasses.replace(grant("6.1-01", said, approved_by=said), reason=said, at=place),),
            parameters={"names": bound_parameter((said, "x"))},
            notes=(both,),
        )
        made.append(dataclasses.replace(one, name=said, clause=said))
    lost = HOSTILE[:count] if word is None else (word,) * count
    return assessment(*made, losses=tuple(loss(Text(ja=said, en=said), path=said) for said in lost))


def run_of(word: str) -> Assessment:
    """A run whose own names are the word: organisation, policy, files, plan."""
    both = Text(ja=word, en=word)
    made = assessment(
        finding(Status.FAIL, reason=both),
        finding(Status.ERROR, outcome(word, location=Location(path=word)), control="6.2.1-03"),
        policy_id=word,
        severity_names={"high": word},
        losses=(loss(both, path=word),),
        could_not_look=True,
        evidence_files=(EvidenceFile(kind="accounts", path=word, sha256="d" * 64, rows=1),),
        plan_lines=(plan_line(Status.PASS, title=both, row=word, promised=word, shown=both),),
    )
    return dataclasses.replace(made, organisation=dataclasses.replace(organisation(id=word), name=both), edition=word, tool_version=word)


@cache
def written(name: str) -> str:
    return registry.render(name, [words(len(HOSTILE), None)], SETTINGS).decode()


@cache
def quiet(name: str) -> str:
    """The same with a word that wants nothing."""
    return registry.render(name, [words(len(HOSTILE), "x")], SETTINGS).decode()


def test_the_corpus_is_large_and_each_text_is_there_once() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 300


@pytest.mark.parametrize("name", registry.NAMES)
def test_no_byte_is_obeyed_by_a_terminal_and_no_line_by_a_runner(name: str) -> None:
    unharmed(name, written(name))
    assert (written(name).count("\n") == quiet(name).count("\n")) or name in ("terminal", "json", "sarif", "oscal-component")


def unharmed(name: str, text: str) -> None:
    lines = text.removeprefix("\ufeff").split("\r\n" if name == "csv" else "\n")
    assert [char for line in lines for char in line if unicodedata.category(char) in OBEYED] == []
    for line in lines:
        assert not re.search(r"##\w*\[", line)
        assert name == "github" or not line.lstrip().startswith("::")


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_names_of_a_run_are_as_harmless(word: str) -> None:
    made = [run_of(word)]
    for name in registry.NAMES:
        data = registry.render(name, made, SETTINGS)
        unharmed(name, data.decode())
        READ[name](data.decode(), quiet_run(name))


@cache
def quiet_run(name: str) -> str:
    return registry.render(name, [run_of("x")], SETTINGS).decode()


@pytest.mark.parametrize("name", registry.NAMES)
def test_many_such_runs_fit_together(name: str) -> None:
    data = registry.render(name, [run_of(word) for word in HOSTILE], SETTINGS)
    unharmed(name, data.decode())
    assert faults(name, data, engine="jsonschema-rs") == []


@pytest.mark.parametrize("name", registry.NAMES)
def test_read_back_it_has_the_form_of_ordinary_text(name: str) -> None:
    READ[name](written(name), quiet(name))
    assert faults(name, written(name).encode(), engine="jsonschema-rs") == []


def _csv(text: str, plain: str) -> None:
    found = rows(text)
    assert [(row["record"], row["status"], [*row]) for row in found] == [(row["record"], row["status"], [*row]) for row in rows(plain)]
    cells = [cell for row in found for cell in row.values()]
    assert [cell for cell in cells if FORMULA.match(cell)] == []
    assert not any("\r" in cell or "\n" in cell or "\t" in cell for cell in cells)


def _junit(text: str, plain: str) -> None:
    def form(document: str) -> list[tuple[str, list[str]]]:
        return [(element.tag, sorted(element.attrib)) for element in ET.fromstring(document).iter()]  # noqa: S314 - written by us

    assert "<!" not in text
    assert form(text) == form(plain)


def _markdown(text: str, plain: str) -> None:
    def form(document: str) -> list[tuple[str, str]]:
        return [(token.type, token.content if token.type == "html_block" else "") for token in tokens(document)]

    assert loud(text) == []
    assert form(text) == form(plain)


def _github(text: str, plain: str) -> None:
    found = runner(text)
    assert [(name, sorted(properties)) for name, properties, _ in found] == [
        (name, sorted(properties)) for name, properties, _ in runner(plain)
    ]
    assert {name for name, _, _ in found} <= {"error", "warning", "notice"}
    assert len(found) <= 10
    ours = re.compile(r"::(?:error|warning|notice) (?:file=[^:,]*,(?:line=\d+,)?)?title=[^:,]*::.*")
    assert [line for line in text.splitlines() if line.lstrip().startswith("::") and not ours.fullmatch(line)] == []


def _texts(value: object) -> Iterator[tuple[str, str]]:
    """Every text of a JSON document with the key it stands under."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from [(key, item)] if isinstance(item, str) else _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from [("", item)] if isinstance(item, str) else _texts(item)


def _harmless_json(text: str) -> Any:  # noqa: ANN401 - any JSON
    made = json.loads(text)
    for _, said in _texts(made):
        assert [char for char in said if unicodedata.category(char) in OBEYED and char != "\n"] == []
    return made


def _sarif(text: str, _plain: str) -> None:
    for key, said in _texts(_harmless_json(text)):
        if key == "text":
            assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]]", said), said
            assert not re.search(r"[{}]", said.replace("{{", "").replace("}}", "")), said
        elif key == "uri":
            parts = urlsplit(said)
            assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
            assert not said.startswith("/")


def _gitlab(text: str, plain: str) -> None:
    found = _harmless_json(text)
    assert [[*entry] for entry in found] == [[*entry] for entry in json.loads(plain)]
    assert not any("\n" in said for _, said in _texts(found))


def _oscal(text: str, _plain: str) -> None:
    for key, said in _texts(_harmless_json(text)):
        if key in ("title", "description", "remarks", "statement", "text"):
            assert loud(said) == [], said
        elif key == "href":
            parts = urlsplit(said)
            assert (parts.scheme, parts.netloc) == ("", "")


def _anything(_text: str, _plain: str) -> None:
    """The terminal has lines alone, and JSON has the values themselves; both were looked at as lines."""


READ = {
    "terminal": _anything,
    "json": _anything,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "github-summary": _markdown,
    "gitlab": _gitlab,
    "markdown": _markdown,
    "csv": _csv,
    "oscal": _oscal,
    "oscal-poam": _oscal,
    "oscal-component": _oscal,
}


def test_json_gives_the_texts_back_unchanged() -> None:
    (made,) = json.loads(written("json"))["assessments"]
    assert [one["reason"]["ja"] for one in made["findings"]] == [*HOSTILE]
