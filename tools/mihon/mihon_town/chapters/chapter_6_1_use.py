"""Chapter 6.1 (14) to (22) in the town: files, answers and what is said of the kinds.

Never here: the books (`chapter_6_1_use_books`), the sums (`chapter_6_1_use_sums`).
"""

from mihon_town.chapters.chapter_6_1_use_books import RULES, add_use
from mihon_town.chapters.chapter_6_1_use_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of


def _mail_layouts() -> list[Layout]:
    servers = (
        "メールサーバ名=server",
        "第三者中継の禁止=relay_refused|flag:禁止/許可",
        "送信容量上限（MB）=send_limit_mb|number",
        "受信容量上限（MB）=receive_limit_mb|number",
        "メールボックス上限（MB）=mailbox_limit_mb|comma",
        "容量超過時対応周知日=limit_told_on|date:era",
        "迷惑メール送信時の停止=stops_on_spam|flag:自動停止/停止しない",
        "添付ファイル監視=attachments_watched|flag:○/×",
    )
    forwarding = (
        "メールアドレス=mailbox",
        "職員番号=staff_id",
        "転送先アドレス=forward_to",
        "庁外への転送=outside|flag:庁外/庁内",
        "自動転送=enabled|flag:設定中/解除",
    )
    missent = (
        "受付番号=missent_no",
        "送信日時=sent_at|moment:slash",
        "気づいた日時=noticed_at|moment:slash",
        "管理者報告日時=reported_at|moment:wide",
        "送信者職員番号=staff_id",
        "内容=content",
    )
    return [
        book_of("mail_servers", "メールサーバ設定一覧", *servers),
        export_of("mail_forwarding", "mail-forwarding", *forwarding, encoding="utf-8-sig"),
        book_of("missent_mails", "メール誤送信記録", *missent, keeper="総務課"),
    ]


def _thing_layouts() -> list[Layout]:
    keys = (
        "鍵番号=key_no",
        "用途区分=purpose|word:key-purpose",
        "方式=method",
        "CISO指定方式=method_specified|flag:指定/指定外",
        "保管者職員番号=keeper_id",
        "保管方法=storage|word:key-storage",
        "使用中=in_use|flag:使用中/失効",
        "有効期限=expires_on|date:era",
    )
    licences = (
        "番号=#no",
        "ソフトウェア名=software",
        "保有ライセンス数=purchased|number",
        "導入数=installed|number",
        "管理課=keeper_section",
        "棚卸日=counted_on|date:era",
    )
    hardware = (
        "構成変更番号=change_no",
        "変更日=changed_on|date:era_short",
        "機器名=device",
        "変更内容=change",
        "統括責任者許可日=chief_permitted_on|date:era_short",
        "システム管理者許可日=manager_permitted_on|date:era_short",
    )
    return [
        book_of("crypto_keys", "電子署名・暗号鍵台帳", *keys, keeper="総務課"),
        book_of("software_licences", "ソフトウェアライセンス管理台帳", *licences, total=True),
        book_of("hardware_changes", "機器構成変更記録", *hardware),
    ]


def _web_layouts() -> list[Layout]:
    meetings = (
        "会議ID=meeting_no",
        "開催日=held_on|date:iso",
        "利用サービス=service",
        "所属=section",
        "主催・招待の別=part|word:meeting-part",
        "パスコード=passcode|flag:有/無",
        "待機室=waiting_room|flag:有/無",
    )
    media = (
        "アカウント名=account",
        "SNS名=service",
        "所管課=section",
        "運用状況=in_use|flag:運用中/廃止",
        "運用責任者職員番号=manager_id",
        "公式サイト掲載=listed_on_own_site|flag:掲載/未掲載",
        "団体名の明示=organisation_stated|flag:○/×",
        "多要素認証=multi_factor|flag:○/×",
        "乗っ取り時手順策定日=hijack_plan_on|date:era",
        "可用性2情報の発信=important|flag:○/×",
        "自サイト同時掲載=own_site_copy|flag:○/×",
    )
    return [
        export_of("web_meetings", "web-meetings", *meetings, encoding="utf-8-sig"),
        book_of("sns_accounts", "ソーシャルメディアアカウント台帳", *media, keeper="企画財政課"),
    ]


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of mail, keys, software, hardware, web use and social media."""
    return [*_mail_layouts(), *_thing_layouts(), *_web_layouts()]


PART = Part(
    build=add_use,
    layouts=layouts,
    judges=JUDGES,
    answers={
        "6.1.14-06": Answer(said="n-yyn", section="企画財政課", reason="常駐の契約の一覧とアドレスの一覧を突き合わせ、覚書を二件読んだ"),
        "6.1.15-03": Answer(said="-nyyn", section="福祉課", reason="催しの案内の送信済みメールを三通開いて宛先欄を見た"),
        "6.1.15-04": Answer(said="--yyn", section="建設課", reason="三人の送信済みメールを本人と一緒に十通ずつ見た"),
        "6.1.16-04": Answer(said="n-nyn", section="総務課", reason="署名付きの通知を一つ開き、案内どおりに検証した"),
        "6.1.21-03": Answer(said="-nyyn", section="健康増進課", reason="招かれた会議を三件選び、申請と使った端末を確かめた"),
        "6.1.22-06": Answer(said="yyyyn", section="企画財政課", reason="直近の投稿と返信を二十件ずつ読んだ"),
    },
    recommended=frozenset({"6.1.17-04", "6.1.19-02", "6.1.20-02", "6.1.22-03"}),
    keys={
        "mail_servers": ("server",),
        "mail_forwarding": ("mailbox",),
        "missent_mails": ("missent_no",),
        "crypto_keys": ("key_no",),
        "software_licences": ("software",),
        "hardware_changes": ("change_no",),
        "web_meetings": ("meeting_no",),
        "sns_accounts": ("account",),
    },
    row_dates={"missent_mails": "noticed_at", "hardware_changes": "changed_on", "web_meetings": "held_on"},
    snapshots=frozenset({"mail_servers", "mail_forwarding"}),
    words={
        "document": {kind: title for kind, title, _ in RULES},
        "key-purpose": {"signature": "電子署名", "encryption": "暗号化"},
        "key-storage": {
            "ic-card": "ICカード",
            "security-module": "HSM",
            "locked-media": "金庫",
            "encrypted-store": "暗号化領域",
            "unprotected": "共有フォルダ",
        },
        "meeting-part": {"host": "主催", "guest": "招待"},
    },
)
