"""Chapter 6.3 (development, introduction, maintenance) in the town: files, answers and what is said of the kinds.

Never here: the books (`chapter_6_3_books`), the sums (`chapter_6_3_sums`).
"""

from mihon_town.chapters.chapter_6_3_books import build
from mihon_town.chapters.chapter_6_3_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of

PROJECT_COLUMNS = (
    "案件番号=project_no",
    "案件名=title",
    "対象システム=system",
    "案件区分=project_type|word:project",
    "着手日=started_on|date:slash",
    "完了日=ended_on|date:slash",
    "責任者職員番号=responsible_id",
    "開発規則決定日=rules_set_on|date:slash",
    "使用機器等特定日=tools_identified_on|date:slash",
    "開発用ID削除日=dev_accounts_removed_on|date:slash",
    "外部公開=public_facing|flag:公開/非公開",
    "脆弱性検査日=weakness_tested_on|date:slash",
    "開発環境の分離=environment_separated|flag:分離/共用",
    "移行手順決定日=migration_plan_on|date:slash",
    "試験完了日=tested_on|date:slash",
    "接続日=linked_on|date:slash",
    "試験データ=test_data|word:test-data",
    "開発側試験者=maker_tester",
    "受入試験者=office_tester",
    "検収日=accepted_on|date:slash",
    "セキュリティ要件確認日=security_checked_on|date:slash",
    "稼働日=released_on|date:slash",
    "リスク検証日=risks_reviewed_on|date:slash",
    "移行基準決定日=criteria_set_on|date:slash",
    "移行後確認日=post_checked_on|date:slash",
)


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    return [
        book_of(
            "procurements",
            "機器等調達一覧",
            "調達番号=procurement_no",
            "件名=title",
            "調達区分=item_type|word:goods",
            "契約日=contracted_on|date:cell_era",
            "仕様書のセキュリティ要件=security_requirements|flag:記載あり/記載なし",
            "製品調査日=product_checked_on|date:era_short",
            "登録制度=listed_in|word:goods-list",
            "登録品を選ばない理由=unlisted_reason",
            "納入日=delivered_on|date:cell_era",
            "検査日=acceptance_checked_on|date:cell_era",
            keeper="会計課",
            total=True,
        ),
        export_of("system_projects", "システム開発・導入案件一覧", *PROJECT_COLUMNS, encoding="utf-8-sig"),
        book_of(
            "system_records",
            "情報システム関連資料一覧",
            "資料番号=record_no",
            "システム名=system",
            "資料区分=record_type|word:system-record",
            "資料名=title",
            "作成日=made_on|date:era",
            "保存期間（年）=retention_years|wide",
            "保管方法=storage|word:record-storage",
        ),
        book_of(
            "specification_changes",
            "仕様変更履歴",
            "変更番号=change_no",
            "システム名=system",
            "変更日=changed_on|date:slash+kanji",
            "変更内容=content",
            "決定者=decided_by",
            "仕様書更新日=specification_updated_on|date:slash",
        ),
    ]


WORDS = {
    "document": {"procurement-standard": "機器等選定基準", "acceptance-procedure": "納入時検査手続"},
    "goods": {"device": "機器", "software": "ソフトウェア", "system": "情報システム", "service": "クラウドサービス"},
    "goods-list": {"jc-star": "JC-STAR", "ismap": "ISMAP", "dmp": "デジタルマーケットプレイス", "none": "該当なし"},
    "project": {"new": "新規", "change": "改修", "renewal": "更改", "integration": "標準化"},
    "test-data": {"made-up": "架空データ", "masked": "匿名化", "real-data": "実データ", "none": "不使用"},
    "system-record": {"design": "設計書", "manual": "操作手順書", "test-result": "試験結果", "source-code": "ソースコード"},
    "record-storage": {"locked": "施錠保管", "access-limited": "アクセス制限", "open": "共有フォルダ", "elsewhere": "業者のみ保管"},
}
ANSWERS = {
    "6.3.1-03": Answer(said="--nyn", section="企画財政課", reason="選定の基準の条件の欄を読んだ"),
    "6.3.3-05": Answer(said="nnyyn", section="企画財政課", reason="公開の手順書と三つのページを見た"),
    "6.3.6-01": Answer(said="-yyyn", section="企画財政課", reason="試験環境で誤った値を入れて断られた"),
    "6.3.6-02": Answer(said="-nyyn", section="企画財政課", reason="三か月分の照合の帳票を見た"),
    "6.3.6-03": Answer(said="yyyyn", section="税務課", reason="納税通知書の抜取りの点検記録を見た"),
    "6.3.8-01": Answer(said="--yyn", section="企画財政課", reason="更新の前の試験の記録を読んだ"),
}
SINCE_2024 = ("6.3.1-01", "6.3.1-02", "6.3.1-03", "6.3.4-06", "6.3.4-07", "6.3.10-01")
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer={**dict.fromkeys(SINCE_2024, "2024-10"), "6.3.1-04": "2026-03"},
    recommended=frozenset({"6.3.1-04", "6.3.3-04", "6.3.3-05"}),
    keys={
        "procurements": ("procurement_no",),
        "system_projects": ("project_no",),
        "system_records": ("record_no",),
        "specification_changes": ("change_no",),
    },
    row_dates={"procurements": "contracted_on", "specification_changes": "changed_on"},
    words=WORDS,
)
