"""Chapter 6.1 (1) to (13) in the town: files, answers and what is said of the kinds.

Never here: the books (`chapter_6_1_networks_files`, `chapter_6_1_networks_lines`), the sums (`chapter_6_1_networks_sums`).
"""

from mihon_town.chapters.chapter_6_1_networks_files import add_files
from mihon_town.chapters.chapter_6_1_networks_lines import add_lines
from mihon_town.chapters.chapter_6_1_networks_sums import FILE_JUDGES, LINE_JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, columns, export_of
from mihon_town.model import Row, Year
from mihon_town.people import Staff
from mihon_town.stories import Story


def _build(year: Year, staff: Staff, story: Story) -> None:
    add_files(year, staff, story)
    add_lines(year, story)


def _is_printer(row: Row) -> bool:
    return row["device_type"] == "mfp"


def _is_other(row: Row) -> bool:
    return not _is_printer(row)


def _folder_layouts() -> list[Layout]:
    return [
        book_of(
            "shared_folders",
            "共有フォルダ一覧",
            "番号=#no",
            "フォルダ名=folder",
            "サーバ名=server",
            "所属=section",
            "容量上限（GB）=quota_gb|number",
            "周知日=quota_told_on|date:era",
        ),
        export_of(
            "folder_permissions",
            "共有フォルダ権限一覧",
            "フォルダパス=folder",
            "グループ名=granted_to",
            "フォルダ区分=contents|word:folder-contents",
            "所管課=owner_section",
            "付与先の所属=granted_section",
            "付与範囲=grantee|word:folder-grantee",
            "アクセス許可=access_right|word:folder-right",
            encoding="utf-8-sig",
        ),
    ]


def _work_layouts(fiscal_year: int) -> list[Layout]:
    plans = (
        "システム名=system",
        "バックアップ方式=method",
        "取得周期（日）=cycle_days|number",
        "世代数=generations|number",
        "備考=#note",
    )
    works = (
        "作業番号=record_id",
        "対象システム=system",
        "作業日=worked_on|date:era_short+slash",
        "作業区分=work_type|word:system-work",
        "作業内容=content",
        "作業者職員番号=worker_id",
        "立会者職員番号=second_worker_id",
        "設定確認日=verified_on|date:era_short",
        "確認者=verified_by",
    )
    faults = (
        "障害番号=fault_no",
        "システム名=system",
        "発生日時=occurred_at|moment:slash",
        "復旧日時=recovered_at|moment:wide",
        "障害原因=cause",
        "対応内容=handling",
        "対応者職員番号=handled_by",
        "保存期間（年）=retention_years|wide",
    )
    papers = "仕様書管理簿" if fiscal_year <= 2023 else "情報システム仕様書等管理簿"
    return [
        book_of("backup_plans", "バックアップ計画一覧", *plans),
        book_of("system_work_records", "システム作業記録", *works, total=True),
        book_of(
            "specifications",
            papers,
            "文書番号=document_id",
            "文書名=title",
            "保管課=section",
            "保管方法=storage|word:paper-storage",
            "備考=#note",
        ),
        book_of("fault_records", "障害記録", *faults),
        book_of(
            "information_exchanges",
            "他団体との情報交換記録",
            "交換番号=exchange_id",
            "交換日=exchanged_on|date:era",
            "相手団体=partner",
            "交換内容=content",
            "取扱い決定日=rules_set_on|date:era",
            "統括情報セキュリティ責任者許可日=chief_permitted_on|date:era",
            "情報セキュリティ責任者許可日=officer_permitted_on|date:era",
        ),
    ]


def _line_layouts() -> list[Layout]:
    rules = (
        "機器名=device",
        "ポリシーID=rule_no",
        "送信元=source",
        "宛先=destination",
        "サービス=service",
        "アクション=action",
        "状態=enabled|flag:enable/disable",
        "コメント=purpose",
        "承認者=approved_by",
    )
    return [
        book_of(
            "line_devices",
            "通信回線装置台帳",
            "装置名=device",
            "装置種別=device_type|word:line-device",
            "管理課=section",
            "稼働状況=in_use|flag:運用中/予備",
            "フィルタリング・経路制御=controls_traffic|flag:有/無",
            "ファームウェア更新日=firmware_on|date:slash",
            "最終設定変更日=config_changed_on|date:slash",
            "設定バックアップ日=config_saved_on|date:slash",
            "設定点検日=rules_checked_on|date:era_slash",
            "設定点検結果=rules_result|word:rules-result",
        ),
        Layout(kind="firewall_rules", path="firewall-rules.jsonl", form="jsonl", columns=columns(*rules)),
        export_of(
            "public_systems",
            "外部公開システム台帳",
            "公開システム名=system",
            "所管課=section",
            "設置区分=placed_in|word:public-place",
            "ファイアウォール=firewall|flag:設置/未設置",
            "サービス不能攻撃対策=dos_measures|flag:対策あり/対策なし",
        ),
    ]


def _link_layouts() -> list[Layout]:
    links = (
        "接続番号=connection_id",
        "回線番号=line_no",
        "接続先=partner",
        "接続区分=link_type|word:link-type",
        "事前調査日=studied_on|date:cell_era",
        "CISO許可日=ciso_permitted_on|date:cell_era",
        "統括責任者許可日=chief_permitted_on|date:cell_era",
        "接続開始日=started_on|date:cell_era",
        "接続終了日=ends_on|date:cell_era",
        "損害賠償の定め=liability_clause|flag:有/無",
        "暗号化=encrypted|flag:○/×",
        "多要素認証=multi_factor|flag:○/×",
        "作業時だけ接続=opened_on_request|flag:都度/常時",
    )
    return [
        book_of("external_connections", "外部接続台帳", *links),
        book_of(
            "network_lines",
            "回線契約一覧",
            "回線番号=line_no",
            "通信事業者=carrier",
            "拠点=from_site",
            "接続先=leads_to",
            "外部接続=outside|flag:外部/内部",
            "機密性=confidentiality|word:level",
            "暗号化=encrypted|flag:○/×",
            keeper="総務課",
        ),
    ]


def _device_layouts() -> list[Layout]:
    printers = (
        "複合機番号=device",
        "種別=device_type|word:special-thing",
        "設置課=section",
        "使用状況=in_use|flag:使用中/返却",
        "ネットワーク接続=networked|flag:有/無",
        "賃貸借開始日=introduced_on|date:era",
        "仕様決定日=requirements_set_on|date:era",
        "管理者パスワード変更=initial_password_changed|flag:済/未",
        "設定確認日=settings_checked_on|date:era",
        "運用終了日=ended_on|date:era",
        "データ消去日=wiped_on|date:era",
        "対策=measures",
        "更新確認日=firmware_checked_on|date:era",
    )
    others = (
        "機器名=device",
        "用途区分=device_type|word:special-thing",
        "所属=section",
        "使用中=in_use|flag:○/×",
        "ネットワーク接続=networked|flag:接続/未接続",
        "導入日=introduced_on|date:slash",
        "要件決定日=requirements_set_on|date:slash",
        "初期パスワードの変更=initial_password_changed|flag:変更済/初期値のまま",
        "設定点検日=settings_checked_on|date:slash",
        "撤去日=ended_on|date:slash",
        "データ抹消日=wiped_on|date:slash",
        "対策内容=measures",
        "ファームウェア確認日=firmware_checked_on|date:slash",
    )
    first = book_of("special_devices", "複合機台帳", *printers, keeper="総務課")
    second = book_of("special_devices", "特定用途機器台帳", *others)
    return [_only(first, printers_only=True), _only(second, printers_only=False)]


def _only(layout: Layout, *, printers_only: bool) -> Layout:
    where = _is_printer if printers_only else _is_other
    return Layout(
        kind=layout.kind,
        path=layout.path,
        form=layout.form,
        sheet=layout.sheet,
        columns=layout.columns,
        keeper=layout.keeper,
        titles=layout.titles,
        where=where,
    )


def _layouts(fiscal_year: int) -> list[Layout]:
    return [*_folder_layouts(), *_work_layouts(fiscal_year), *_line_layouts(), *_link_layouts(), *_device_layouts()]


WORDS = {
    "folder-contents": {"section": "課専用", "common": "全庁共有", "resident-data": "住民情報", "personnel-data": "人事情報"},
    "folder-grantee": {"duty-group": "担当者", "section": "課全員", "everyone": "全職員", "administrators": "システム管理者"},
    "folder-right": {"full": "フルコントロール", "change": "変更", "read": "読み取り"},
    "system-work": {"change": "設定変更", "operation": "運用", "maintenance": "保守点検", "other": "その他"},
    "paper-storage": {"locked": "施錠保管", "access-limited": "アクセス制限", "open": "制限なし"},
    "line-device": {"firewall": "ファイアウォール", "router": "ルータ", "switch": "L3スイッチ"},
    "rules-result": {"consistent": "整合", "inconsistent": "不整合あり"},
    "link-type": {"internet": "インターネット", "other-body": "他団体", "service": "データセンター", "remote-maintenance": "リモート保守"},
    "public-place": {"separate-network": "専用ネットワーク", "dmz": "DMZ", "outside-hosting": "庁外", "inner-network": "庁内LAN"},
    "special-thing": {
        "mfp": "複合機",
        "camera": "監視カメラ",
        "telephone": "IP電話",
        "signage": "デジタルサイネージ",
        "conference": "テレビ会議装置",
        "sensor": "水位計",
        "building-control": "空調制御",
    },
}

PART = Part(
    build=_build,
    layouts=_layouts,
    judges={**FILE_JUDGES, **LINE_JUDGES},
    answers={
        "6.1.4-04": Answer(said="nnyyn", section="企画財政課", reason="記録の保管場所のアクセス権を見て、作業者のIDで上書きを試した"),
        "6.1.10-05": Answer(said="--yyn", section="企画財政課", reason="接続ごとの遮断の手順と線の札を見て、担当者に指し示させた"),
    },
    newer={"6.1.13-03": "2025-03", "6.1.13-04": "2025-03"},
    recommended=frozenset({"6.1.2-06", "6.1.4-02", "6.1.6-07", "6.1.7-02", "6.1.8-02", "6.1.8-03", "6.1.12-02"}),
    keys={
        "shared_folders": ("folder",),
        "folder_permissions": ("folder", "granted_to"),
        "backup_plans": ("system",),
        "information_exchanges": ("exchange_id",),
        "system_work_records": ("record_id",),
        "specifications": ("document_id",),
        "fault_records": ("fault_no",),
        "line_devices": ("device",),
        "firewall_rules": ("device", "rule_no"),
        "external_connections": ("connection_id",),
        "network_lines": ("line_no",),
        "public_systems": ("system",),
        "special_devices": ("device",),
    },
    row_dates={"information_exchanges": "exchanged_on", "system_work_records": "worked_on", "fault_records": "occurred_at"},
    snapshots=frozenset({"shared_folders", "folder_permissions", "line_devices", "firewall_rules", "public_systems", "special_devices"}),
    words=WORDS,
)
