import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from secaudit.model.control import EDITIONS
from secaudit.model.text import Text
from secaudit.reports import oscal_catalog, oscal_component
from secaudit.reports.oscal_catalog import dropped, render
from secaudit.reports.settings import Settings
from tests.builders import assessment, bound_parameter, control, finding
from tests.reports.oscal_samples import faults, shipped, small
from tests.reports.test_oscal import references, results, uuids

Golden = Callable[[str, bytes], None]


def catalog(data: bytes) -> dict[str, Any]:
    assert faults(data) == []
    made: dict[str, Any] = json.loads(data)["catalog"]
    return made


def controls(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from value.get("controls", [])
        yield from (one for below in value.get("groups", []) for one in controls(below))


def props(value: dict[str, Any], name: str) -> list[str]:
    return [one["value"] for one in value["props"] if one["name"] == name]


def every_text(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_text(below)


def test_a_small_catalog_reads_as_it_was_read_by_people(golden: Golden) -> None:
    golden("reports/oscal-catalog.json", render(small()))


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_is_a_catalog_of_oscal(edition: str) -> None:
    exported = shipped(edition)
    data = render(exported)
    made = catalog(data)
    found = {one["id"]: one for one in controls(made)}
    assert sorted(found) == sorted(f"lg-{one.control.id}" for one in exported.controls)
    for one in exported.controls:
        assert props(found[f"lg-{one.control.id}"], "clause") == [one.control.editions[edition]]
    assert len(uuids(made)) == len(set(uuids(made)))
    parts = {part["id"] for control in found.values() for part in control["parts"] if "id" in part}
    assert {name for name in references(made) if not name.startswith("lg-")} <= set(uuids(made))
    assert {name for name in references(made) if name.startswith("lg-")} <= parts
    assert made["metadata"]["last-modified"].startswith(exported.edition.issued.isoformat())


def test_the_same_data_give_the_same_bytes_and_other_data_others() -> None:
    data = render(shipped("2026-03"))
    assert data == render(shipped("2026-03"))
    assert render(small()) != render(replace(small(), digest="e" * 64))
    assert b"\r" not in data
    assert data.endswith(b"}\n")


def test_identifiers_are_unique_in_the_whole_document() -> None:
    made = catalog(render(shipped("2026-03")))
    found = re.findall(r'"id": "([^"]+)"', json.dumps(made, ensure_ascii=False))
    assert len(found) == len(set(found))


def test_every_text_of_a_control_is_there_in_both_languages() -> None:
    made = {one["id"]: set(every_text(one)) for one in controls(catalog(render(shipped("2026-03"))))}
    for one in shipped("2026-03").controls:
        own = one.control
        there = {text.replace("\\", "") for text in made[f"lg-{own.id}"]}
        for text in (own.title, own.requirement, own.why, own.remedy, *(change.text for change in own.changes)):
            assert {text.ja.replace("\\", ""), text.en.replace("\\", "")} <= there, own.id


def test_what_our_other_documents_name_is_in_the_catalog() -> None:
    made = catalog(render(small()))
    (own,) = [one for one in controls(made) if one["id"] == "lg-6.2.1-02"]
    (result,) = results(assessment(finding()))["results"]
    assert result["findings"][0]["target"]["target-id"] in {part.get("id") for part in own["parts"]}
    checked = assessment(finding(parameters={"grace_days": bound_parameter(1)}))
    component = json.loads(oscal_component.render([checked], Settings(lang="ja", samples=1)))["component-definition"]
    (needed,) = component["components"][0]["control-implementations"][0]["implemented-requirements"]
    assert {one["param-id"] for one in needed["set-parameters"]} <= {one["id"] for one in own["params"]}


def test_groups_follow_the_newest_numbers_and_labels_the_edition() -> None:
    made = catalog(render(shipped("2018-09")))
    assert [one["id"] for one in made["groups"]][:10] == [f"lg-{chapter}" for chapter in range(10)]
    (chapter,) = [one for one in made["groups"] if one["id"] == "lg-6"]
    assert chapter["title"] == "技術的セキュリティ"
    assert [one["id"] for one in chapter["groups"]] == [f"lg-6.{section}" for section in range(1, 7)]
    clause = next(one for one in shipped("2018-09").guideline.clauses if one.number_in("2018-09") not in (None, one.number))
    bare = clause.number.replace("(", "").replace(")", "")
    groups = {one["id"]: one for top in made["groups"] for one in (top, *top.get("groups", []))}
    groups |= {below["id"]: below for one in list(groups.values()) for below in one.get("groups", [])}
    if f"lg-{bare}" in groups:
        assert props(groups[f"lg-{bare}"], "label") == [clause.number_in("2018-09")]


def test_controls_of_an_overlay_have_a_group_of_their_own() -> None:
    (group,) = [one for one in catalog(render(small()))["groups"] if one["id"] == "lg-overlay-cloud"]
    assert [one["id"] for one in group["controls"]] == ["lg-6.2.1-51"]
    assert props(group["controls"][0], "overlay") == ["cloud"]


def test_a_control_without_a_clause_is_not_lost() -> None:
    (group,) = catalog(render(small(control("9.9.9-01"))))["groups"]
    assert (group["id"], [one["id"] for one in group["controls"]]) == ("lg-unlisted", ["lg-9.9.9-01"])


def test_what_oscal_cannot_carry_is_told_with_its_place() -> None:
    found = [(one.kind, one.subject, one.what, str(one.at)) for one in dropped(small())]
    assert ("assertion", "6.2.1-02", "all_of", "policies/mihon.yaml:1:1") in found
    assert ("cases", "6.2.1-02", "cases.yaml", "controls/6/6.2.1-leavers-disabled/cases.yaml") in found
    assert ("clause-details", "1.(1)", "roles", "controls/clauses.yaml") in found
    assert not [one for one in found if one[:2] == ("assertion", "1.1-01")]


def test_a_text_that_oscal_cannot_hold_is_told() -> None:
    odd = replace(control(), title=Text(ja="二\n行", en="two\nlines"), why=Text(ja="あ\u200bい", en="a\n- b"), law=(" 1",))
    found = [one.what for one in dropped(small(odd)) if one.kind == "text"]
    assert found == ["title.ja", "title.en", "why.ja", "law"]
    assert faults(render(small(odd))) == []


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "{{ insert: param, x }}", "<script>", "a\nb", "\x1b[31m", "1. x", "# x", "  x", "\u202e"]
)
def test_hostile_texts_leave_the_document_valid(text: str) -> None:
    said = Text(ja=text, en=text)
    odd = replace(
        control(title=said, remedy=said), why=said, requirement=said, law=(text,), maps={text: (text,)}, editions={"2026-03": text}
    )
    data = render(small(odd))
    assert faults(data) == []
    assert oscal_catalog.file_name("2026-03").encode() not in data
    assert b"\x1b" not in data
