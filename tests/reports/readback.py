"""Reads each format back the way its platform does: counts of statuses, commands of a runner, tokens of Markdown, schemas."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt
from markdown_it.token import Token

from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.wire.schema import Engine, validate

SCHEMAS: Mapping[str, tuple[str, Engine]] = {
    "sarif": ("sarif-schema-2.1.0.json", "jsonschema"),
    "oscal": ("oscal_assessment-results_schema.json", "jsonschema-rs"),
    "oscal-poam": ("oscal_poam_schema.json", "jsonschema-rs"),
    "oscal-component": ("oscal_component_schema.json", "jsonschema-rs"),
}
OPEN = ("error", "fail", "unknown")
WORDS = {status.label.ja: status.value for status in SEVERITY_ORDER}
KINDS = {"pass": "pass", "fail": "fail", "open": "unknown", "review": "error", "notApplicable": "not_applicable"}

Counts = Mapping[str, int]


@cache
def schema(name: str) -> Mapping[str, Any]:
    made: Mapping[str, Any] = json.loads(files("secaudit.reports").joinpath("schemas", SCHEMAS[name][0]).read_text("utf-8"))
    return made


def faults(name: str, data: bytes, *, engine: Engine | None = None) -> list[str]:
    """What the schema of a format does not allow in a document; nothing for a format that has none."""
    if name not in SCHEMAS:
        return []
    return [
        f"{error.at}: {error.message.en}" for error in validate(json.loads(data), schema(name), name, engine=engine or SCHEMAS[name][1])
    ]


def counts(name: str, data: bytes) -> Counts:
    """How often a document shows each status, by its own means; a status that the format never shows is left out."""
    found = Counter(READERS[name](data.decode()))
    return {status: found[status] for status in SHOWN.get(name, tuple(Status))}


def tally(line: str) -> Iterator[str]:
    """The statuses of a line such as `判定不能 0 ・ 不適合 3`."""
    for word, count in re.findall(r"(判定不能|不適合|未確認|適合|対象外) (\d+)", line):
        yield from [WORDS[word]] * int(count)


def _terminal(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("判定不能 "):
            yield from tally(line)


def _json(text: str) -> Iterator[str]:
    return (finding["status"] for one in json.loads(text)["assessments"] for finding in one["findings"])


def _sarif(text: str) -> Iterator[str]:
    return (KINDS[result["kind"]] for run in json.loads(text)["runs"] for result in run["results"])


def _junit(text: str) -> Iterator[str]:
    for case in ET.fromstring(text).iter("testcase"):  # noqa: S314 - written by us, and without a document type
        (child,) = [*case] or [None]
        if child is None:
            yield "pass"
        elif child.tag == "skipped":
            yield "not_applicable"
        else:
            status = child.attrib["type"].removesuffix("-excepted")
            assert child.tag == ("failure" if status == "fail" else "error")
            yield status


def _github(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("::"):
            yield from tally(line)


def _markdown(text: str) -> Iterator[str]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and cells[0].removesuffix("（例外措置中）") in WORDS:
            yield WORDS[cells[0].removesuffix("（例外措置中）")]


def _gitlab(text: str) -> Iterator[str]:
    for entry in json.loads(text):
        match = re.match(r"\[(\w+?)(?:（例外措置中）)?\] ", entry["description"])
        if match:
            yield WORDS[match[1]]


def _csv(text: str) -> Iterator[str]:
    return (row["status"] for row in rows(text) if row["record"] == "finding")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def prop(item: Mapping[str, Any], name: str) -> str | None:
    return next((one["value"] for one in item.get("props", ()) if one["name"] == name), None)


def _oscal(text: str) -> Iterator[str]:
    for result in json.loads(text)["assessment-results"]["results"]:
        for one in result.get("observations", ()):
            yield prop(one, "status") or ""


def _poam(text: str) -> Iterator[str]:
    items = json.loads(text)["plan-of-action-and-milestones"]["poam-items"]
    return (prop(item, "status") or "" for item in items if prop(item, "placeholder") is None)


READERS = {
    "terminal": _terminal,
    "json": _json,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "github-summary": _markdown,
    "gitlab": _gitlab,
    "markdown": _markdown,
    "csv": _csv,
    "oscal": _oscal,
    "oscal-poam": _poam,
}
SHOWN = {"gitlab": OPEN, "oscal-poam": OPEN}
"""Formats that list only what somebody has to act on."""


def runner(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands that a runner of GitHub obeys: name, properties, message; read as actions/runner does, old and new form."""
    found = []
    for line in text.splitlines():
        assert not re.search(r"##\w*\[", line), line
        match = re.match(r"\s*::([\w-]+)(?: (.*?))?::(.*)", line)
        if match:
            pairs = (pair.partition("=") for pair in (match[2] or "").split(",") if pair)
            found.append((match[1], {key: decoded(value) for key, _, value in pairs}, decoded(match[3])))
    return found


def decoded(value: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(code, char)
    return value


PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
QUIET = frozenset({"text", "strong_open", "strong_close", "softbreak", "text_special"})


def tokens(text: str) -> list[Token]:
    return PARSER.parse(text)


def loud(text: str) -> list[str]:
    """What evidence must not do in Markdown: markup within a line, or text that a platform turns into a link or a mention."""
    inline = [token for token in tokens(text) if token.type == "inline"]
    found = [f"{child.type}: {child.content}" for token in inline for child in token.children or () if child.type not in QUIET]
    for token in inline:
        said = "".join(child.content for child in token.children or ())
        found += re.findall(r"@|://|(?i:www\.)|#\w|!\d|\$|\bGH-\d", said)
    return found
