"""Chapter 6.2 (access control) in the town: files, answers and what is said of the kinds.

Never here: the books (`chapter_6_2_books`), the sums (`chapter_6_2_sums`).
"""

from mihon_town.chapters.chapter_6_2_books import RULES, add_access
from mihon_town.chapters.chapter_6_2_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of


def _account_layouts() -> list[Layout]:
    rights = (
        "システム名=system",
        "職員番号=staff_id",
        "付与時所属=section",
        "権限=access_right",
        "承認者=approved_by",
        "付与承認日=approved_on|date:era",
        "権限点検日=reviewed_on|date:era",
    )
    requests = (
        "ID申請番号=request_no",
        "申請日=requested_on|date:era_short",
        "申請区分=request_type|word:account-request",
        "ユーザーID=account",
        "特権=privileged|flag:○/×",
        "異動日=effective_on|date:era_short",
        "処理日=done_on|date:era_short",
        "処理者区分=done_by|word:done-by",
    )
    reviews = (
        "棚卸番号=review_no",
        "棚卸日=reviewed_on|date:era",
        "対象システム=system",
        "人事照合=with_personnel|flag:照合済/照合なし",
        "不要ID数=unneeded|number",
        "不要ID停止日=stopped_on|date:era",
    )
    return [
        book_of("access_rights", "システム利用権限台帳", *rights),
        book_of("account_requests", "利用者ID申請処理記録", *requests),
        book_of("account_reviews", "利用者ID棚卸記録", *reviews),
    ]


def _connection_layouts() -> list[Layout]:
    checks = (
        "番号=#no",
        "再接続番号=check_no",
        "端末名=device",
        "職員番号=staff_id",
        "点検日=checked_on|date:era",
        "点検結果=result|word:reconnect",
        "再接続日=reconnected_on|date:era",
    )
    found = (
        "MACアドレス=address",
        "コンピュータ名=device",
        "接続領域=zone|word:zone",
        "識別方式=identified_by|word:identified",
        "接続判定=decision|word:let-in",
        "最終検知日時=seen_on|date:stamp",
    )
    sessions = (
        "セッション番号=session_no",
        "特権ID=account",
        "接続先システム=system",
        "作業内容=purpose",
        "接続開始日時=started_at|moment:slash",
        "許可終了日時=planned_end_at|moment:slash",
        "接続終了日時=ended_at|moment:slash",
    )
    return [
        book_of("reconnect_checks", "端末再接続前点検記録", *checks, keeper="総務課"),
        export_of("connected_devices", "nac-devices", *found, encoding="utf-8-sig"),
        export_of("privileged_sessions", "privileged-sessions", *sessions),
    ]


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of rights, accounts, connections and sessions."""
    return [*_account_layouts(), *_connection_layouts()]


PART = Part(
    build=add_access,
    layouts=layouts,
    judges=JUDGES,
    answers={
        "6.2.5-03": Answer(said="nnyyn", section="企画財政課", reason="再発行の記録を五件見て、窓口の応対の手順を読んだ"),
    },
    recommended=frozenset({"6.2.1-12", "6.2.1-16", "6.2.6-02"}),
    keys={
        "access_rights": ("system", "staff_id"),
        "account_requests": ("request_no",),
        "account_reviews": ("review_no",),
        "reconnect_checks": ("check_no",),
        "connected_devices": ("address",),
        "privileged_sessions": ("session_no",),
    },
    row_dates={
        "account_requests": "requested_on",
        "account_reviews": "reviewed_on",
        "reconnect_checks": "reconnected_on",
        "privileged_sessions": "started_at",
    },
    snapshots=frozenset({"access_rights", "connected_devices"}),
    ahead=frozenset({"effective_on"}),
    words={
        "document": {kind: title for kind, title, _ in RULES},
        "account-request": {"create": "新規", "change": "異動", "remove": "削除"},
        "done-by": {"staff": "職員", "contractor": "委託先", "automatic": "自動連携"},
        "reconnect": {"clean": "異常なし", "found": "異常あり"},
        "identified": {"certificate": "IEEE802.1X", "mac-address": "MAC認証", "none": "認証なし"},
        "remote-line": {"home": "自宅回線", "lent-mobile": "貸与ルータ", "public-wireless": "公衆無線LAN"},
        "let-in": {"allowed": "許可", "blocked": "遮断"},
    },
)
