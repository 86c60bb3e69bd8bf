"""Separations as text, JSON and drawing: goldens that people have read, the form of the schema, hostile text, and nothing that overlaps."""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from wcwidth import wcswidth

from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.separation import Crossing, FileRead, LinesShown, PairProof, RuleNote, Separation, VerdictWord
from secaudit.model.status import Status
from secaudit.model.text import Lang, Text
from secaudit.netproof.packets import Family
from secaudit.netproof.prove import PairVerdict, Verdict
from secaudit.netproof.scans import _alarm
from secaudit.reports.zones_json import zones_json
from secaudit.reports.zones_svg import BOX, CROSSINGS, fitted, width_of, wrapped, zones_svg
from secaudit.reports.zones_terminal import ALARM, RULES_SHOWN, zones_terminal
from tests.reports.hostile import HOSTILE
from tests.reports.test_json import parts
from tests.reports.zones_samples import SAMPLES, both, mixed, proofs, proved, undecided, violated

Golden = Callable[[str, bytes], None]
AS_OF = date(2026, 3, 31)
SVG = "{http://www.w3.org/2000/svg}"
OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
SCHEMA: dict[str, Any] = json.loads(files("secaudit.reports").joinpath("zones.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_text_and_the_drawing_read_as_people_have_read_them(name: str, lang: Lang, golden: Golden) -> None:
    golden(f"reports/zones/{name}.{lang}.txt", zones_terminal(SAMPLES[name](), lang).encode())
    golden(f"reports/zones/{name}.{lang}.svg", zones_svg(SAMPLES[name](), lang).encode())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_json_stays_as_programs_know_it(name: str, golden: Golden) -> None:
    golden(f"reports/zones/{name}.json", zones_json([("mihon", 2025, AS_OF, SAMPLES[name]())]).encode())


# Terminal


def test_an_alarm_is_the_first_line_and_only_contradictions_raise_one() -> None:
    assert zones_terminal(mixed(), "ja").startswith("!!! ALARM 走査の結果が証明と食い違います: 1件\n    mynumber 10.10.0.4 tcp/445")
    assert "走査で実際に通ったもの（証明との食い違いのほか）: 1件" in zones_terminal(mixed(), "ja")
    quiet = dataclasses.replace(mixed(), scan_outcomes=mixed().scan_outcomes[1:])
    assert "ALARM" not in zones_terminal(quiet, "ja")
    assert "走査で" not in zones_terminal(dataclasses.replace(mixed(), scan_outcomes=mixed().scan_outcomes[:1]), "ja")


def test_the_alarm_is_the_one_that_the_proof_raises() -> None:
    verdict = PairVerdict(source="a", target="b", family=Family.V4, verdict=Verdict.PROVED, paths=1)
    said = _alarm("2026-03-10", "a", "b", verdict)
    assert said.en.startswith(ALARM)
    assert said.ja.startswith("警報: ")


def test_the_summary_counts_and_the_matrix_has_every_pair() -> None:
    lines = zones_terminal(mixed(), "en").splitlines()
    assert "■ Separation of zones (α′): VIOLATED 3, UNDECIDED 1, PROVED 8 (12 ordered pairs, IPv4 and IPv6 apart)" in lines
    table = [line.split() for line in lines if line.strip().startswith(("My Number zone ", "LGWAN zone ", "internet zone "))]
    assert [row[-3:] for row in table] == [
        ["–", "PROVED", "PROVED"],
        ["VIOLATED", "–", "PROVED"],
        ["VIOLATED", "PROVED", "–"],
        ["–", "PROVED", "VIOLATED"],
        ["PROVED", "–", "PROVED"],
        ["PROVED", "UNDECIDED", "–"],
    ]


def test_pairs_that_are_not_proved_follow_worst_first() -> None:
    heads = [line for line in zones_terminal(mixed(), "en").splitlines() if re.match(r"\[[A-Z]+\] IPv", line)]
    assert [head.split("]")[0] for head in heads] == ["[VIOLATED", "[VIOLATED", "[VIOLATED", "[UNDECIDED"]


def test_a_family_without_pairs_has_no_table_and_a_pair_that_is_missing_no_word() -> None:
    one = dataclasses.replace(proved(), pairs=proved().pairs[:1])
    text = zones_terminal(one, "en")
    assert "IPv6  " not in text
    assert "My Number zone  –                 PROVED" in text
    assert "LGWAN zone      –                 –" in text


def test_columns_stand_under_each_other_in_a_terminal_that_knows_wide_signs() -> None:
    lines = zones_terminal(mixed(), "ja").splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip().startswith("機器 "))
    heads, *rows = lines[first : first + 4]
    column = wcswidth(heads[: heads.index("SHA-256")])
    assert all(wcswidth(row[: row.index(cell)]) == column for row, cell in zip(rows[1:], ("0123456789ab…", "fedcba987654…"), strict=True))


def test_rules_beyond_the_limit_are_counted() -> None:
    rules = tuple(dataclasses.replace(mixed().rules[0], at=Location(path="x", line=number)) for number in range(1, RULES_SHOWN + 3))
    many = dataclasses.replace(proved(), rules=rules)
    assert zones_terminal(many, "en").splitlines()[-1] == "  … and 2 more, all in the JSON"


# JSON


def test_the_schema_is_a_schema_that_describes_every_field_and_allows_no_other() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in parts(SCHEMA):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False
            for name, field in part["properties"].items():
                assert field["description"].strip().isascii(), name


def test_what_is_written_has_the_form_of_the_schema() -> None:
    made = json.loads(zones_json([(name, 2025, AS_OF, make()) for name, make in SAMPLES.items()]))
    VALIDATOR.validate(made)
    assert [one["policy"] for one in made["separations"]] == [*SAMPLES]
    VALIDATOR.validate(json.loads(zones_json([])))


@pytest.mark.parametrize("place", [(), ("separations", 0), ("separations", 0, "pairs", 0), ("separations", 0, "pairs", 2, "regions", 0)])
def test_the_schema_refuses_a_field_more_and_a_field_less(place: tuple[str | int, ...]) -> None:
    one = dataclasses.replace(mixed(), pairs=(mixed().pairs[0], undecided(), violated()))
    for change in ("more", "less"):
        made = json.loads(zones_json([("mihon", 2025, AS_OF, one)]))
        target: Any = made
        for step in place:
            target = target[step]
        if change == "more":
            target["more"] = 1
        else:
            target.popitem()
        assert not VALIDATOR.is_valid(made)


def test_the_json_says_pair_verdict_packet_path_and_line() -> None:
    (made,) = json.loads(zones_json([("mihon", 2025, AS_OF, mixed())]))["separations"]
    assert made["counts"] == {"PROVED": 8, "VIOLATED": 3, "UNDECIDED": 1}
    (pair,) = [one for one in made["pairs"] if (one["source"], one["target"], one["family"]) == ("internet", "mynumber", "IPv4")]
    assert pair["verdict"] == "VIOLATED"
    assert pair["packet"]["destination_port"] == 3389
    assert pair["path"][0]["line"].endswith("--dport 3389 -j ACCEPT")
    assert pair["path"][0]["location"] == {"path": "devices/fw1.v4", "line": 12}
    assert pair["regions"][0]["location"] == {"path": "devices/fw1.v4", "line": 12}
    assert made["lines"][0]["understood"] + made["lines"][0]["irrelevant"] + made["lines"][0]["not_understood"] == made["lines"][0]["total"]


# Drawing


def number(element: ET.Element, *names: str) -> tuple[float, ...]:
    return tuple(float(element.attrib[name]) for name in names)


def drawing(separation: Separation, lang: Lang = "ja") -> ET.Element:
    return ET.fromstring(zones_svg(separation, lang))  # noqa: S314 - written by us, and without a document type


Words = dict[tuple[str, str], VerdictWord]


def town(zones: tuple[str, ...], words: Words | None = None, crossings: tuple[Crossing, ...] = ()) -> Separation:
    return Separation(model="alpha", zones=zones, pairs=proofs(zones, words or {}), crossings=crossings)


LABEL = both("TCP 8443 見本")
LONG = ("library and community centre network", "学校教育と図書館のための長い名前の領域")
MANY = ("mynumber", "lgwan", "internet", "school", *LONG, "dmz", "wifi")


@pytest.mark.parametrize("count", range(2, 9))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_overlaps_and_nothing_leaves_the_drawing(count: int, lang: Lang) -> None:
    zones = MANY[:count]
    ends = [(zones[at % count], zones[(at + 1) % count]) for at in range(6)]
    flows = tuple(Crossing(id=f"SC-{one}", source=one, target=two, kind="flow", label=LABEL, live=True) for one, two in ends)
    words: Words = {(zones[0], zones[1]): "VIOLATED", (zones[1], zones[0]): "UNDECIDED"}
    made = town(zones, words, flows)
    made = dataclasses.replace(made, pairs=(dataclasses.replace(made.pairs[0], verdict="UNDECIDED"), *made.pairs[1:]))
    root = drawing(made, lang)
    width, height = number(root, "width", "height")
    frames = [number(one, "x", "y", "width", "height") for one in root.iter(f"{SVG}rect") if "x" in one.attrib]
    for x, y, wide, high in frames:
        assert x >= 0
        assert y >= 0
        assert x + wide <= width
        assert y + high <= height
    for at, one in enumerate(frames):
        for two in frames[at + 1 :]:
            apart = one[0] + one[2] <= two[0] or two[0] + two[2] <= one[0] or one[1] + one[3] <= two[1] or two[1] + two[3] <= one[1]
            assert apart, (one, two)
    for text in root.iter(f"{SVG}text"):
        (x,), (size,) = number(text, "x"), number(text, "font-size")
        room = width_of(text.text or "", size, bold="font-weight" in text.attrib)
        left = x - room / 2 if text.attrib["text-anchor"] == "middle" else x
        assert left >= 0
        assert left + room <= width + 1


def test_names_stay_in_their_boxes() -> None:
    root = drawing(town(MANY))
    boxes = [number(one, "x", "y", "width", "height") for one in root.iter(f"{SVG}rect") if one.attrib.get("width") == str(BOX)]
    assert len(boxes) == 8
    for text in root.iter(f"{SVG}text"):
        (x, y), (size,) = number(text, "x", "y"), number(text, "font-size")
        if size == 14:
            room = width_of(text.text or "", 14, bold=True)
            inside = [bx <= x - room / 2 and x + room / 2 <= bx + bw and by < y - 10 and y < by + bh for bx, by, bw, bh in boxes]
            assert any(inside), text.text


def test_a_verdict_is_told_by_its_word_its_line_and_its_end() -> None:
    root = drawing(town(("a", "b"), {("a", "b"): "VIOLATED", ("b", "a"): "UNDECIDED"}))
    words = [text.text for text in root.iter(f"{SVG}text") if text.attrib.get("text-anchor") == "middle"]
    assert words == ["a", "b", "VIOLATED", "UNDECIDED"]
    dashes = [line.attrib.get("stroke-dasharray") for line in root.iter(f"{SVG}line") if line.attrib["y1"] == line.attrib["y2"]]
    assert dashes == [None, "2 5", None, "2 5", None, "9 5"]


def test_families_that_differ_have_a_word_each_and_one_family_alone_is_named() -> None:
    made = town(("a", "b"), {("a", "b"): "UNDECIDED"})
    differ = dataclasses.replace(made, pairs=(dataclasses.replace(made.pairs[0], verdict="VIOLATED"), *made.pairs[1:]))
    words = [text.text for text in drawing(differ).iter(f"{SVG}text")]
    assert "IPv4 VIOLATED" in words
    assert "IPv6 UNDECIDED" in words
    alone = dataclasses.replace(made, pairs=made.pairs[:1])
    assert "IPv4 UNDECIDED" in [text.text for text in drawing(alone).iter(f"{SVG}text")]


def test_crossings_are_dashed_with_their_id_and_those_outside_the_drawing_are_listed() -> None:
    root = drawing(mixed(), "en")
    dashed = [line for line in root.iter(f"{SVG}line") if line.attrib.get("stroke-dasharray") == "9 5"]
    assert len(dashed) == 3 + 1  # and the legend
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert {"SC-01 TCP 443", "SC-02 TCP 443 eLTAX (not in force)", "R-01 sanitised transfer", "zones not drawn: SC-09 UDP 123"} <= {*words}


def test_crossings_beyond_the_limit_are_counted() -> None:
    one = Crossing(id="SC", source="a", target="b", kind="flow", label=both("TCP"), live=True)
    made = town(("a", "b"), crossings=tuple(dataclasses.replace(one, id=f"SC-{at}") for at in range(CROSSINGS + 2)))
    words = [text.text for text in drawing(made, "en").iter(f"{SVG}text")]
    assert "2 more declared crossings" in words
    assert f"SC-{CROSSINGS} TCP" not in words
    assert f"SC-{CROSSINGS - 1} TCP" in words


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_text_alternative_says_what_is_drawn(lang: Lang) -> None:
    title, told = drawing(mixed(), lang)[:2]
    assert (title.tag, told.tag) == (f"{SVG}title", f"{SVG}desc")
    assert "LGWAN" in (title.text or "")
    name = {"ja": "インターネット接続系 → マイナンバー利用事務系", "en": "internet zone → My Number zone"}[lang]
    assert f"{name}: IPv4 VIOLATED, IPv6 PROVED" in (told.text or "")
    assert "SC-01" in (told.text or "")
    assert drawing(mixed(), lang).attrib["{http://www.w3.org/XML/1998/namespace}lang"] == lang


@pytest.mark.parametrize("name", SAMPLES)
def test_the_drawing_stands_alone(name: str) -> None:
    text = zones_svg(SAMPLES[name](), "ja")
    assert not re.search(r"<script|<style|href|url\(|@import|<image|<!|<\?|\son\w+=", text)
    assert set(re.findall(r'="(#\w+)"', text)) <= {"#000", "#fff"}


def test_a_zone_alone_and_a_drawing_without_pairs_can_be_drawn() -> None:
    assert drawing(Separation(model="alpha", zones=("a",), pairs=())).tag == f"{SVG}svg"
    two = drawing(Separation(model="alpha", zones=("a", "b"), pairs=()))
    assert [text.text for text in two.iter(f"{SVG}text")][1:3] == ["a", "b"]


def test_text_is_cut_and_wrapped_to_its_room() -> None:
    assert fitted("short", 100) == "short"
    assert fitted("職員の名簿と台帳", 60).endswith("…")
    assert width_of(fitted("職員の名簿と台帳", 60)) <= 60
    assert fitted("x", 1) == "…"
    assert wrapped("one two three", 60)[0] == "one two"
    assert wrapped("職員の名簿と台帳", 60) == ["職員の名", "簿と台帳"]
    assert wrapped("a", 100) == ["a"]


# Hostile text

HOP = ("device", "inward", "outward", "line")


HOP = ("device", "inward", "outward", "line")


def hostile(word: str) -> Separation:
    """A separation whose every text is the word."""
    text, place = Text(ja=word, en=word), Location(path=word, line=1)

    def pair(one: PairProof) -> PairProof:
        packet = one.packet and dataclasses.replace(one.packet, source=word, destination=word, protocol=word, kind=word, words=text)
        fields = ("source", "destination", "protocol", "source_ports", "destination_ports")
        return dataclasses.replace(
            one,
            source=word,
            target=f"{word}2",
            packet=packet,
            hops=tuple(dataclasses.replace(hop, **dict.fromkeys(HOP, word), at=place, words=text) for hop in one.hops),
            regions=tuple(dataclasses.replace(region, at=place, **dict.fromkeys(fields, word)) for region in one.regions),
            obstacles=tuple(dataclasses.replace(bad, device=word, reason=text, line=word, at=place) for bad in one.obstacles),
            repairs=(text,),
        )

    outcome = Outcome(subject=word, status=Status.FAIL, reason=text, location=place)
    return Separation(
        model=word,
        zones=(word, f"{word}2"),
        pairs=(pair(violated()), pair(undecided())),
        flow_outcomes=(outcome,),
        scan_outcomes=(outcome,),
        crossings=tuple(
            Crossing(id=word, source=word, target=target, kind="flow", label=text, live=False) for target in (f"{word}2", "elsewhere")
        ),
        lines=(
            LinesShown(device=word, path=word, digest="d" * 64, exported_on=None, total=1, understood=1, irrelevant=0, not_understood=0),
        ),
        rules=(RuleNote(device=word, how="never", line=word, at=place, by=(place,), words=text),),
        notes=(text,),
        problem=text,
        files=(FileRead(kind="port_scan", path=word, digest="d" * 64),),
        digest=word,
        at=place,
    )


def without_repairs(separation: Separation) -> Separation:
    return dataclasses.replace(separation, pairs=tuple(dataclasses.replace(one, repairs=()) for one in separation.pairs))


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(word: str) -> None:
    made = hostile(word)
    terminal, page, svg = zones_terminal(made, "ja"), zones_json([(word, 2025, AS_OF, made)]), zones_svg(made, "ja")
    for text in (terminal, page, svg):
        text.encode()
        assert [char for char in text if char != "\n" and unicodedata.category(char) in OBEYED] == []
        for line in text.split("\n"):
            assert not re.search(r"##\w*\[", line)
            assert not line.lstrip().startswith("::")
    assert zones_terminal(without_repairs(made), "ja").count("\n") == zones_terminal(without_repairs(hostile("x")), "ja").count("\n")
    read = json.loads(page)
    VALIDATOR.validate(read)
    assert read["separations"][0]["pairs"][0]["packet"]["words"]["ja"] == word
    allowed = {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "rect", "text", "line", "circle", "path", "g")}
    root = ET.fromstring(svg)  # noqa: S314 - written by us, and without a document type
    assert {one.tag for one in root.iter()} <= allowed
    assert {name for one in root.iter() for name in one.attrib} <= usual_attributes()


@cache
def usual_attributes() -> frozenset[str]:
    return frozenset(name for one in drawing(mixed()).iter() for name in one.attrib)
