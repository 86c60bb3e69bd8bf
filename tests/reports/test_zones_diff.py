"""A difference between zones in words and as JSON: what is worst first, nothing that a terminal would obey."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from secaudit.model.location import Location
from secaudit.model.separation import LinesShown, ObstacleShown, PacketShown, RegionShown
from secaudit.model.text import Lang, Text
from secaudit.model.zones_difference import Changes, ChangeShown, DecidingLine, PairChange, SideShown, ZonesDifference
from secaudit.reports.zones_diff import zones_diff_json, zones_diff_terminal

Golden = Callable[[str, bytes], None]
SCHEMA: dict[str, Any] = json.loads(files("secaudit.reports").joinpath("zones-diff.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
NONE = Changes(count=0, shown=())
LETS, STOPS = Text(ja="この行が許可する", en="this line lets it on"), Text(ja="この行が止める", en="this line stops it")


def region(source: str = "10.20.0.0/16", protocol: str = "tcp", source_ports: str = "any", destination_ports: str = "445") -> RegionShown:
    return RegionShown(
        source=source, destination="10.10.0.4", protocol=protocol, source_ports=source_ports, destination_ports=destination_ports, at=None
    )


def deciding(line: int | None, words: Text = LETS, device: str | None = "fw-01") -> DecidingLine:
    at = None if line is None else Location(path="network/fw-01.txt", line=line)
    return DecidingLine(device=device, line=None if line is None else f" line {line}", at=at, words=words)


PACKET = PacketShown(
    source="10.20.0.1",
    destination="10.10.0.4",
    protocol="tcp",
    source_port=40000,
    destination_port=445,
    kind="NEW",
    words=Text(ja="LGWAN接続系 の 10.20.0.1 から…", en="from 10.20.0.1 (LGWAN zone) …"),
)


def change(**more: Any) -> ChangeShown:  # noqa: ANN401 - fields by name
    whole = {"region": region(), "through": deciding(7), "packet": PACKET, "stopped": deciding(3, STOPS), "cover": "none"}
    return ChangeShown(**{**whole, **more})


def pair(**more: Any) -> PairChange:  # noqa: ANN401 - fields by name
    whole = {"source": "lgwan", "target": "mynumber", "family": "IPv4", "word": "UNCHANGED", "decided": True, "samples": 400}
    return PairChange(**{**whole, **dict.fromkeys(("permits", "forbids", "perhaps_permits", "perhaps_forbids"), NONE), **more})


def difference(*pairs: PairChange) -> ZonesDifference:
    lines = LinesShown(
        device="fw-01", path="network/fw-01.txt", digest="a" * 64, exported_on=None, total=9, understood=6, irrelevant=2, not_understood=1
    )
    notes = (Text(ja="`fw-01` は IPv6 を中継しないものとします", en="`fw-01` is taken to forward no IPv6"),)
    side = SideShown(name="old", lines=(lines,), notes=notes)
    return ZonesDifference(old=side, new=replace(side, name="new"), pairs=pairs)


OBSTACLE = ObstacleShown(
    device="fw-01",
    reason=Text(ja="一致の `string` が分かりません", en="the match `string` is not known"),
    line="-A FORWARD -m string",
    at=Location(path="network/fw-01.txt", line=5),
)
EVERYTHING = difference(
    pair(
        word="CHANGED",
        decided=False,
        permits=Changes(
            count=3,
            shown=(
                change(),
                change(
                    region=region(protocol="icmp", source_ports="type 8", destination_ports="any"), packet=None, stopped=None, cover=None
                ),
            ),
        ),
        forbids=Changes(count=1, shown=(change(cover="all", flows=("SC-01", "SC-02"), stopped=deciding(None, STOPS, None)),)),
        perhaps_permits=Changes(
            count=1,
            shown=(
                change(
                    region=region(source="any", protocol="any", source_ports="1-1023"),
                    packet=None,
                    stopped=None,
                    cover="part",
                    flows=("SC-01",),
                ),
            ),
        ),
        old_obstacles=(OBSTACLE,),
        new_obstacles=(ObstacleShown(device=None, reason=Text(ja="上限", en="the budget"), line=None, at=None),),
    ),
    pair(
        source="mynumber", target="lgwan", word="UNDECIDED", decided=False, perhaps_forbids=Changes(count=1, shown=(change(packet=None),))
    ),
    pair(source="lgwan", target="dmz"),
    pair(source="lgwan", target="dmz", family="IPv6"),
)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_text_reads_as_it_was_read_by_people(lang: Lang, golden: Golden) -> None:
    golden(f"reports/zones-diff.{lang}.txt", zones_diff_terminal(EVERYTHING, lang).encode())


def test_the_json_stays_as_programs_know_it_and_has_its_schema(golden: Golden) -> None:
    made = zones_diff_json(EVERYTHING)
    VALIDATOR.validate(json.loads(made))
    golden("reports/zones-diff.json", made.encode())


def test_nothing_newly_permitted_is_the_first_thing_said() -> None:
    quiet = difference(pair(word="CHANGED", forbids=Changes(count=2, shown=(change(),))))
    assert "Nothing is newly permitted (1 pairs compared to the end). Newly forbidden: 2." in zones_diff_terminal(quiet, "en")
    assert "UNCHANGED" not in zones_diff_terminal(quiet, "en")
    open_ = difference(pair(word="UNDECIDED", decided=False))
    assert "Nothing is newly permitted" not in zones_diff_terminal(open_, "en")


def test_what_a_terminal_or_a_runner_would_obey_is_not_written() -> None:
    line = DecidingLine(device="fw\x1b[2J", line="::error::x\n::stop", at=None, words=LETS)
    for written in (zones_diff_terminal(difference(pair(word="CHANGED", permits=Changes(count=1, shown=(change(through=line),)))), "ja"),):
        assert "\x1b" not in written
        assert not any(one.lstrip().startswith("::") for one in written.splitlines())
    made = zones_diff_json(difference(pair(word="CHANGED", permits=Changes(count=1, shown=(change(through=line),)))))
    assert "\x1b" not in made
    assert json.loads(made)["pairs"][0]["newly_permitted"]["shown"][0]["passes_by"]["device"] == "fw\x1b[2J"


def parts(schema: object) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [part for item in schema for part in parts(item)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(part for item in schema.values() for part in parts(item))]


def test_the_schema_allows_nothing_unnamed_and_describes_every_field() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in parts(SCHEMA):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False
            for name, field in part["properties"].items():
                described = field if "description" in field else SCHEMA["$defs"][field["$ref"].rpartition("/")[2]]
                assert described["description"].strip().isascii(), name


@pytest.mark.parametrize("place", [(), ("old",), ("pairs", 0), ("pairs", 0, "newly_permitted", "shown", 0)])
def test_the_schema_refuses_a_field_more_and_a_field_less(place: tuple[str | int, ...]) -> None:
    for what in ("more", "less"):
        made = json.loads(zones_diff_json(EVERYTHING))
        target: Any = made
        for step in place:
            target = target[step]
        if what == "more":
            target["more"] = 1
        else:
            target.popitem()
        assert not VALIDATOR.is_valid(made)
