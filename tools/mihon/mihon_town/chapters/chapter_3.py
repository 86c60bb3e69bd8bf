"""Chapter 3 of the guideline in the town: three zones, what may cross between them, and the four network models.

Never here: the rows of the books (`chapter_3_books`), the sums (`chapter_3_sums`), device settings (`network`).
"""

from mihon_town.chapters.chapter_3_books import build
from mihon_town.chapters.chapter_3_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of

ALPHA_PRIME = frozenset({"alpha-prime"})
BETAS = frozenset({"beta", "beta-prime"})
BETA_PRIME = frozenset({"beta-prime"})
BREAKOUT = tuple(f"3.2-{number:02d}" for number in range(9, 17))
"""What model α′ adds; the town never had it."""


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    return [*_crossings(), *_intakes(), *_watch()]


def _crossings() -> list[Layout]:
    return [
        book_of(
            "usb_permits",
            "USB書出許可台帳",
            "許可番号=permit_no",
            "端末名=terminal",
            "媒体登録番号=item",
            "領域=zone|word:zone",
            "理由=reason",
            "許可者=approved_by",
            "許可日=approved_on|date:era",
            "許可開始日=starts_on|date:era",
            "許可期限=expires_on|date:era",
        ),
        export_of(
            "usb_writes",
            "USB書出記録",
            "ログ番号=write_no",
            "コンピュータ名=terminal",
            "デバイスID=item",
            "ゾーン=zone|word:zone",
            "操作日時=written_at|moment:plain",
            "ユーザーID=user_id",
        ),
        book_of(
            "screen_transfers",
            "画面転送台帳",
            "画面転送装置=gateway",
            "接続元の領域=from_zone|word:zone",
            "接続先の領域=to_zone|word:zone",
            "目的=purpose",
            "承認者=approved_by",
            "承認日=approved_on|date:era_short",
            "リスク評価日=risk_reviewed_on|date:era_short",
            "クリップボード禁止=clipboard_blocked|flag:禁止/許可",
            "ファイル転送禁止=file_transfer_blocked|flag:禁止/許可",
            "通信の暗号化=encrypted|flag:○/×",
            "接続元の限定=source_limited|flag:○/×",
        ),
    ]


def _intakes() -> list[Layout]:
    return [
        book_of(
            "zone_clouds",
            "領域別クラウド接続台帳",
            "クラウド環境名=service",
            "接続領域=zone|word:zone",
            "接続回線=line|word:cloud-line",
            "クラウド側の分離=separated|flag:分離済/共有",
            "分離確認日=separation_checked_on|date:cell",
            "データ暗号化=data_encrypted|flag:○/×",
            "機密性=confidentiality|word:level",
            "終了時取扱合意日=exit_agreed_on|date:cell",
        ),
        book_of(
            "intake_routes",
            "外部からの取込経路台帳",
            "取込経路=route",
            "取込区分=intake|word:intake",
            "取込先領域=to_zone|word:zone",
            "本文テキスト化=text_only|flag:○/×",
            "添付ファイル削除=attachments_removed|flag:○/×",
            "無害化の方法=treatment|word:treatment",
        ),
        export_of(
            "taken_in_files",
            "取込ファイル記録",
            "取込番号=file_no",
            "取込日時=taken_at|moment:plain",
            "取込先領域=to_zone|word:zone",
            "処理方法=treatment|word:treatment",
            "処理結果=outcome|word:intake-outcome",
            "取込者=taken_by",
        ),
    ]


def _watch() -> list[Layout]:
    return [
        book_of(
            "monitoring_reports",
            "通信監視報告一覧",
            "報告番号=report_no",
            "監視対象=target|word:watched",
            "報告元=issuer",
            "受領日=received_on|date:slash",
            "確認日=reviewed_on|date:slash",
            "確認者=reviewed_by",
        ),
        export_of(
            "monitoring_alerts",
            "監視検知対応記録",
            "アラート番号=alert_no",
            "検知日時=detected_at|moment:plain",
            "領域=zone|word:zone",
            "検知内容=content",
            "対応日時=handled_at|moment:plain",
            "対応者=handled_by",
        ),
        export_of(
            "endpoint_detection",
            "EDR稼働状況",
            "コンピュータ名=device",
            "製品名=product",
            "最終接続日=last_seen_on|date:stamp",
            encoding="utf-8-sig",
        ),
    ]


ANSWERS = {
    **{control: Answer(said="----n", section="企画財政課", reason="α′モデルを採っていない") for control in BREAKOUT},
    "3.3-06": Answer(said="n-yyn", section="総務課", reason="インターネット側の共有フォルダを検索した"),
    "3.3-12": Answer(said="--nyn", section="企画財政課", reason="切り離しの手順と当番の表を見た"),
    "3.3-13": Answer(said="--nyn", section="総務課", reason="端末の利用者と研修の記録を照らした"),
    "3.3-14": Answer(said="----n", section="企画財政課", reason="βモデルを採っていない"),
    "3.3-17": Answer(said="---yn", section="企画財政課", reason="連休の監視の記録を見た"),
    "3.3-18": Answer(said="--nyn", section="総務課", reason="所属ごとの遵守状況の一覧を見た"),
}
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer={"3.1-10": "2025-03", "3.1-11": "2025-03", **dict.fromkeys(BREAKOUT, "2024-10")},
    recommended=frozenset({"3.1-08", "3.1-11", "3.1-15", "3.2-15", "3.3-04", "3.3-05", "3.3-08"}),
    models={
        **dict.fromkeys(BREAKOUT, ALPHA_PRIME),
        "3.3-06": frozenset({"alpha", "alpha-prime", "beta"}),
        **{f"3.3-{number:02d}": BETAS for number in range(7, 14)},
        "3.3-14": frozenset({"beta"}),
        **{f"3.3-{number:02d}": BETA_PRIME for number in range(15, 19)},
    },
    keys={
        "usb_permits": ("permit_no",),
        "usb_writes": ("write_no",),
        "screen_transfers": ("gateway",),
        "zone_clouds": ("service",),
        "intake_routes": ("route",),
        "taken_in_files": ("file_no",),
        "monitoring_reports": ("report_no",),
        "monitoring_alerts": ("alert_no",),
        "endpoint_detection": ("device",),
    },
    row_dates={
        "usb_writes": "written_at",
        "taken_in_files": "taken_at",
        "monitoring_reports": "received_on",
        "monitoring_alerts": "detected_at",
    },
    snapshots=frozenset({"endpoint_detection"}),
    words={
        "document": {"model-confirmation": "ネットワークモデル外部確認報告"},
        "cloud-line": {"dedicated": "専用線", "lgwan": "LGWAN", "vpn": "インターネットVPN", "internet": "インターネット"},
        "intake": {"mail": "メール", "file": "ファイル"},
        "treatment": {"sanitised": "無害化", "checked": "サンドボックス検査", "none": "なし"},
        "intake-outcome": {"clean": "異常なし", "blocked": "遮断", "unclean": "検知"},
        "watched": {
            "internet-traffic": "インターネット通信",
            "lgwan-access": "LGWAN境界",
            "security-cloud": "自治体情報セキュリティクラウド",
        },
    },
)
