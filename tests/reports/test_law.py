import dataclasses
import json
from datetime import date

from secaudit.model.control import Basis
from secaudit.model.guideline import Exemption, FieldReadiness, Framework, FrameworkEntry, OpenControl, Readiness
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.reports import json as page
from secaudit.reports import terminal
from secaudit.reports.basis import basis_json, basis_lines
from secaudit.reports.law import SHOWN, law_lines
from tests.builders import assessment, control, text
from tests.reports.test_json import VALIDATOR

ENTRY = FrameworkEntry(
    number="省令80号-5",
    title=text("技術", "technology"),
    chapters=("6",),
    in_force=date(2027, 7, 1),
    transition=text("今のもの", "present"),
    note=None,
)
LAW = Framework(
    id="ordinance-80",
    title=text("法", "law"),
    numbers="seen",
    maps="known",
    sources=("D3",),
    note=text("注", "a note"),
    groups=(),
    entries=(ENTRY,),
    exempt=(),
)
EXEMPT = Exemption(text=text("つながっていない団体", "bodies that are not linked"), types=("association",), sources=("D3",))


def told(days_left: int = 10, open_: int = 0, *, required: int | None = None) -> Readiness:
    left = tuple(OpenControl(control=f"6.1.1-{n:02d}", title=text(f"題{n}", f"title {n}"), status=Status.FAIL) for n in range(open_))
    field = FieldReadiness(entry=ENTRY, days_left=days_left, required=open_ + 1 if required is None else required, passing=1, open=left)
    return Readiness(day=date(2027, 7, 1), framework=LAW, fields=(field,), exempt=(EXEMPT,))


def asked(readiness: Readiness) -> Assessment:
    return dataclasses.replace(assessment(), law=readiness)


def test_open_controls_are_named_up_to_a_limit_and_all_counted() -> None:
    lines = law_lines(told(open_=SHOWN + 2), "en")
    assert f"1/{SHOWN + 3} required controls pass" in lines[1]
    assert "10 days left" in lines[1]
    assert lines[2 + SHOWN].strip() == "- 2 more"
    assert "present" in "\n".join(lines)


def test_who_may_be_exempt_is_a_condition() -> None:
    japanese, english = "\n".join(law_lines(told(), "ja")), "\n".join(law_lines(told(), "en"))
    assert "つながっていない団体" in japanese
    assert "団体が確かめる" in japanese
    assert "it is not decided here" in english


def test_a_day_that_has_come_and_a_field_without_controls() -> None:
    line = law_lines(told(days_left=0, required=0), "en")[1]
    assert "no required control applies" in line
    assert "in force since 2027-07-01" in line


def test_the_block_has_the_form_of_the_schema_and_stands_only_where_it_was_asked_for() -> None:
    made = json.loads(page.render([asked(told(open_=2)), assessment()], samples=1))
    VALIDATOR.validate(made)
    first, second = made["assessments"]
    assert first["law"]["fields"][0]["share"] == 0.333333
    assert [one["control"] for one in first["law"]["fields"][0]["open"]] == ["6.1.1-00", "6.1.1-01"]
    assert first["law"]["may_be_exempt"] == [{"ja": "つながっていない団体", "en": "bodies that are not linked"}]
    assert "law" not in second
    assert "readiness for the law" in terminal.render([asked(told())], lang="en", samples=1)


def test_a_basis_in_words() -> None:
    assert basis_lines(control(), {}, {}, "en") == ["basis: not said"]
    assert basis_json(None) is None
    basis = Basis(number="seen", duty="unsure", level="ours", maps="known", sources=("D1",), level_reason="supporting")
    made = dataclasses.replace(control(), basis=basis)
    assert basis_lines(made, {"supporting": text("支える", "it supports")}, {}, "en") == [
        "basis: number seen in a source; duty unsure; level ours; maps known, no source seen",
        "why this level: it supports",
        "source D1",
    ]
