import dataclasses
import re
from collections.abc import Mapping
from datetime import date

import pytest

from secaudit.evidence.kinds import load_kinds
from secaudit.model.assertion import AllOf, Attested, Condition, KeyPair, Match
from secaudit.model.control import Basis, Case, Catalogue, Change, Control
from secaudit.model.guideline import Framework, FrameworkEntry, Guideline, Source, Unit
from secaudit.model.status import Status
from secaudit.reports.control_pages import INDEX, MARK, Book, pages
from tests.builders import AT, control, every, parameter, text
from tests.reports.hostile import FORMULAS

MATCH = Match(
    table="accounts",
    where=Condition(text="enabled and account_type = 'person'", at=AT),
    other="staff",
    other_where=Condition(text="left_on is null", at=AT),
    on=(KeyPair(left="staff_id", right="staff_id"),),
    sides="left",
    at=AT,
)
ASKED = Attested(question=text("決めてありますか", "is it settled?"), ask="ciso", look_at=text("決裁文書", "the paper"), at=AT)
BASIS = Basis(number="seen", duty="known", level="ours", maps="known", sources=("D1", "Z9"), level_reason="direct-loss")


def guideline() -> Guideline:
    entry = FrameworkEntry(number="5.16", title=text("識別子", "identities"), chapters=(), in_force=None, transition=None, note=None)
    return Guideline(
        sources={"D1": Source(key="D1", title=text("資料", "paper"), url=("https://www.example.jp/a.pdf", "javascript:x"), read="part")},
        editions=(),
        chapters=(Unit(number="6", title=text("技術", "technical")),),
        units=(Unit(number="6.2", title=text("アクセス制御", "access control")),),
        clauses=(),
        level_reasons={"direct-loss": text("漏えいに直接つながる", "a breach leads to a leak")},
        frameworks={
            "jis-q-27002-2024": Framework(
                id="jis-q-27002-2024",
                title=text("JIS", "JIS"),
                numbers="known",
                maps="known",
                sources=(),
                note=text(),
                groups=(),
                entries=(entry,),
                exempt=(),
            )
        },
    )


def case(expect: Status) -> Case:
    return Case(
        name="x",
        expect=expect,
        fiscal_year=2025,
        as_of=date(2026, 3, 31),
        parameters={},
        tables={},
        lost_rows={},
        population={},
        gap=(),
        at=AT,
    )


def book(*controls: Control) -> Book:
    cases = {one.id: (case(Status.PASS), case(Status.FAIL), case(Status.FAIL)) for one in controls}
    return Book(
        catalogue=Catalogue(controls=controls, cases=cases, digest="0" * 64),
        guideline=guideline(),
        kinds=load_kinds(),
        decided={one.id: "data" for one in controls},
    )


def whole() -> Control:
    return dataclasses.replace(
        control(assertion=MATCH, evidence=("accounts", "staff"), parameters={"grace_days": parameter()}),
        basis=BASIS,
        maps={"jis-q-27002-2024": ("5.16", "9.99"), "other": ("1",)},
        law=("省令80号-5",),
        overlay="cloud",
        changes=(Change(edition="2025-03", sense="tightened", text=text("短くした", "shorter"), basis="unsure"),),
    )


def page(one: Control) -> str:
    return pages(book(one))[f"{one.chapter}/{one.id}.md"]


def test_a_page_says_everything_of_a_control_in_both_languages() -> None:
    said = page(whole())
    for words in (
        "# 6.2.1-02 退職者の利用者IDを止める",
        "**leavers' accounts are disabled**",
        "退職の翌日までに止める",
        "disable them by the next day",
        "使われない口が残る",
        "an unused door stays open",
        "利用者IDを止めてください",
        "必須（secaudit の区分）・重大度 高 / required (ours), severity high",
        "漏えいに直接つながる / a breach leads to a leak",
        "情報システム管理者 / system manager",
        "only for bodies that adopt the overlay",
        "| 2025-03 | 6.2.(1)② |",
        "2025-03 厳しくなった: 短くした（不確か） / tightened: shorter (unsure)",
        "- accounts の対象がすべて staff にある",
        "- everything of accounts in scope is in staff",
        "decided by: データ / data",
        "例 / cases: 3件（不適合 2・適合 1） / 3 (fail 2, pass 1)",
        "| grace\\_days | 1 days | 整数 / whole number | ≥ 0 | 小さいほど厳しい / lower is stricter |",
        "### 職員名簿 / staff list (`staff`)",
        "| account\\_type | アカウント種別 | account type |",
        "`secaudit evidence template accounts`",
        "| JIS | 5.16 | 識別子 / identities |",
        "| JIS | 9.99 | – |",
        "| other | 1 | – |",
        "| ordinance-80 | 省令80号-5 | – |",
        "| 番号 / number | 出典で確認 | seen in a source |",
        "- D1: 資料（一部を読んだ） / paper (read in part) <https://www.example.jp/a.pdf> javascript:x",
        "- Z9",
    ):
        assert words in said, words


def test_only_columns_that_the_assertion_reads_are_shown() -> None:
    said = page(whole())
    assert "display\\_name" not in said
    assert "| person" not in said


def test_parts_and_questions_are_items() -> None:
    said = page(control(assertion=AllOf(parts=(every(), ASKED), at=AT), evidence=("accounts", "answers")))
    assert (
        "- 次のすべて:\n  - accounts の対象の行がすべて条件を満たす\n  - 条件: enabled\n  - 質問（最高情報セキュリティ責任者（CISO） に）"
        in said
    )
    assert "- question (to the CISO): is it settled?" in said
    assert "| answered\\_by | 回答者 |" in said


def test_an_index_leads_to_every_page_by_section() -> None:
    other = control("6.5.1-01", name="other")
    made = pages(book(control(), other))
    assert set(made) == {INDEX, f"6/{INDEX}", "6/6.2.1-02.md", "6/6.5.1-01.md"}
    assert "# 第6章 技術" in made[f"6/{INDEX}"]
    assert "## 6.2 アクセス制御 / access control" in made[f"6/{INDEX}"]
    assert "[6.5.1-01](6.5.1-01.md)" in made[f"6/{INDEX}"]
    assert "| [6](6/README.md) | 技術 | technical | 2 | 2 | 0 | 2 | 0 | 0 |" in made[INDEX]
    assert "not of official audit items" in made[INDEX]


def test_every_page_bears_the_mark_and_every_link_leads_somewhere() -> None:
    made = pages(book(control(), control("1.2-01", name="other")))
    assert all(said.startswith(MARK) for said in made.values())
    assert dead(made) == []


def dead(made: Mapping[str, str]) -> list[str]:
    """Return the links between pages that lead nowhere."""
    found = []
    for path, said in made.items():
        folder = path.rpartition("/")[0]
        for target in re.findall(r"\]\(([^)]+)\)", said):
            meant = target.removeprefix("../") if target.startswith("../") else f"{folder}/{target}".lstrip("/")
            found += [f"{path}: {target}"] if meant not in made else []
    return found


def test_the_same_catalogue_gives_the_same_pages() -> None:
    one, other = control(), control("1.2-01", name="other")
    assert pages(book(one, other)) == pages(book(one, other))


@pytest.mark.parametrize(
    "wicked", ["<script>alert(1)</script>", "![x](https://evil.example/x.png)", "a|b", "`code`", "[x](y)", *FORMULAS[:3]]
)
def test_no_text_of_a_control_is_markup(wicked: str) -> None:
    plain = re.sub(r"\\.", "", page(control()))
    said = re.sub(
        r"\\.",
        "",
        page(dataclasses.replace(control(title=text(wicked, wicked)), requirement=text(wicked, wicked), why=text(wicked, wicked))),
    )
    for sign in ("<", "![", "](", "`", " | "):
        assert said.count(sign) == plain.count(sign), sign
