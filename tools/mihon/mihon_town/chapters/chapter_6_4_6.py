"""Chapters 6.4 to 6.6 (malware, intrusion, news of weaknesses) in the town: files, answers and what is said of the kinds.

Never here: the books (`chapter_6_4_6_books`), the sums (`chapter_6_4_6_sums`).
"""

from mihon_town.chapters.chapter_6_4_6_books import build
from mihon_town.chapters.chapter_6_4_6_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, columns, export_of


def _malware_layouts() -> list[Layout]:
    return [
        book_of(
            "gateway_scans",
            "出入口のウイルス検査一覧",
            "出入口名=gateway",
            "通信の種類=channel|word:gate-channel",
            "向き=direction|word:gate-way",
            "ウイルス検査=scanning|flag:実施/未実施",
            "最終検査記録日=last_scanned_on|date:slash",
        ),
        book_of(
            "offline_systems",
            "網につながない機器の管理表",
            "機器名=device",
            "用途=system",
            "所管課=section",
            "定義ファイル更新日=definitions_on|date:era_short",
            "更新用媒体番号=update_media",
        ),
        export_of(
            "malware_detections",
            "不正プログラム検知記録",
            "検知番号=detection_no",
            "端末名=device",
            "検知日時=detected_at|moment:slash",
            "検知名=malware",
            "感染=infected|flag:感染/感染なし",
            "切離し日時=isolated_at|moment:slash",
            "駆除完了日=cleaned_on|date:slash",
            state_encoding=True,
        ),
        book_of(
            "expert_support",
            "専門家の支援一覧",
            "契約番号=agreement_no",
            "支援者=provider",
            "支援内容=service",
            "開始日=starts_on|date:era",
            "終了日=ends_on|date:era",
            "緊急連絡先=contact",
        ),
    ]


def _attack_layouts() -> list[Layout]:
    watch = (
        "監視番号=watch_no",
        "監視日=watched_on|date:iso",
        "監視対象=direction|word:watch-way",
        "監視者=watched_by",
        "不審な通信=suspicious|flag:検知/検知なし",
        "検知件数=found|number",
        "遮断・対処日=handled_on|date:iso",
    )
    return [
        export_of(
            "open_services",
            "開放ポート・サービス一覧",
            "ホスト名=device",
            "ポート・サービス名=entry",
            "区分=item_type|word:open-item",
            "稼働状況=active|flag:開放/閉鎖",
            "要否=needed|flag:要/不要",
            "用途=purpose",
            "スキャン日=checked_on|date:iso",
            encoding="utf-8-sig",
        ),
        book_of(
            "integrity_checks",
            "改ざん検査記録",
            "検査番号=check_no",
            "検査対象=system",
            "検査区分=check_type|word:integrity",
            "検査日=checked_on|date:slash",
            "検査者=checked_by",
            "検査結果=result|word:integrity-result",
        ),
        book_of(
            "attack_records",
            "攻撃記録簿",
            "攻撃番号=attack_no",
            "検知日=detected_on|date:era",
            "攻撃元=source|word:attacker",
            "攻撃対象=target",
            "攻撃内容=content",
            "記録の保存=records_kept|flag:保存済/未保存",
            "保存場所=records_place",
            "犯罪の疑い=crime_suspected|flag:あり/なし",
            "警察相談日=police_contacted_on|date:era",
            "情報セキュリティ管理者通知日=manager_told_on|date:era",
        ),
        Layout(kind="traffic_watch", path="traffic-watch.jsonl", form="jsonl", columns=columns(*watch)),
        book_of(
            "mail_drills",
            "標的型攻撃メール訓練結果",
            "訓練回=drill_no",
            "所属=section",
            "訓練実施日=held_on|date:cell",
            "送信数=sent|number",
            "開封数=opened|number",
            "報告数=reported|number",
        ),
    ]


def _news_layouts() -> list[Layout]:
    return [
        book_of(
            "vulnerabilities",
            "脆弱性対応一覧",
            "管理番号=vulnerability_no",
            "対象製品=product",
            "公表日=published_on|date:slash",
            "収集日=collected_on|date:slash",
            "該当の有無=affected|flag:該当/非該当",
            "緊急度=urgency|word:urgency",
            "共有日=shared_on|date:slash",
            "対応完了日=patched_on|date:slash",
        ),
        book_of(
            "vulnerability_scans",
            "脆弱性診断記録",
            "診断番号=scan_no",
            "診断対象=system",
            "診断日=scanned_on|date:era",
            "診断方法=method|word:scan-method",
            "重大な指摘数=serious_found|number",
            "是正完了日=fixed_on|date:era",
        ),
        book_of(
            "security_notices",
            "注意喚起・脅威情報一覧",
            "情報番号=notice_no",
            "入手日=received_on|date:era_short+slash",
            "情報源=source",
            "情報区分=topic|word:news-topic",
            "件名=subject",
            "職員周知日=told_staff_on|date:era_short",
            "対策の要否=action_needed|flag:要/不要",
            "対策実施日=acted_on|date:era_short",
            keeper="総務課",
        ),
    ]


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    return [*_malware_layouts(), *_attack_layouts(), *_news_layouts()]


WORDS = {
    "gate-channel": {"mail": "メール", "web": "ウェブ", "file-transfer": "ファイル転送"},
    "gate-way": {"incoming": "受信", "outgoing": "送信", "both": "送受信"},
    "open-item": {"port": "ポート", "service": "サービス"},
    "integrity": {"web-page": "ウェブページ", "key-file": "重要ファイル", "dns-settings": "DNS設定"},
    "integrity-result": {"unchanged": "異常なし", "changed": "異常あり"},
    "attacker": {"outside": "外部", "staff": "職員", "inside-device": "庁内機器"},
    "watch-way": {"inside": "庁内", "outgoing": "出口"},
    "urgency": {"urgent": "緊急", "high": "高", "ordinary": "通常"},
    "scan-method": {"asm": "地方版ASM", "platform": "プラットフォーム診断", "web-application": "ウェブアプリケーション診断"},
    "news-topic": {"malware": "不正プログラム", "attack-mail": "不審メール", "threat": "脅威情報"},
}
ANSWERS = {
    "6.4.3-01": Answer(said="-nyyn", section="住民課", reason="受付の職員に受取りと検査を実演してもらった"),
    "6.4.3-03": Answer(said="nyyyn", section="総務課", reason="無害化装置の利用記録を課ごとに数えた"),
    "6.4.3-05": Answer(said="yyyyn", section="総務課", reason="三人に見本のメールを見せて答えを聞いた"),
    "6.5.1-06": Answer(said="--nyn", section="企画財政課", reason="外部からの知らせ一件の経過をたどった"),
    "6.5.2-01": Answer(said="-nyyn", section="企画財政課", reason="停止の手順書と当番の答えを確かめた"),
    "6.5.2-02": Answer(said="--yyn", section="企画財政課", reason="報告の様式と送信の記録を見た"),
    "6.5.7-02": Answer(said="--nyn", section="企画財政課", reason="二台の端末の間で共有に入れないことを試した"),
}
NEWEST = ("6.5.1-05", "6.6.1-05", "6.6.3-03")
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer=dict.fromkeys(NEWEST, "2026-03"),
    recommended=frozenset({"6.5.1-05", "6.5.3-02", "6.5.7-01", "6.6.1-04", "6.6.1-05", "6.6.3-03"}),
    keys={
        "gateway_scans": ("gateway", "channel", "direction"),
        "offline_systems": ("device",),
        "malware_detections": ("detection_no",),
        "expert_support": ("agreement_no",),
        "open_services": ("device", "entry", "item_type"),
        "integrity_checks": ("check_no",),
        "attack_records": ("attack_no",),
        "traffic_watch": ("watch_no",),
        "mail_drills": ("drill_no", "section"),
        "vulnerabilities": ("vulnerability_no",),
        "vulnerability_scans": ("scan_no",),
        "security_notices": ("notice_no",),
    },
    row_dates={
        "malware_detections": "detected_at",
        "integrity_checks": "checked_on",
        "attack_records": "detected_on",
        "traffic_watch": "watched_on",
        "mail_drills": "held_on",
        "vulnerabilities": "collected_on",
        "vulnerability_scans": "scanned_on",
        "security_notices": "received_on",
    },
    snapshots=frozenset({"gateway_scans", "offline_systems", "open_services"}),
    words=WORDS,
)
