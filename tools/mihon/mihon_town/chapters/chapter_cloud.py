"""The cloud part (第4編) of the guideline in the town.

Never here: the chapters that it overlays, the register of cloud services of chapter 8 (`chapter_8`).
"""

from mihon_town.chapters.chapter_cloud_books import build
from mihon_town.chapters.chapter_cloud_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of

ANSWERS = {
    "6.1.4-51": Answer(said="---yn", section="企画財政課", reason="直近の構成の変更を手順書と並べた"),
    "6.3.2-51": Answer(said="---yn", section="企画財政課", reason="仕様書に付いた手引きと設定の画面を見比べた"),
    "6.4.1-51": Answer(said="--nyn", section="企画財政課", reason="仮想サーバの一覧と対策ソフトの一覧を突き合わせた"),
    "7.3.1-51": Answer(said="--nyn", section="総務課", reason="計画の別紙を電子申請の停止に当てはめてたどった"),
}
OVERLAY = frozenset(JUDGES) | frozenset(ANSWERS)


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    return [
        book_of(
            "cloud_duties",
            "クラウド役割分担表",
            "サービス名=service",
            "役割=duty",
            "担う者=party|word:cloud-party",
            "担当職員番号=owner_id",
            "クラウド研修受講日=trained_on|date:era",
        ),
        export_of(
            "cloud_accounts",
            "クラウド管理者アカウント一覧",
            "サービス名=service",
            "ユーザーID=account",
            "職員番号=staff_id",
            "有効=enabled|flag:有効/無効",
            "管理者権限=administrator|flag:管理者/一般",
            "外部の者=outsider|flag:委託先/職員",
            "多要素認証=multi_factor|flag:設定済/未設定",
            encoding="utf-8-sig",
        ),
        book_of(
            "cloud_setting_checks",
            "クラウド設定点検記録",
            "点検番号=check_no",
            "サービス名=service",
            "点検項目=item",
            "点検日=checked_on|date:slash",
            "点検結果=result|word:check",
            "是正日=corrected_on|date:slash",
        ),
        book_of(
            "cloud_notices",
            "クラウド事業者通知台帳",
            "通知番号=notice_no",
            "サービス名=service",
            "通知区分=kind|word:cloud-notice",
            "概要=summary",
            "受信日時=received_at|moment:cell",
            "窓口報告日時=window_told_at|moment:cell",
            "影響判断日時=judged_at|moment:cell",
            "対応完了日=done_on|date:slash",
        ),
    ]


PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer=dict.fromkeys(OVERLAY, "2023-03"),
    recommended=frozenset(
        {"1.6-51", "5.2.2-51", "6.1.2-51", "6.1.4-51", "6.3.2-51", "6.4.1-51", "6.5.1-51", "6.5.1-52", "7.1.3-51", "7.3.1-51", "8.3.8-51"}
    ),
    overlay=OVERLAY,
    keys={
        "cloud_duties": ("service", "duty"),
        "cloud_accounts": ("service", "account"),
        "cloud_setting_checks": ("check_no",),
        "cloud_notices": ("notice_no",),
    },
    snapshots=frozenset({"cloud_accounts"}),
    words={
        "cloud-party": {"own": "役所", "provider": "提供者", "contractor": "委託先"},
        "key-keeper": {"own": "役所", "provider": "提供者", "contractor": "委託先", "undecided": "未定"},
        "cloud-notice": {"incident": "事故", "weakness": "脆弱性", "change": "変更", "other": "その他"},
    },
)
