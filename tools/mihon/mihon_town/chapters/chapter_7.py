"""Chapter 7 (operation) in the town: monitoring, clocks, checks of settings and sections, breaches, emergency exceptions.

Never here: incidents and response plans of the first books (`paper_books`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_7_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of, listing_of
from mihon_town.model import Row, Year, moment
from mihon_town.people import SECTIONS, Staff
from mihon_town.stories import Story
from mihon_town.system_books import SYSTEMS

UNWATCHED = {2022: 7, 2023: 4, 2024: 1, 2025: 0}
UNSYNCHRONISED = {2022: 5, 2023: 2, 2024: 1, 2025: 0}
UNCHECKED = {2023: 5, 2024: 1, 2025: 0}
SILENT = {2023: 4, 2024: 1, 2025: 0}
PLAN_ITEMS = (("contacts", "連絡先"), ("report-items", "報告すべき事項"), ("response-steps", "対応措置"), ("prevention", "再発防止"))
PLAN_GAPS = {2023: ("report-items", "prevention"), 2024: ("prevention",), 2025: ()}
PAPERS = (
    ("operation-procedure", "情報システム運用・保守手順", 2023),
    ("monitoring-requirements", "監視要件書", 2023),
    ("law-list", "関係法令一覧", 2022),
    ("discipline-standard", "見本町懲戒処分の基準", 2022),
)


def build(year: Year, _staff: Staff, story: Story) -> None:
    """Write the books of the chapter and what it adds to others."""
    _monitored(year, story)
    _clocks(year, story)
    _checks(year, story)
    _breaches(year, story)
    _exceptions(year, story)
    _papers(year, story)
    _provisions(year, story)


def _monitored(year: Year, story: Story) -> None:
    unwatched = 6 if story.bad else UNWATCHED[year.fiscal_year]
    public = [str(row["system"]) for row in year.books["public_systems"].rows] if "public_systems" in year.books else []
    names = list(dict.fromkeys([*(name for name, _, _, _, critical in SYSTEMS if critical), *public]))
    rows: list[Row] = [
        {"system": name, "always_watched": place >= unwatched, "method": "保守業者の監視", "alert_to": "企画財政課"}
        for place, name in enumerate(names)
    ]
    if story.bad:
        rows = rows[:-1]
    year.add("monitored_systems", rows)


def _clocks(year: Year, story: Story) -> None:
    wrong = 4 if story.bad else UNSYNCHRONISED[year.fiscal_year]
    rows: list[Row] = []
    for number in range(1, 13):
        late = number <= wrong
        source = None if late and number % 2 else "10.20.1.5"
        offset = (7 if number % 4 else -9) if late else 1
        rows.append({"device": f"SV-{number:04d}", "time_source": source, "offset_seconds": offset, "checked_on": year.on(3, 20)})
    year.add("clock_sources", rows)


def _checks(year: Year, story: Story) -> None:
    if year.fiscal_year == 2022:
        return
    left_out = 4 if story.bad else UNCHECKED[year.fiscal_year]
    day = year.on(10, 6)
    year.add(
        "setting_checks",
        [
            {"system": name, "checked_on": day + timedelta(days=place), "checked_by": "情報システム管理者", "difference": "なし"}
            for place, (name, *_) in enumerate(SYSTEMS)
            if place >= left_out
        ],
    )
    silent = 3 if story.bad else SILENT[year.fiscal_year]
    rows: list[Row] = []
    for place, section in enumerate(SECTIONS):
        if place < silent:
            continue
        problem = place % 4 == 3
        handled = day + timedelta(days=30) if problem else None
        if problem and place == 3 and (story.bad or year.fiscal_year == 2023):
            handled = None
        row: Row = {"section": section, "checked_on": day, "checked_by": "課長", "problem": problem, "handled_on": handled}
        rows.append(row)
    year.add("compliance_checks", rows)


def _breaches(year: Year, story: Story) -> None:
    if year.fiscal_year == 2022:
        return
    late = 2 if story.bad else {2023: 1, 2024: 0, 2025: 0}[year.fiscal_year]
    rows: list[Row] = []
    for number, section in enumerate(("税務課", "福祉課", "建設課", "教育総務課"), start=1):
        day = year.on(5 + number, 3 * number)
        told = day + timedelta(days=3 if number <= late else 0)
        bare = (story.bad or year.fiscal_year == 2023) and number == 4
        rows.append(
            {
                "breach_no": f"違-{number:02d}",
                "section": section,
                "found_at": moment(day, 9, 30),
                "reported_at": moment(told, 11),
                "manager_told_on": None if bare else told,
                "corrected_on": None if bare or number == 2 else day + timedelta(days=4),
                "suspended_on": day + timedelta(days=20) if number == 2 else None,
            }
        )
    year.add("breach_reports", rows)


def _exceptions(year: Year, story: Story) -> None:
    rows = year.books["exceptions_register"].rows
    for place, row in enumerate(rows):
        urgent = place % 2 == 0 and year.fiscal_year > 2022
        start = year.on(8, 4)
        told = start + timedelta(days=12 if story.bad or year.fiscal_year == 2023 else 3)
        row.update({"emergency": urgent, "started_on": start if urgent else None, "reported_on": told if urgent else None})


def _papers(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for place, (kind, title, first) in enumerate(PAPERS, start=1):
        live = year.fiscal_year >= first and not story.bad
        reviewed = year.on(6, 12) if live and year.fiscal_year >= 2024 else date(2020, 7, 1)
        rows.append(
            {
                "document_id": f"運-{place:02d}",
                "document_type": kind,
                "title": title,
                "version": "1.0",
                "approved_on": date(2020, 7, 1) if live else None,
                "approved_by": "最高情報セキュリティ責任者" if live else None,
                "reviewed_on": reviewed,
                "published_on": None,
            }
        )
    year.books["documents"].rows += rows


def _provisions(year: Year, story: Story) -> None:
    book = year.books.get("provisions")
    if book is None:
        return
    rows: list[Row] = []
    for number, (item, _) in enumerate(PLAN_ITEMS, start=1):
        stated = not story.bad and item not in PLAN_GAPS[year.fiscal_year]
        row: Row = {"document": "response-plan", "item": item, "article": f"第{number}章" if stated else None, "stated": stated}
        rows.append({**row, "confirmed_on": year.on(6, 12), "confirmed_by": "企画財政課長"})
    book.rows += rows
    book.population = (book.population or 0) + len(rows)


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    breaches = (
        "報告番号=breach_no",
        "所属=section",
        "発見日時=found_at|moment:slash",
        "報告日時=reported_at|moment:slash",
        "課長連絡日=manager_told_on|date:slash",
        "改善日=corrected_on|date:slash",
        "利用停止日=suspended_on|date:slash",
    )
    checks = ("システム名=system", "確認日=checked_on|date:cell", "確認者=checked_by", "差異=difference")
    walks = (
        "所属=section",
        "確認日=checked_on|date:era",
        "確認者=checked_by",
        "問題の有無=problem|flag:有/無",
        "対処日=handled_on|date:era",
    )
    watched = ("システム名=system", "常時監視=always_watched|flag:○/×", "監視方法=method", "通知先=alert_to")
    clocks = ("機器名=device", "同期先=time_source", "ずれ（秒）=offset_seconds|number", "確認日=checked_on|date:slash")
    return [
        book_of("monitored_systems", "監視対象一覧", *watched),
        listing_of("clock_sources", "時刻同期一覧", *clocks),
        book_of("setting_checks", "設定確認記録", *checks),
        book_of("compliance_checks", "遵守状況確認記録", *walks, keeper="総務課"),
        export_of("breach_reports", "違反報告簿", *breaches, keeper="総務課"),
    ]


ANSWERS = {
    "7.1.1-02": Answer(said="--yyn", section="企画財政課", reason="直近三回の作業報告書と監視の記録を比べた"),
    "7.2.2-01": Answer(said="n-yyn", section="総務課", reason="手続きの文書と周知の記録を見た"),
    "7.3.3-02": Answer(said="-nyyn", section="総務課", reason="二つの計画の優先業務の表を並べた"),
    "7.5-01": Answer(said="yyyyn", section="総務課", reason="研修の資料を見て窓口の職員に聞いた"),
}
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer=dict.fromkeys(("7.1.1-01", "7.1.1-02", "7.1.2-01", "7.1.2-02"), "2024-10"),
    recommended=frozenset({"7.1.1-02", "7.1.2-02", "7.2.2-01", "7.3.3-02", "7.5-02"}),
    keys={
        "monitored_systems": ("system",),
        "clock_sources": ("device",),
        "setting_checks": ("system",),
        "compliance_checks": ("section", "checked_on"),
        "breach_reports": ("breach_no",),
    },
    row_dates={"setting_checks": "checked_on", "compliance_checks": "checked_on", "breach_reports": "found_at"},
    snapshots=frozenset({"clock_sources"}),
    words={
        "document": {
            "operation-procedure": "運用・保守手順",
            "monitoring-requirements": "監視要件",
            "law-list": "関係法令一覧",
            "discipline-standard": "懲戒処分の基準",
        },
        "provision": dict(PLAN_ITEMS),
    },
)
