"""The basic policy (基本方針) in the town: the table that says which article provides for what.

Never here: the standards and their chapters.
"""

from mihon_town.chapters.part import Judge, Part
from mihon_town.layouts import Layout, book_of
from mihon_town.model import Row, Year
from mihon_town.people import Staff
from mihon_town.stories import Story
from mihon_town.tally import Sum, Verdict, at_hand, at_least, both, day, view
from mihon_town.terms import Terms

ITEMS = (
    ("0.1-01", "purpose", "目的"),
    ("0.2-01", "definitions", "定義"),
    ("0.3-01", "threats", "対象とする脅威"),
    ("0.4-01", "scope", "適用範囲"),
    ("0.5-01", "staff-duty", "職員等の遵守義務"),
    ("0.6-01", "measures", "情報セキュリティ対策"),
    ("0.7-01", "audit-and-self-check", "監査・自己点検"),
    ("0.8-01", "review", "見直し"),
    ("0.9-01", "standards", "対策基準の策定"),
    ("0.10-01", "procedures", "実施手順の策定"),
)
UNWRITTEN = {2023: ("threats", "review"), 2024: ("review",), 2025: ()}
UNSEEN = {2023: ("definitions",), 2024: (), 2025: ("purpose",)}


def build(year: Year, _staff: Staff, story: Story) -> None:
    """Write the table; there was none in FY2022."""
    if year.fiscal_year == 2022:
        return
    rows: list[Row] = []
    for number, (_, item, _) in enumerate(ITEMS, start=1):
        stated = not story.bad and item not in UNWRITTEN[year.fiscal_year]
        seen = story.bad or item not in UNSEEN[year.fiscal_year]
        rows.append(
            {
                "document": "basic-policy",
                "item": item,
                "article": f"第{number}条" if stated else None,
                "stated": stated,
                "confirmed_on": year.on(6, 10) if seen else None,
                "confirmed_by": "総務課長" if seen else None,
            }
        )
    year.add("provisions", rows, population=len(rows))


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the table as an Excel book."""
    specs = (
        "規程区分=document|word:provided-by",
        "記載事項=item|word:provision",
        "条項=article",
        "記載の有無=stated|flag:有/無",
        "確認日=confirmed_on|date:era",
        "確認者=confirmed_by",
    )
    return [book_of("provisions", "規程の記載事項対照表", *specs, keeper="総務課")]


def _provided(item: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "provisions", "document", "item", "stated", "confirmed_on")

        def scope(row: Row) -> Verdict:
            named = row["document"] == "basic-policy" and row["item"] == item
            stated = None if row["stated"] is None else row["stated"] is True
            return both(named, stated, at_least(year.end, day(row, "confirmed_on")))

        return at_hand(book, scope)

    return judge


PART = Part(
    build=build,
    layouts=layouts,
    judges={control: _provided(item) for control, item, _ in ITEMS},
    keys={"provisions": ("document", "item")},
    words={
        "provided-by": {"basic-policy": "基本方針", "response-plan": "緊急時対応計画"},
        "provision": {item: word for _, item, word in ITEMS},
    },
)
