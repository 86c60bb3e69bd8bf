"""Chapter 1 (organisation) in the town: more posts, charters, managers of systems, the progress of improvements.

Never here: other chapters.
"""

from collections.abc import Mapping
from datetime import date

from mihon_town.chapters.part import Answer, Judge, Part
from mihon_town.model import Row, Year
from mihon_town.people import Staff
from mihon_town.stories import Story
from mihon_town.tally import Sum, Test, Verdict, at_hand, at_least, both, day, everything, inside, row_by_row, same_sets, share, view
from mihon_town.terms import Terms

OPERATORS = ("税務課", "住民課", "福祉課", "健康増進課", "会計課", "総務課", "企画財政課", "上下水道課", "建設課", "農政課")
MEMBERS = {2022: 0, 2023: 1, 2024: 2, 2025: 3}
WITHOUT_PROCEDURE = {2022: 20, 2023: 9, 2024: 3, 2025: 0}
CHARTERS = (
    ("role-charter", "情報セキュリティ権限・責任等一覧", 2022),
    ("committee-charter", "情報セキュリティ委員会設置要綱", 2022),
    ("csirt-charter", "見本町CSIRT設置要綱", 2023),
)
"""Charters with the fiscal year from which each is approved."""
CISO = "最高情報セキュリティ責任者"


def build(year: Year, staff: Staff, story: Story) -> None:
    """Add posts, charters, dates of procedures and the progress of improvements."""
    _posts(year, staff, story)
    _charters(year, story)
    _systems(year, story)
    meetings = year.books["committee_meetings"].rows
    if year.fiscal_year >= 2024 and not story.bad:
        meeting = str(meetings[-1]["meeting_id"])
        row: Row = {"meeting_id": meeting, "held_on": meetings[-1]["held_on"], "agenda": "improvement-progress"}
        meetings.append({**row, "item": "改善計画の進捗の確認", "decided": False})


def _posts(year: Year, staff: Staff, story: Story) -> None:
    book = year.books["roles"]
    heads = staff.heads()
    posts: list[tuple[str, str, str | None]] = [
        ("security-officer", name, heads[name].staff_id) for name in ("総務課", "住民課", "議会事務局")
    ]
    if story.bad:
        posts[1] = ("security-officer", "住民課", None)
    served = OPERATORS if year.fiscal_year > 2022 and not story.bad else OPERATORS[:4]
    posts += [("system-operator", name, heads[name].staff_id) for name in served]
    if year.fiscal_year >= 2024 and not story.bad:
        posts += [("system-operator", name, heads[name].staff_id) for name in ("教育総務課", "議会事務局")]
    members = 0 if story.bad else MEMBERS[year.fiscal_year]
    posts += [("csirt-member", name, heads[name].staff_id) for name in ("総務課", "住民課", "会計課")[:members]]
    rows: list[Row] = [
        {
            "role": role,
            "section": section,
            "holder_id": holder,
            "position": "課長" if role == "security-officer" else "主査",
            "contact": f"内線{3100 + place}" if holder else None,
            "updated_on": year.on(4, 8) if holder else None,
        }
        for place, (role, section, holder) in enumerate(posts)
    ]
    book.rows += rows
    book.population = (book.population or 0) + len(rows)
    if story.bad:
        for row in book.rows:
            if row["role"] == "contact-window":
                row["contact"] = None
            if row["role"] == "deputy-ciso":
                row["holder_id"] = None


def _charters(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for place, (kind, title, first) in enumerate(CHARTERS, start=1):
        live = year.fiscal_year >= first and not story.bad
        rows.append(
            {
                "document_id": f"組-{place:02d}",
                "document_type": kind,
                "title": title,
                "version": "1.0" if live else "案",
                "approved_on": date(first, 6, 1) if live else None,
                "approved_by": CISO if live else None,
                "reviewed_on": None,
                "published_on": None,
            }
        )
    year.books["documents"].rows += rows
    if story.bad:
        year.books["documents"].rows = [
            {**row, "approved_by": None} if row["document_type"] == "procedure" else row for row in year.books["documents"].rows
        ]


def _systems(year: Year, story: Story) -> None:
    bare = 5 if story.bad else WITHOUT_PROCEDURE[year.fiscal_year]
    systems = year.books["systems"].rows
    for place, row in enumerate(systems):
        row["procedure_approved_on"] = None if place < bare else date(2021, 6, 1)
    if story.bad:
        systems[3]["manager_id"] = None
        systems[4]["manager_id"] = "9999"
        systems[7]["procedure_approved_on"] = date(2026, 4, 2)
    elif year.fiscal_year == 2022:
        systems[6]["manager_id"] = None
    elif year.fiscal_year == 2023:
        systems[9]["manager_id"] = "0998"


def _approved(kind: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "approved_on", "approved_by")

        def scope(row: Row) -> Verdict:
            signed = row["document_type"] == kind and row["approved_by"] is not None and row["approved_on"] is not None
            return both(signed, at_least(year.end, day(row, "approved_on")) if signed else None)

        return at_hand(book, scope)

    return judge


def _posted(test: Test, wanted: int = 1, *, columns: tuple[str, ...] = ("role", "holder_id")) -> Judge:
    return lambda year, _: at_hand(view(year, "roles", *columns), test, wanted)


def officers_named(year: Year, _: Terms) -> Sum:
    """Ask whether every post of a security officer is filled."""
    book = view(year, "roles", "role", "holder_id")
    return row_by_row(book, lambda row: row["role"] == "security-officer", lambda row: row["holder_id"] is not None)


def managers_named(year: Year, _: Terms) -> Sum:
    """Ask whether each section has a security manager."""
    roles = view(year, "roles", "section", "role", "holder_id")
    sections = view(year, "sections", "section")
    return share(
        sections, everything, roles, ("section", "section"), lambda row: row["role"] == "security-manager" and row["holder_id"] is not None
    )


def systems_managed(year: Year, _: Terms) -> Sum:
    """Ask whether each system has a manager."""
    return row_by_row(view(year, "systems", "manager_id"), everything, lambda row: row["manager_id"] is not None)


def managers_present(year: Year, _: Terms) -> Sum:
    """Ask whether the managers in the register work here on the as-of date."""
    systems = view(year, "systems", "manager_id")
    staff = view(year, "staff", "staff_id", "left_on")

    def here(row: Row) -> Verdict:
        return True if row["left_on"] is None else at_least(day(row, "left_on"), year.end)

    return same_sets(systems, lambda row: row["manager_id"] is not None, staff, here, ("manager_id", "staff_id"))


def procedures_approved(year: Year, _: Terms) -> Sum:
    """Ask whether each system's procedure was approved in time."""
    book = view(year, "systems", "procedure_approved_on")
    return row_by_row(book, everything, lambda row: at_least(year.end, day(row, "procedure_approved_on")))


def operators_named(year: Year, _: Terms) -> Sum:
    """Ask whether the sections in charge of systems have operators."""
    systems = view(year, "systems", "section")
    roles = view(year, "roles", "section", "role", "holder_id")
    named: Test = lambda row: row["role"] == "system-operator" and row["holder_id"] is not None  # noqa: E731 - one line says it
    return same_sets(systems, everything, roles, named, ("section", "section"))


def progress_checked(year: Year, _: Terms) -> Sum:
    """Ask whether the committee looked at the progress of improvements."""
    book = view(year, "committee_meetings", "held_on", "agenda")
    return at_hand(book, lambda row: both(row["agenda"] == "improvement-progress", inside(day(row, "held_on"), year.start, year.end)))


JUDGES: Mapping[str, Judge] = {
    "1.1-02": _approved("role-charter"),
    "1.1-03": _posted(lambda row: row["role"] == "deputy-ciso" and row["holder_id"] is not None),
    "1.2-02": _approved("procedure"),
    "1.3-01": officers_named,
    "1.4-01": managers_named,
    "1.5-01": systems_managed,
    "1.5-02": managers_present,
    "1.5-03": procedures_approved,
    "1.6-01": operators_named,
    "1.7-03": _approved("committee-charter"),
    "1.7-04": progress_checked,
    "1.9-01": _approved("csirt-charter"),
    "1.9-02": _posted(lambda row: row["role"] in {"csirt-head", "csirt-member"} and row["holder_id"] is not None, 3),
    "1.9-03": _posted(lambda row: row["role"] == "contact-window" and row["contact"] is not None, columns=("role", "contact")),
}
ANSWERS = {
    "1.1-04": Answer(said="-nyyn", section="総務課", reason="専決の決裁文書を綴りで見た"),
    "1.2-03": Answer(said="nnyyn", section="総務課", reason="休日の当番表と対策基準の条を見比べた"),
    "1.4-02": Answer(said="-nyyn", section="総務課", reason="三つの課で課長に聞いた"),
    "1.8-02": Answer(said="yyyyn", section="会計課", reason="監査実施計画の対象部署に会計課がないことを見た"),
    "1.9-04": Answer(said="--yyn", section="企画財政課", reason="構成員二人に別々に聞いた"),
    "1.9-05": Answer(said="--nyn", section="企画財政課", reason="緊急時対応計画の公表の章を読んだ"),
    "1.9-06": Answer(said="-yyyn", section="企画財政課", reason="注意喚起の回覧の記録を見た"),
}
PART = Part(
    build=build,
    judges=JUDGES,
    answers=ANSWERS,
    recommended=frozenset({"1.1-03", "1.1-04", "1.7-04", "1.9-05", "1.9-06"}),
    words={
        "document": {kind: title.removeprefix("情報セキュリティ").removeprefix("見本町") for kind, title, _ in CHARTERS},
        "role": {"security-officer": "情報セキュリティ責任者", "system-operator": "情報システム担当者", "csirt-member": "CSIRT構成員"},
        "agenda": {"improvement-progress": "改善計画の進捗"},
    },
)
