"""Chapter 5 (people) in the town: what is built, into which files it goes, what people answered.

Never here: the books (`chapter_5_books`, `chapter_5_more_books`), the sums (`chapter_5_sums`).
"""

from mihon_town.chapters.chapter_5_books import add_conduct
from mihon_town.chapters.chapter_5_more_books import add_keys, add_papers, add_reports, add_training
from mihon_town.chapters.chapter_5_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of
from mihon_town.model import Year
from mihon_town.people import Staff
from mihon_town.stories import Story


def build(year: Year, _staff: Staff, story: Story) -> None:
    """Add everything of the chapter."""
    add_conduct(year, story)
    add_training(year, story)
    add_reports(year, story)
    add_papers(year, story)
    add_keys(year, story)


def _conduct_layouts() -> list[Layout]:
    permitted = ("許可=permitted|flag:済/未許可", "許可日=permitted_on|date:era+era_short")
    use = ("点検番号=review_id", "点検日=reviewed_on|date:era", "対象所属=section", "点検対象=source", "判定=judgement|word:use")
    private = ("端末番号=device_no", "職員番号=staff_id", "端末の種類=device_type", "利用中=in_use|flag:利用中/利用終了", *permitted)
    marks = ("画面ロック=screen_lock|flag:○/×", "不正プログラム対策=malware_protected|flag:○/×", "遠隔消去=remote_erase|flag:○/×")
    desks = ("点検番号=check_id", "点検日=checked_on|date:slash", "所属=section", "画面の施錠=screens_locked|flag:○/×")
    returned = ("情報資産の返却=assets_returned|flag:済/未返却", "秘密保持の確認=secrecy_told|flag:済/未確認")
    sheets = ("職員番号=staff_id", "事由=event|word:leaving", "退職・異動日=event_on|date:era", *returned)
    brought = ("持込番号=record_id", "持込日=brought_on|date:era_short", "持込品=item", "持込者=brought_by", "目的=purpose")
    outside = ("記録番号=work_id", "作業日=worked_on|date:era+slash", "職員番号=staff_id", "作業場所=place")
    changed = ("変更番号=change_id", "変更日=changed_on|date:slash", "端末名=device", "設定項目=setting")
    return [
        book_of("usage_reviews", "業務外利用点検記録", *use, "是正日=corrected_on|date:era", "管理者通知日=manager_told_on|date:era"),
        book_of("outside_work", "庁外業務処理記録", *outside, *permitted, keeper="総務課"),
        book_of("private_devices", "支給以外端末利用台帳", *private, "許可期限=expires_on|date:era", *marks),
        book_of("bring_ins", "持込記録", *brought, "許可者=permitted_by", "持帰日=removed_on|date:era_short", keeper="総務課"),
        export_of("setting_changes", "設定変更記録", *changed, *permitted, encoding="utf-8-sig"),
        book_of("desk_checks", "机上点検記録", *desks, "書類の片付け=papers_away|flag:○/×", "カードの抜き取り=cards_removed|flag:○/×"),
        book_of(
            "leaver_returns", "退職・異動時返却確認表", *sheets, "確認日=confirmed_on|date:era", "確認者=confirmed_by", keeper="総務課"
        ),
    ]


def _people_layouts() -> list[Layout]:
    needs = ("ネット業務必要=internet_needed|flag:要/不要", "メール業務必要=mail_needed|flag:要/不要")
    rights = ("ネット利用権限=internet_allowed|flag:許可/制限", "メール利用権限=mail_allowed|flag:許可/制限")
    term = (
        "職員番号=staff_id",
        "所属=section",
        "任用日=appointed_on|date:era",
        "説明日=explained_on|date:era",
        "同意書=consent|word:consent",
    )
    told = ("説明番号=briefing_no", "契約番号=contract_no", "説明先=contractor", "委託区分=tier|word:tier", "作業開始日=starts_on|date:era")
    report = ("報告番号=report_id", "所属=section", "報告日=reported_on|date:era", "受講者数=trained|number", "未受講者数=untrained|number")
    heard = ("受付番号=report_id", "受付日時=received_at|moment:slash", "通報者区分=reporter", "受付所属=section", "内容=content")
    return [
        book_of("term_staff", "会計年度任用職員説明・同意台帳", *term, *needs, *rights, keeper="総務課", total=True),
        book_of("contractor_briefings", "委託事業者説明記録", *told, "説明日=explained_on|date:era", "説明者=explained_by"),
        book_of("training_reports", "所属別研修実施報告", *report, keeper="総務課"),
        book_of("outside_reports", "外部通報受付簿", *heard, "窓口連絡日時=passed_on_at|moment:slash"),
    ]


def _key_layouts() -> list[Layout]:
    card = (
        "カード番号=card_no",
        "職員番号=staff_id",
        "状態=state|word:card",
        "貸与日=issued_on|date:slash",
        "切替日=replaced_on|date:slash",
    )
    lost = ("破砕日=destroyed_on|date:slash", "紛失報告日時=lost_reported_at|moment:slash", "停止日時=stopped_at|moment:slash")
    shared = ("共用ID=account", "職員番号=staff_id", "許可日=permitted_on|date:era", "許可者=permitted_by", "利用終了日=ended_on|date:era")
    twice = ("検知番号=detection_id", "検知日=detected_on|date:iso", "ユーザーID=account", "端末=terminals", "判定=judgement|word:twice")
    secret = (
        "システム名=system",
        "最小文字数=minimum_length|number",
        "複雑さの要件=complexity|flag:有効/無効",
        "履歴の記録=history|number",
        "有効期間（日）=maximum_age_days|number",
    )
    login = (
        "ロックまでの回数=lockout_attempts|number",
        "無操作時の切断（分）=timeout_minutes|number",
        "ログイン時メッセージ=login_notice|flag:表示/非表示",
        "前回ログイン日時表示=last_login_shown|flag:表示/非表示",
        "初回ログイン時の変更強制=initial_change_forced|flag:強制/任意",
        "認証情報の保護=credentials_protected|flag:ハッシュ化/平文",
    )
    return [
        export_of("ic_cards", "ICカード管理簿", *card, *lost),
        book_of("shared_account_users", "共用ID利用者一覧", *shared, keeper="総務課"),
        export_of("concurrent_logons", "同時利用検知記録", *twice, encoding="utf-8-sig"),
        book_of("password_settings", "パスワード設定一覧", *secret, *login),
    ]


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the chapter."""
    return [*_conduct_layouts(), *_people_layouts(), *_key_layouts()]


LEDGERS = {
    "usage_reviews": ("review_id", "reviewed_on"),
    "outside_work": ("work_id", "worked_on"),
    "bring_ins": ("record_id", "brought_on"),
    "setting_changes": ("change_id", "changed_on"),
    "desk_checks": ("check_id", "checked_on"),
    "training_reports": ("report_id", "reported_on"),
    "outside_reports": ("report_id", "received_at"),
    "concurrent_logons": ("detection_id", "detected_on"),
}
"""Ledgers with their key and the column of the row's own date."""

PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers={
        "5.1.1-04": Answer(said="-nyyn", section="総務課", reason="三つの課で三人ずつに聞いた"),
        "5.3.3-04": Answer(said="n-yyn", section="企画財政課", reason="二件の綴りを出してもらい順に読んだ"),
        "5.4.3-04": Answer(said="-nnyn", section="住民課", reason="窓口と事務室の机と端末を見た"),
    },
    recommended=frozenset({"5.1.4-02", "5.2.3-03", "5.4.3-02"}),
    keys={
        **{kind: (key,) for kind, (key, _) in LEDGERS.items()},
        "private_devices": ("device_no",),
        "leaver_returns": ("staff_id", "event"),
        "term_staff": ("staff_id",),
        "contractor_briefings": ("briefing_no",),
        "ic_cards": ("card_no",),
        "shared_account_users": ("account", "staff_id"),
        "password_settings": ("system",),
    },
    row_dates={kind: column for kind, (_, column) in LEDGERS.items()},
    snapshots=frozenset({"password_settings"}),
    words={
        "course-kind": {"general": "全職員", "new-staff": "新規採用", "role": "役割別"},
        "use": {"work": "業務", "private": "業務外"},
        "leaving": {"left": "退職", "transferred": "異動"},
        "consent": {"signed": "提出済", "missing": "未提出", "not-needed": "不要"},
        "tier": {"contractor": "委託", "subcontractor": "再委託"},
        "card": {"in-use": "使用中", "spare": "予備", "collected": "回収", "destroyed": "破砕済", "lost": "紛失"},
        "twice": {"own-use": "本人", "registered-users": "共用ID", "lent": "貸し借り"},
        "document": {
            "outside-handling-rules": "外部での情報処理の安全管理措置",
            "private-device-rules": "支給以外の端末の利用手順",
            "training-evaluation": "研修実施状況分析報告",
            "contact-notice": "通報窓口の公表",
        },
    },
)
