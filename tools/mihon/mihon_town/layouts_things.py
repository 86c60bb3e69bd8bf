"""Files about accounts, devices, systems, media and contracts.

Never here: files about people and papers (`layouts_people`).
"""

from mihon_town.layouts import Layout, book_of, columns, export_of, listing_of


def _directory(fiscal_year: int) -> Layout:
    if fiscal_year <= 2023:
        return export_of(
            "accounts",
            "利用者アカウント一覧",
            "ユーザーID=account",
            "職員番号=staff_id",
            "表示名=display_name",
            "種別=account_type|word:account",
            "有効=enabled|flag:有効/無効",
            "特権=privileged|flag:○/×",
            "作成日=created_on|date:slash",
            "最終ログオン日=last_logon_on|date:slash",
            "パスワード設定日=password_set_on|date:slash",
        )
    return export_of(
        "accounts",
        "ad-users",
        "SamAccountName=account",
        "DisplayName=display_name",
        "EmployeeID=staff_id",
        "種別=account_type|word:account",
        "Enabled=enabled|flag:TRUE/FALSE",
        "特権=privileged|flag:○/×",
        "whenCreated=created_on|date:stamp",
        "LastLogonDate=last_logon_on|date:stamp",
        "PasswordLastSet=password_set_on|date:stamp",
        "DistinguishedName=#dn",
        encoding="utf-8-sig",
    )


def identity_layouts(fiscal_year: int) -> list[Layout]:
    """Directory, privileged accounts, logon methods, remote work."""
    privileged = (
        "特権ID=account",
        "利用者職員番号=holder_id",
        "氏名=#holder",
        "用途=purpose",
        "承認者=approved_by",
        "承認日=approved_on|date:cell_era",
        "有効期限=expires_on|date:cell_era",
        "代行者職員番号=deputy_id",
        "代行者CISO承認日=deputy_approved_on|date:cell_era",
        "代行者周知日=deputy_told_on|date:cell_era",
    )
    methods = (
        "ユーザーID=account",
        "端末名=terminal",
        "領域=zone|word:zone",
        "認証方式1=factor_1|word:factor",
        "認証方式2=factor_2|word:factor",
        "有効=enabled|flag:有効/無効",
    )
    permits = (
        "職員番号=staff_id",
        "氏名=#person",
        "端末名=device",
        "承認者=approved_by",
        "承認日=approved_on|date:era",
        "有効期限=expires_on|date:era",
        "多要素認証=multi_factor|flag:○/×",
        "貸与端末=device_provided|flag:○/×",
        "利用目的=purpose",
        "接続範囲=permitted_range",
        "通信の暗号化=encrypted|flag:VPN/直接接続",
        "接続回線=line|word:remote-line",
    )
    return [
        _directory(fiscal_year),
        book_of("privileged_accounts", "特権ID台帳", *privileged),
        export_of("authentication_methods", "認証方式一覧", *methods, encoding="utf-8-sig"),
        book_of("remote_work_permits", "テレワーク許可台帳", *permits, keeper="総務課", total=True),
        export_of(
            "remote_access_accounts",
            "リモート接続アカウント",
            "ユーザーID=account",
            "職員番号=staff_id",
            "有効=enabled|flag:有効/無効",
            encoding="utf-8",
        ),
    ]


def asset_layouts(fiscal_year: int) -> list[Layout]:
    """Devices, software, protection, wireless networks."""
    devices = (
        "機器名=device",
        "種別=device_type|word:device",
        "領域=zone|word:zone",
        "所属=section",
        "設置場所=#place",
        "OS=os",
        "OSサポート期限=os_support_until|date:slash",
        "暗号化=encrypted|flag:○/×",
        "USB書込禁止=usb_write_blocked|flag:○/×",
        "使用中=in_use|flag:○/×",
        "業務専用=single_task|flag:専用/共用",
        "更新適用日=updated_on|date:slash",
        "盗難防止=theft_protected|flag:○/×",
        "ログイン認証=login_authentication|flag:○/×",
        "遠隔消去=remote_wipe|flag:○/×",
        "許可外ネットワーク接続禁止=other_networks_blocked|flag:○/×",
    )
    wireless = (
        "SSID=ssid",
        "領域=zone|word:zone",
        "認証方式=authentication|word:wireless",
        "ファームウェア更新日=firmware_on|date:iso",
        "ログ点検日=log_checked_on|date:iso",
    )
    protection = (
        "コンピュータ名=device",
        "製品名=engine",
        "パターン更新日時=definitions_on|date:stamp",
        "最終スキャン日時=last_full_scan_on|date:stamp",
        "プログラム更新状況=program_current|flag:最新/要更新",
        "設定変更の保護=settings_locked|flag:保護あり/保護なし",
    )
    permitted = ("番号=#no", "ソフトウェア名=software", "許可日=permitted_on|date:era", "許可者=permitted_by")
    return [
        listing_of("devices", "端末・機器台帳", *devices),
        listing_of(
            "software",
            "導入ソフトウェア一覧",
            "機器名=device",
            "ソフトウェア名=software",
            "バージョン=version",
            "サポート期限=support_until|date:slash",
        ),
        book_of("permitted_software", "許可ソフトウェア一覧", *permitted),
        export_of("malware_protection", "ウイルス対策状況", *protection, state_encoding=True),
        export_of("wireless_networks", "無線LAN台帳", *wireless, encoding="utf-8" if fiscal_year <= 2023 else "utf-8-sig"),
    ]


CLOUD = (
    "サービス名=service",
    "提供者=provider",
    "機密性=confidentiality|word:level",
    "ISMAP登録=ismap|flag:有/無",
    "データ保存場所=data_location",
    "承認者=approved_by",
    "承認日=approved_on|date:era",
    "管理者職員番号=manager_id",
    "確認日=reviewed_on|date:era",
    "利用開始日=started_on|date:era",
    "責任分界の文書=responsibility_split|flag:有/無",
    "法令リスク確認日=law_risk_checked_on|date:era",
    "契約のセキュリティ要件=terms_in_contract|flag:有/無",
    "利用前設定確認日=settings_checked_on|date:era",
    "接続元の制限=outside_access_limited|flag:有/無",
    "データの控え=own_backup|flag:有/無",
    "利用終了日=ended_on|date:era",
    "データ消去確認日=erased_confirmed_on|date:era",
    "終了時条件確認日=exit_terms_on|date:era",
    "提供者廃棄方針確認日=disposal_policy_on|date:era",
    "事故連絡先=incident_contact",
    "復旧試験日=recovery_tested_on|date:era",
    "ログ保存日数=log_retention_days|number",
    "保存データの暗号化=encrypted|flag:有/無",
    "鍵の管理者=key_keeper|word:key-keeper",
    "異常の通知=alerts|flag:有/無",
    "第三者報告確認日=assurance_read_on|date:era",
    "消去証明番号=erase_proof",
)


def system_layouts(fiscal_year: int) -> list[Layout]:
    """Systems, backups, restore tests, logs, cloud services."""
    systems = (
        "番号=#no",
        "システム名=system",
        "領域=zone|word:zone",
        "所管課=section",
        "管理者職員番号=manager_id",
        "機密性=confidentiality|word:level",
        "重要システム=critical|flag:○/×",
        "実施手順承認日=procedure_approved_on|date:cell",
        "対策見直し日=measures_reviewed_on|date:cell",
        "資産単位のアクセス制御=asset_access|flag:設定済/未設定",
        "備考=#note",
    )
    backups = (
        "システム名=system",
        "ジョブ名=job",
        "終了日時=finished_on|date:stamp",
        "結果=result|word:result",
        "保管場所=copy_place|word:place",
        "サイズGB=#size",
    )
    reviews = export_of(
        "log_reviews", "ログ点検記録", "システム名=system", "点検日=reviewed_on|date:era_short", "点検者職員番号=reviewer_id"
    )
    if fiscal_year >= 2024:
        names = columns("system=system", "reviewed_on=reviewed_on|date:iso", "reviewer_id=reviewer_id")
        reviews = Layout(kind="log_reviews", path="log-reviews.jsonl", form="jsonl", columns=names)
    keep = "保存期間（日）" if fiscal_year <= 2023 else "保存期間\n（日）"
    days = "wide" if fiscal_year == 2023 else "comma"
    return [
        book_of("systems", "情報システム台帳", *systems, total=True),
        export_of("backups", "バックアップ実績", *backups, state_encoding=True),
        book_of(
            "restore_tests", "復元試験記録", "システム名=system", "試験日=tested_on|date:cell", "結果=result|word:result", "備考=#note"
        ),
        book_of(
            "log_sources",
            "ログ管理台帳",
            "システム名=system",
            "ログ種別=log_type",
            f"{keep}=retention_days|{days}",
            "管理者=owner",
            "取得項目=items",
            "ログ停止時の対処=failure_action",
            "改ざん防止=tamper_proof|flag:○/×",
            "常時監視=monitored|flag:○/×",
        ),
        reviews,
        book_of("cloud_services", "クラウドサービス利用台帳", *CLOUD),
    ]


CONTRACTS = (
    "契約番号=contract_no",
    "件名=title",
    "委託先=contractor",
    "契約開始日=starts_on|date:cell",
    "契約終了日=ends_on|date:cell",
    "個人情報の有無=personal_data|flag:有/無",
    "セキュリティ条項=security_clauses|flag:有/無",
    "点検日=checked_on|date:cell_era",
    "点検結果=check_result|word:check",
    "返却・廃棄確認日=return_confirmed_on|date:cell_era",
    "委託先監査日=audited_on|date:cell_era",
    "仕様書のセキュリティ要件=spec_security|flag:有/無",
    "選定基準確認日=selection_checked_on|date:cell_era",
    "誓約書受領日=nda_received_on|date:cell_era",
    "再委託の有無=subcontracted|flag:有/無",
    "再委託承認日=subcontract_approved_on|date:cell_era",
    "改善確認日=improvement_confirmed_on|date:cell_era",
    "終了時対策確認日=final_checked_on|date:cell_era",
    "返却・廃棄証明番号=return_proof",
    "備考=#note",
)


def media_layouts(_: int) -> list[Layout]:
    """Media, disposals, contracts."""
    disposals = (
        "資産番号=asset_id",
        "シリアル番号=serial",
        "媒体種別=media_type",
        "機密性=confidentiality|word:wide-level",
        "抹消方法=method|word:method",
        "実施日=disposed_on|date:wide+kanji",
        "実施者=executor_id|wide",
        "立会者=witness_id",
        "証明書番号=certificate_no",
        "許可者=approved_by",
        "備考=#note",
    )
    loans = (
        "持出番号=loan_id",
        "登録番号=item",
        "持出者職員番号=staff_id",
        "氏名=#person",
        "目的=purpose",
        "持出日=taken_on|date:era_short",
        "返却日=returned_on|date:era_short",
        "承認者職員番号=approver_id",
    )
    return [
        book_of(
            "media_register",
            "記録媒体登録簿",
            "登録番号=item",
            "登録年月日=registered_on|date:era",
            "所管課=section",
            "暗号化=encrypted|flag:○/×",
            keeper="総務課",
        ),
        book_of("media_loans", "持出管理簿", *loans, keeper="総務課", total=True),
        book_of("disposals", "廃棄台帳", *disposals, keeper="総務課", total=True),
        book_of(
            "contracts",
            "委託契約一覧",
            *CONTRACTS,
            keeper="会計課",
            total=True,
            titles=("見本町　委託契約一覧", "（財務会計システムから出力し、各課が記入）", "作成：会計課"),
        ),
    ]
