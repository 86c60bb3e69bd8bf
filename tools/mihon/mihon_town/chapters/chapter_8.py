"""Chapter 8 of the guideline in the town: outsourcing and cloud services.

Never here: the first contracts and cloud services (`media_books`, `system_books`), the cloud part (`chapter_cloud`).
"""

from mihon_town.chapters.chapter_8_books import build
from mihon_town.chapters.chapter_8_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of

TERM_HEADERS = (
    ("ポリシーの遵守", "policy_kept"),
    ("責任者・従事者・作業場所の特定", "people_named"),
    ("サービスレベル", "service_level"),
    ("情報の範囲とアクセス方法", "access_limited"),
    ("従事者の教育", "education"),
    ("目的外利用・提供の禁止", "no_other_use"),
    ("守秘義務", "secrecy"),
    ("再委託の制限", "subcontract_limited"),
    ("返還・廃棄", "return_at_end"),
    ("定期報告・緊急時報告", "reports"),
    ("監査・検査", "inspection"),
    ("事故時の公表", "publication"),
    ("損害賠償", "damages"),
)


def _contract_layouts() -> list[Layout]:
    return [
        book_of(
            "contract_terms",
            "契約条項確認表",
            "契約番号=contract_no",
            "確認日=confirmed_on|date:era",
            *(f"{header}=" + column + "|flag:○/×" for header, column in TERM_HEADERS),
            keeper="会計課",
        ),
        book_of(
            "contractor_incidents",
            "委託先事故報告簿",
            "報告番号=report_no",
            "契約番号=contract_no",
            "委託先=contractor",
            "発見日時=found_at|moment:cell",
            "受付日時=reported_at|moment:cell",
            "内容=content",
            "重大=grave|flag:重大/軽微",
            "統括責任者報告日時=chief_told_at|moment:era",
            "CISO報告日時=ciso_told_at|moment:era",
            keeper="総務課",
        ),
    ]


def _work_layouts() -> list[Layout]:
    return [
        book_of(
            "system_contracts",
            "情報システム委託確認表",
            "契約番号=contract_no",
            "件名=title",
            "委託区分=work|word:system-work",
            "契約開始日=starts_on|date:slash",
            "契約終了日=ends_on|date:slash",
            "体制確認日=supply_chain_confirmed_on|date:slash",
            "要件試験日=requirements_tested_on|date:slash",
            "検収日=accepted_on|date:slash",
            "開発環境確認日=dev_environment_checked_on|date:slash",
            "機能稼働確認日=functions_confirmed_on|date:slash",
            "条件確認日=terms_checked_on|date:slash",
        ),
        book_of(
            "contractor_changes",
            "委託先変更届一覧",
            "届出番号=notice_no",
            "契約番号=contract_no",
            "委託先=contractor",
            "変更内容=change|word:contractor-change",
            "変更日=changed_on|date:era_short",
            "届出日=notified_on|date:era_short",
            "承認日=approved_on|date:era_short",
        ),
    ]


def _cloud_layouts() -> list[Layout]:
    return [
        export_of(
            "cloud_usage",
            "クラウド利用実態調査",
            "サービス名=service",
            "利用所属=section",
            "利用者数=users",
            "業務での利用=business_use|flag:○/×",
            "確認日=found_on|date:slash",
            "把握方法=found_by",
        ),
        book_of(
            "light_cloud_uses",
            "クラウドサービス利用申請簿",
            "申請番号=application_no",
            "サービス名=service",
            "管理所属=section",
            "利用目的=purpose",
            "機密性=confidentiality|word:wide-level",
            "申請者職員番号=applicant_id",
            "約款確認日=terms_read_on|date:era",
            "承認者職員番号=approver_id",
            "承認日=approved_on|date:era",
            keeper="総務課",
        ),
    ]


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    return [*_contract_layouts(), *_work_layouts(), *_cloud_layouts()]


PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers={
        "8.1.3-05": Answer(said="n-yyn", section="総務課", reason="契約の中断の条項と最近の事故の記録を読んだ"),
        "8.2.1-02": Answer(said="---yn", section="企画財政課", reason="直近の納品の照合記録を見た"),
    },
    newer=dict.fromkeys(("8.1.1-01", "8.2.1-01", "8.2.1-02", "8.2.2-01", "8.2.2-02", "8.2.3-01", "8.2.3-02", "8.2.4-01"), "2024-10"),
    recommended=frozenset({"8.1.2-07", "8.1.2-09", "8.1.2-11", "8.1.4-02", "8.3.7-02", "8.3.7-03", "8.4.2-04"}),
    keys={
        "contract_terms": ("contract_no",),
        "contractor_incidents": ("report_no",),
        "system_contracts": ("contract_no",),
        "contractor_changes": ("notice_no",),
        "cloud_usage": ("service",),
        "light_cloud_uses": ("application_no",),
    },
    words={
        "system-work": {"build": "構築", "operate": "運用・保守", "service": "機能提供サービス", "other": "その他"},
        "contractor-change": {"staff": "要員", "place": "作業場所", "subcontractor": "再委託", "system": "システム"},
        "document": {
            "outsourcing-standard": "業務委託の判断基準",
            "contractor-selection-standard": "委託先の選定基準",
            "cloud-selection-standard": "クラウドサービス選定基準",
            "cloud-use-rules": "クラウドサービス利用規程",
            "light-cloud-rules": "約款型サービス利用規程",
        },
    },
)
