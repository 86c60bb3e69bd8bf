import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.catalog.load import load
from secaudit.catalog.oscal_import import Imported, read
from secaudit.errors import ManyError, SecauditError
from secaudit.model.assertion import Attested
from secaudit.model.control import EDITIONS, Control
from secaudit.model.text import Text
from secaudit.reports.oscal_catalog import dropped, render
from tests.builders import control
from tests.reports.oscal_samples import BASIS, controls, faults, shipped, small

UUID = "0f5a1c52-6b2a-4c0e-9d53-2f6c1e0a7b44"
NOT_CARRIED = {"at", "digest", "assertion", "evidence"}


def written(imported: Imported, folder: Path) -> dict[str, Control]:
    """The controls as a workspace would load them."""
    for one in imported.skeletons:
        path = folder / one.folder / "control.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(one.text, "utf-8")
    return {one.id: one for one in load(folder, with_cases=False).controls}


def assert_same(back: Control, own: Control) -> None:
    for one in fields(Control):
        if one.name not in NOT_CARRIED:
            assert getattr(back, one.name) == getattr(own, one.name), (own.id, one.name)
    assert isinstance(back.assertion, Attested)
    if isinstance(own.assertion, Attested):
        assert replace(back.assertion, at=own.assertion.at) == own.assertion
        assert back.evidence == own.evidence


def test_the_whole_catalogue_comes_back(tmp_path: Path) -> None:
    """Ids, parameters with type, default, limits and direction, and texts in both languages: all but rules and cases."""
    left = {one.control.id: one.control for one in (*shipped("2026-03").controls, *shipped("2026-03").other)}
    assert left
    for edition in reversed(EDITIONS):
        if not any(edition in own.editions for own in left.values()):
            continue
        exported = shipped(edition)
        assert not [one for one in dropped(exported) if one.kind == "text"]
        imported = read(render(exported), "catalog.json")
        back = written(imported, tmp_path / edition)
        assert list(back) == [one.control.id for one in exported.controls]
        for one in exported.controls:
            assert_same(back[one.control.id], one.control)
            left.pop(one.control.id, None)
        rules = {one.control.id for one in exported.controls if not isinstance(one.control.assertion, Attested)}
        assert {one.subject for one in imported.dropped if one.kind == "question"} == {f"lg-{name}" for name in rules}
        assert {one.kind for one in imported.dropped} == {"question", "metadata", "group", "resource"}
    assert left == {}


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"]) | st.sampled_from(" \\`*_[]{}<>|&-+1.#"),
    min_size=1,
    max_size=40,
)
TEXTS = WORDS.map(str.strip).filter(bool)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_every_text_comes_back_or_is_told(ja: str, en: str, why: str, remedy: str) -> None:
    own = replace(
        control(title=Text(ja=ja, en=en), remedy=Text(ja=remedy, en=en)),
        why=Text(ja=f"{why}\n{ja}", en=why),
        editions={"2026-03": "6.2.(1)"},
        basis=BASIS,
    )
    exported = small(own)
    told = {one.what for one in dropped(exported) if one.kind == "text"}
    (one,) = read(render(exported), "x.json").skeletons
    back = json.loads(json.dumps(_texts(one.text)))
    for name, text in (("title", own.title), ("why", own.why), ("remedy", own.remedy)):
        for lang, said in (("ja", text.ja), ("en", text.en)):
            assert back[name][lang] == said or f"{name}.{lang}" in told


def _texts(text: str) -> dict[str, Any]:
    from secaudit.wire.yaml import parse, plain  # noqa: PLC0415 - one use

    found: dict[str, Any] = plain(parse(text.encode(), "control.yaml"))
    return found


def test_a_small_catalog_comes_back_with_everything(tmp_path: Path) -> None:
    own = [replace(one, basis=BASIS) for one in controls()]
    imported = read(render(small(*own)), "x.json")
    back = written(imported, tmp_path)
    for one in own:
        assert_same(back[one.id], one)
    assert [(one.id, one.whole) for one in imported.skeletons] == [("1.1-01", True), ("6.2.1-02", False), ("6.2.1-51", False)]
    assert "enabled" in next(one.text for one in imported.skeletons if one.id == "6.2.1-02")


def foreign(*members: dict[str, Any], **more: Any) -> bytes:  # noqa: ANN401 - JSON
    """Somebody else's catalog."""
    metadata = {"title": "Theirs", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.1.2"}
    body = {"uuid": UUID, "metadata": metadata, "groups": [{"id": "ac", "title": "Access", "controls": list(members)}], **more}
    return json.dumps({"catalog": body}, ensure_ascii=False, indent=1).encode()


def theirs(identifier: str = "ac-1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": identifier,
        "class": "SP800-53",
        "title": "Policy and procedures",
        "params": [{"id": f"{identifier}_prm_1", "label": "roles", "select": {"how-many": "one", "choice": ["a", "b"]}}],
        "props": [{"name": "label", "value": identifier.upper()}, {"name": "sort-id", "value": "ac-01", "ns": "https://example.org"}],
        "links": [{"href": "#ac-2", "rel": "related"}],
        "parts": [
            {
                "id": f"{identifier}_smt",
                "name": "statement",
                "parts": [
                    {
                        "id": f"{identifier}_smt.a",
                        "name": "item",
                        "props": [{"name": "label", "value": "a."}],
                        "prose": "Develop *it* \\[x\\].",
                    },
                    {"id": f"{identifier}_smt.b", "name": "item", "prose": "Review it."},
                ],
            },
            {"id": f"{identifier}_gdn", "name": "guidance", "prose": "Because.\n\nAnd more."},
            {"id": f"{identifier}_obj", "name": "assessment-objective", "prose": "Is it there?"},
            {"id": f"{identifier}_asm", "name": "assessment-method", "prose": "Look."},
        ],
        **more,
    }


def test_somebody_elses_control_becomes_a_skeleton_that_loads(tmp_path: Path) -> None:
    data = foreign(theirs(controls=[theirs("ac-1.1")]), theirs("ac_1-1"))
    assert faults(data) == []
    imported = read(data, "theirs.json")
    back = written(imported, tmp_path)
    assert [(one.source, one.id, one.name, one.whole) for one in imported.skeletons] == [
        ("ac-1", "102.1-01", "ac-1", False),
        ("ac-1.1", "102.2-01", "ac-1-1", False),
        ("ac_1-1", "102.3-01", "ac-1-1-2", False),
    ]
    made = back["102.1-01"]
    assert made.title == Text(ja="（題を訳す: ac-1）", en="Policy and procedures")
    assert made.requirement.en == "a. Develop *it* [x].\nReview it."
    assert made.why.en == "Because.\n\nAnd more."
    assert made.editions == {"2026-03": "AC-1"}
    assert isinstance(made.assertion, Attested)
    assert made.assertion.question.en == "Is it there?"
    assert made.basis is not None
    assert made.basis.number == "unsure"


def test_everything_that_was_not_taken_in_is_told_with_its_place() -> None:
    imported = read(foreign(theirs()), "theirs.json")
    found = {(one.kind, one.what) for one in imported.dropped if one.subject == "ac-1"}
    assert found >= {
        ("parameter", "ac-1_prm_1"),
        ("property", "sort-id"),
        ("property", "class"),
        ("link", "related"),
        ("part", "assessment-method"),
        ("question", "assert"),
        ("translation", "題を訳す: ac-1"),
    }
    assert all(re.fullmatch(r"theirs\.json:\d+:\d+", str(one.at)) for one in imported.dropped)
    assert ("group", "Access") in {(one.kind, one.what) for one in imported.dropped}
    (link,) = [one for one in imported.dropped if one.kind == "link"]
    assert link.at is not None
    assert link.at.line is not None
    assert '"href": "#ac-2"' in foreign(theirs()).decode().splitlines()[link.at.line]


def test_japanese_texts_stay_japanese(tmp_path: Path) -> None:
    one = {"id": "統制-1", "title": "方針", "parts": [{"name": "statement", "prose": "方針を定める。"}]}
    imported = read(foreign(one), "x.json")
    (made,) = written(imported, tmp_path).values()
    assert (made.name, made.title.ja, made.requirement.ja) == ("1", "方針", "方針を定める。")


def test_withdrawn_controls_are_told_and_left_out() -> None:
    gone = theirs("ac-9", props=[{"name": "status", "value": "withdrawn"}])
    imported = read(foreign(theirs(), gone), "x.json")
    assert [one.source for one in imported.skeletons] == ["ac-1"]
    assert [one.subject for one in imported.dropped if one.kind == "withdrawn"] == ["ac-9"]


def test_what_others_added_to_our_controls_is_told() -> None:
    document = json.loads(render(small(replace(controls()[0], overlay=None))))
    own = document["catalog"]["groups"][0]["groups"][0]["controls"][0]
    own["props"] += [{"name": "their-mark", "ns": "https://example.org", "value": "1"}]
    own["props"][3]["remarks"] = "why not"
    own["parts"] += [{"name": "overview", "prose": "x"}]
    own["links"] += [{"href": "https://example.org"}]
    found = {(one.kind, one.what) for one in read(json.dumps(document).encode(), "x.json").dropped}
    assert {("property", "their-mark"), ("part", "overview"), ("link", "https://example.org"), ("property", "name.remarks")} <= found


def errors(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(SecauditError) as caught:
        read(data, "x.json")
    found = caught.value.errors if isinstance(caught.value, ManyError) else (caught.value,)
    return [(str(one.at), one.message.en) for one in found]


def test_unknown_keys_and_wrong_types_are_errors_with_places() -> None:
    found = errors(foreign(theirs(titel="x", parts={}), {**theirs("ac-2", title=5), "id": "ac 2"}))
    assert [message for _, message in found] == [
        "`parts` must be a list",
        "there is no key `titel` here",
        "`ac 2` of `id` does not have its form",
        "`title` must be text",
    ]
    assert all(re.fullmatch(r"x\.json:\d+:\d+", place) for place, _ in found)


def test_ids_that_stand_twice_are_errors_with_both_places() -> None:
    found = errors(foreign(theirs(), theirs()))
    assert [message.split(" is also")[0] for _, message in found] == ["`ac-1`", "`ac-1_prm_1`"]
    document = json.loads(render(small(*(replace(one, overlay=None) for one in controls()))))
    clause = document["catalog"]["groups"][1]["groups"][0]["groups"][0]["controls"]
    clause.append({**clause[0], "id": "lg-6.2.1-03", "params": []})
    assert [message.split(" is also")[0] for _, message in errors(json.dumps(document).encode())] == ["`leavers-disabled`", "`leavers-off`"]


def own_with(name: str, value: str) -> bytes:
    document = json.loads(render(small(controls()[1])))
    control = document["catalog"]["groups"][0]["groups"][0]["groups"][0]["controls"][0]
    for prop in [*control["props"], *control["params"][0]["props"]]:
        if prop["name"] == name:
            prop["value"] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("level", "mandatory", "`mandatory` is not a value of `level`"),
        ("revision", "x", "`revision` must be a whole number"),
        ("type", "date", "`date` is not a value of `type`"),
        ("stricter", "fewer", "`fewer` is not a direction of a parameter of type `integer`"),
        ("minimum", "5", "the default of `grace_days` must be at least 5"),
        ("minimum", "9" * 5000, "must be a"),
        ("role", "A B", "does not have its form"),
    ],
)
def test_properties_that_make_no_control_are_errors_at_the_control(name: str, value: str, message: str) -> None:
    found = errors(own_with(name, value))
    assert found
    assert any(message in said and said.startswith("`lg-6.2.1-02`: ") for _, said in found)


@pytest.mark.parametrize("value", ["../../etc/passwd", "..", "/absolute", "C:\\x", "a/b", "con", "a\x00b", "名前", "a" * 5000])
def test_no_text_becomes_a_path(value: str) -> None:
    names = [own_with("name", value), foreign(theirs(title=value), {**theirs("x" * 500), "title": value})]
    for data in names:
        try:
            made = read(data, "x.json")
        except SecauditError:
            continue
        assert all(re.fullmatch(r"\d+/[0-9.]+-[a-z0-9-]+", one.folder) for one in made.skeletons)


@pytest.mark.parametrize(
    "text",
    [
        "\n- x: 1",
        "# x",
        '" y: "',
        "${x}",
        "&a *a",
        "!!python/object",
        "---",
        "\u2028",
        "\x85",
        "\x7f",
        "%YAML 1.1",
        "'",
        "\\",
        "\ufeff",
        "😀",
    ],
)
def test_no_text_becomes_yaml(text: str, tmp_path: Path) -> None:
    said = f"a{text}b"
    data = foreign(theirs(title=said, parts=[{"name": "statement", "prose": said}], props=[{"name": "label", "value": said}]))
    (made,) = written(read(data, "x.json"), tmp_path).values()
    shown = "".join(char if char.isprintable() else " " for char in said)
    assert re.sub(r"\s+", " ", made.title.en) == re.sub(r"\s+", " ", shown.replace("\\b", "\\b"))
    assert made.id == "102.1-01"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "`catalog` is missing"),
        (b'{"profile": {}}', "there is no key `profile` here"),
        (b'{"catalog": []}', "`catalog` must be a mapping"),
        (foreign().replace(b"1.1.2", b"2.0.0"), "`2.0.0` of `oscal-version` does not have its form"),
        (b"catalog:\n  uuid: x\n", "this is no value of JSON"),
        (
            b'<?xml version="1.0"?><!DOCTYPE catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]><catalog>&x;</catalog>',
            "this is no value of JSON",
        ),
        (b'{"catalog": {"groups": ' + b'[{"groups": ' * 40, "the nesting is too deep (the limit is 64)"),
    ],
)
def test_what_is_no_catalog_in_json_is_refused(data: bytes, message: str) -> None:
    assert message in [said for _, said in errors(data)]
