"""Files about people, papers, incidents and audits.

Never here: files about things (`layouts_things`).
"""

from collections.abc import Callable
from dataclasses import replace

from mihon_town.layouts import Layout, book_of, columns, export_of
from mihon_town.model import Row
from mihon_town.people import SECTIONS


def _roster(fiscal_year: int) -> Layout:
    early = fiscal_year <= 2023
    era = fiscal_year - 2018
    dates = "date:cell_era" if fiscal_year % 2 else "date:era+era_short"
    return Layout(
        kind="staff",
        path="職員名簿.xlsx",
        form="xlsx",
        sheet="職員名簿",
        keeper="総務課",
        titles=(f"見本町　職員名簿（令和{era}年度末現在）", "取扱注意", "作成：総務課人事係"),
        groups=(("本人", 4), ("任用", 4), ("事務用", 2)),
        merged="section" if early else None,
        total=True,
        notes=True,
        columns=columns(
            "職員番号=staff_id",
            "氏名=name",
            "所属=section",
            "職名=position",
            "任用区分=employment",
            f"{'採用日' if early else '採用年月日'}=hired_on|{dates}",
            f"{'退職日' if early else '退職年月日'}=left_on|{dates}",
            "休職等=on_leave|flag:有/無",
            "備考=#note",
            "作業用=#helper",
        ),
    )


def _training(*, early: bool) -> list[Layout]:
    learning = export_of(
        "training_records",
        "eラーニング受講履歴",
        "職員番号=staff_id",
        "氏名=#name",
        "所属=#section",
        "コース名=course",
        "研修区分=course_kind|word:course-kind",
        "受講状況=completed|training",
        "受講完了日=completed_on|date:era+era_short" if early else "受講完了日=completed_on|date:era+slash+era_short",
        "点数=score|number",
        keeper="総務課",
    )
    learning = replace(learning, where=lambda row: row["_file"] == "")
    hall = book_of(
        "training_records",
        "集合研修出席簿",
        "番号=#no",
        "職員番号=staff_id",
        "氏名=#name",
        "研修名=course",
        "研修区分=course_kind|word:course-kind",
        "出席=completed|flag:○/×",
        "実施日=completed_on|date:era_slash",
        keeper="総務課",
        total=True,
    )
    hall = replace(hall, where=lambda row: row["_file"] == "class")
    return [learning, hall]


def people_layouts(fiscal_year: int) -> list[Layout]:
    """Roster, training, roles, sections."""
    early = fiscal_year <= 2023
    roles = book_of(
        "roles",
        "権限・責任等一覧",
        "役割=role|word:role",
        "所属=section",
        "職名=position",
        "職員番号=holder_id",
        "氏名=#holder",
        "連絡先=contact",
        "更新日=updated_on|date:slash" if early else "更新日=updated_on|date:cell",
        "備考=#note",
        keeper="総務課",
    )
    name = "課・局名" if fiscal_year == 2022 else "所属名"
    sections = book_of(
        "sections", "所属一覧", "番号=#no", f"{name}=section", "所属長職員番号=head_id", "氏名=#holder", keeper="総務課", total=True
    )
    sections = replace(sections, hand_map=((name, "section"),) if fiscal_year == 2022 else ())
    return [_roster(fiscal_year), *_training(early=early), roles, sections]


def check_layouts(fiscal_year: int) -> list[Layout]:
    """Self-checks: one list in the early years, one form per section later."""
    specs = ("所属=section", "設問番号=question_no", "理由=reason")
    if fiscal_year == 2023:
        marks = columns(specs[0], specs[1], "回答=answer|word:said", specs[2], "回答日=answered_on|date:kanji")
        lines = ("見本町　自己点検結果", "集計：総務課")
        return [
            Layout(
                kind="self_checks",
                path="自己点検結果.xlsx",
                form="xlsx",
                sheet="集計",
                keeper="総務課",
                columns=marks,
                titles=lines,
                merged="section",
            )
        ]
    if fiscal_year == 2022:
        return [
            export_of(
                "self_checks",
                "自己点検結果",
                specs[0],
                specs[1],
                "回答=answer|word:said",
                specs[2],
                "回答日=answered_on|date:slash",
                keeper="総務課",
            )
        ]
    forms = [
        export_of(
            "self_checks",
            f"自己点検/{name}",
            specs[0],
            specs[1],
            "回答=answer|word:mark",
            specs[2],
            "回答日=answered_on|date:era",
            encoding="utf-8-sig" if fiscal_year == 2024 else "cp932",
            keeper=name,
        )
        for name in SECTIONS
    ]
    return [replace(form, where=_of_section(name)) for form, name in zip(forms, SECTIONS, strict=True)]


def _of_section(name: str) -> Callable[[Row], bool]:
    return lambda row: row["section"] == name


def answer_layouts(fiscal_year: int) -> list[Layout]:
    """People's answers: a list in the early years, secaudit's own form later."""
    names = ("control", "answer", "answered_by", "answered_on", "reason", "expires_on", "section")
    if fiscal_year >= 2024:
        specs = [f"{name}={name}" for name in names if not name.endswith("_on")]
        specs += [f"{name}={name}|date:cell" for name in names if name.endswith("_on")]
        return [Layout(kind="answers", path="answers/回答.yaml", form="yaml", columns=columns(*specs))]
    return [
        export_of(
            "answers",
            "answers/回答",
            "管理策番号=control",
            "回答=answer|word:said",
            "回答者=answered_by",
            "回答日=answered_on|date:era",
            "理由=reason",
            "有効期限=expires_on|date:slash",
            "所属=section",
        )
    ]


def paper_layouts(fiscal_year: int) -> list[Layout]:
    """Meetings, documents, drills, incidents, exceptions, audits."""
    early = fiscal_year <= 2023
    documents = Layout(
        kind="documents",
        path="規程・計画台帳.yaml",
        form="yaml",
        keeper="総務課",
        columns=columns(
            "文書番号=document_id",
            "文書種別=document_type|word:document",
            "表題=title",
            "版=version",
            "承認日=approved_on|date:cell",
            "承認者=approved_by",
            "見直し日=reviewed_on|date:cell",
            "公表日=published_on|date:cell",
        ),
    )
    drill = (
        "訓練番号=drill_id",
        "実施日=held_on|date:era",
        "シナリオ=scenario",
        "参加人数=participants|number",
        "計画書=planned|flag:有/無",
        "振り返り=reviewed|flag:済/未",
        "対象範囲=scope",
        "計画承認日=plan_approved_on|date:era",
        "改善完了日=follow_up_done_on|date:era",
    )
    meeting = (
        "会議番号=meeting_id",
        "開催日=held_on|date:era",
        "議題区分=agenda|word:agenda",
        "議題=item",
        "議決=decided|flag:○/×",
        "備考=#note",
    )
    return [
        book_of("committee_meetings", "情報セキュリティ委員会議事一覧", *meeting, keeper="総務課"),
        documents,
        book_of("drills", "訓練記録", *drill, total=True),
        _incident_book(),
        _exception_book(early=early),
        *_audit_books(),
    ]


def _incident_book() -> Layout:
    return book_of(
        "incidents",
        "インシデント管理簿",
        "管理番号=incident_id",
        "区分=category",
        "発生日時=occurred_at|moment:slash",
        "認知日時=found_at|moment:wide+slash",
        "第一報日時=first_reported_at|moment:wide+slash",
        "CISO報告日時=ciso_reported_at|moment:era+cell",
        "復旧日時=recovered_at|moment:cell",
        "個人情報の有無=personal_data|flag:有/無",
        "原因=cause",
        "再発防止策=prevention",
        "CSIRT判定日時=judged_at|moment:slash",
        "統括責任者報告日時=chief_reported_at|moment:wide+slash",
        "委員会報告要否=commission_due|flag:要/不要",
        "委員会速報日=commission_reported_on|date:era",
        "再発防止指示日=prevention_ordered_on|date:era",
        "完了日=closed_on|date:wide",
        "備考=#note",
        titles=("見本町　インシデント管理簿", "～事実だけを早く。原因は後で～"),
    )


def _exception_book(*, early: bool) -> Layout:
    return book_of(
        "exceptions_register",
        "例外措置台帳",
        "申請番号=exception_no",
        "条項=clause",
        "理由=reason",
        "申請者=applicant_id",
        "許可者=approver_id",
        "許可日=approved_on|date:era_short",
        "期限=expires_on|date:era_short" if early else "期限=expires_on|date:era",
        "状態=status|word:exception",
        "確認日=checked_on|date:era_short",
        "緊急=emergency|flag:○/×",
        "開始日=started_on|date:era_short",
        "事後報告日=reported_on|date:era_short",
        "備考=#note",
        keeper="総務課",
    )


def _audit_books() -> list[Layout]:
    engagement = (
        "監査番号=audit_id",
        "被監査部門=audited_section",
        "監査人職員番号=auditor_id",
        "監査人所属=auditor_section",
        "実施日=audited_on|date:cell",
        "報告日=reported_on|date:cell",
        "調書保管場所=papers_place",
        "外部監査=external|flag:外部/内部",
        "J-LIS報告日=jlis_reported_on|date:cell",
    )
    finding = (
        "指摘番号=finding_no",
        "指摘日=raised_on|date:cell",
        "条項=clause",
        "区分=grade",
        "対象課=section",
        "担当者職員番号=owner_id",
        "改善期限=due_on|date:era",
        "状態=status|word:finding",
        "完了日=closed_on|date:era",
        "進捗報告日=progress_on|date:era",
        "横展開確認日=spread_checked_on|date:era",
        "備考=#note",
    )
    return [
        book_of("audit_engagements", "監査実施記録", *engagement, keeper="会計課"),
        book_of("audit_findings", "監査指摘・改善計画", *finding, keeper="会計課"),
    ]
