"""A small catalogue for OSCAL, the real one, and what OSCAL's schemas say of a document."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from secaudit.cli.commands.export import exported_edition
from secaudit.model.assertion import AllOf, Attested
from secaudit.model.control import Basis, Change, Control, Parameter
from secaudit.model.guideline import Clause, ClauseBasis, Edition, Guideline, Source, Unit
from secaudit.model.location import Location
from secaudit.pipeline.workspace import find
from secaudit.reports.oscal_catalog import Exported
from secaudit.reports.oscal_control import Placed
from secaudit.wire.schema import validate
from tests.builders import AT, REPOSITORY, control, every, parameter, text

SCHEMAS = {"catalog": "oscal_catalog_schema.json", "profile": "oscal_profile_schema.json"}


@cache
def _schema(root: str) -> Mapping[str, Any]:
    made: Mapping[str, Any] = json.loads(files("secaudit.reports").joinpath("schemas", SCHEMAS[root]).read_text("utf-8"))
    return made


def faults(data: bytes) -> list[str]:
    """What the schema of OSCAL does not allow in a catalog or profile."""
    document = json.loads(data)
    (root,) = document
    return [f"{error.at}: {error.message.en}" for error in validate(document, _schema(root), root, engine="jsonschema-rs")]


@cache
def shipped(edition: str) -> Exported:
    """An edition of the shipped catalogue."""
    return exported_edition(find(REPOSITORY), edition)


BASIS = Basis(number="seen", duty="known", level="ours", maps="known", sources=("D1",), level_reason="law-field")
QUESTION = Attested(question=text("止めましたか。", "Are they disabled?"), ask="system-manager", look_at=text("台帳", "the ledger"), at=AT)


def controls() -> list[Control]:
    """Three controls: by data with parameters of several types, by a question, of an overlay."""
    parameters = [
        parameter(),
        Parameter(name="share", type="ratio", default=0.95, minimum=0.5, maximum=1, unit="ratio", stricter="higher"),
        Parameter(name="methods", type="list", default=("wpa2", "wpa3"), minimum=None, maximum=None, unit=None, stricter="fewer"),
        Parameter(name="strict", type="boolean", default=True, minimum=None, maximum=None, unit=None, stricter="true"),
    ]
    change = Change(edition="2026-03", sense="tightened", text=text("翌日までになった", "by the next day now"), basis="unsure")
    data = replace(
        control(parameters={one.name: one for one in parameters}, assertion=AllOf(parts=(every(), every(where="enabled")), at=AT)),
        editions={"2025-03": "6.2.(1)②", "2026-03": "6.2.(1)②"},
        aliases=("leavers-off",),
        law=("省令80号-5",),
        maps={"csf-2.0": ("PR.AA",), "jis-q-27002-2024": ("5.16", "5.18")},
        basis=BASIS,
        changes=(change,),
    )
    asked = replace(
        control("1.1-01", name="question-asked", assertion=QUESTION, evidence=("answers",)),
        editions={"2026-03": "1.(1)"},
        since="2026-03",
        basis=BASIS,
    )
    cloud = replace(
        control("6.2.1-51", name="cloud-rights"), editions={"2026-03": "第4編 6.2.(1)"}, overlay="cloud", maps={"other": ("1",)}
    )
    return [asked, data, cloud]


def small(*own: Control) -> Exported:
    """A small edition."""
    basis = ClauseBasis(number="seen", duty="known", older="unsure", sources=("D1",))
    clauses = tuple(
        Clause(
            number=number,
            title=text(ja, en),
            test=("A", "H"),
            roles=("ciso",),
            basis=basis,
            since="2018-09",
            numbers={},
            changes=(),
            items=(),
        )
        for number, ja, en in (("1.(1)", "責任者", "Officer"), ("6.2.(1)", "アクセス制御", "Access control"))
    )
    edition = Edition(edition="2026-03", issued=date(2026, 3, 27), basis="seen", sources=("D1",), notes=())
    guideline = Guideline(
        sources={"D1": Source(key="D1", title=text("資料", "slides"), url=("https://www.example.jp/a%20b.pdf",), read="part")},
        editions=(edition,),
        units=(Unit(number="1", title=text("組織体制", "Organisation")), Unit(number="6.2", title=text("アクセス制御", "Access"))),
        clauses=clauses,
        level_reasons={},
        frameworks={},
        chapters=(Unit(number="6", title=text("技術的セキュリティ", "Technical")),),
    )
    at = Location(path="controls/6/6.2.1-leavers-disabled/cases.yaml")
    placed = [
        Placed(
            control=one,
            clause=next(
                (clause for clause in clauses if clause.number.replace("(", "").replace(")", "") == one.id.rsplit("-", 1)[0]), None
            ),
            decided="answer" if isinstance(one.assertion, Attested) else "data",
            cases=None if isinstance(one.assertion, Attested) else at,
        )
        for one in (own or controls())
    ]
    return Exported(edition=edition, guideline=guideline, controls=placed, other=(), digest="d" * 64)
