"""How a value looks in a file: dates in four calendars, circles and crosses, the office's words.

A style is a short text: `text`, `number`, `comma`, `wide`, `flag:有/無`, `word:zone`, `date:era+slash` (several forms
take turns, row by row), `moment:wide+cell`, `training`. A blank stays blank; what nobody can read is shown as it is.

Never here: where the cell stands (`layouts`), opening files.
"""

from datetime import date, datetime

from mihon_town.model import Cell, Row, Unreadable

Shown = str | int | date | datetime | None

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

WORDS: dict[str, dict[str, str]] = {
    "agenda": {
        "policy-review": "ポリシーの見直し",
        "training-plan": "研修計画",
        "training-report": "研修実施報告",
        "audit-plan": "監査計画",
        "audit-report": "監査結果報告",
        "self-check-report": "自己点検結果報告",
        "improvement-plan": "改善計画",
        "incident-report": "インシデント報告",
        "other": "その他",
    },
    "document": {
        "security-policy": "情報セキュリティポリシー",
        "training-plan": "研修計画",
        "incident-response-plan": "緊急時対応計画",
        "ict-bcp": "ICT部門の業務継続計画",
        "audit-plan": "監査計画",
        "procedure": "実施手順",
    },
    "role": {
        "ciso": "最高情報セキュリティ責任者（CISO）",
        "deputy-ciso": "副CISO",
        "chief-security-officer": "統括情報セキュリティ責任者",
        "security-manager": "情報セキュリティ管理者",
        "system-manager": "情報システム管理者",
        "audit-lead": "情報セキュリティ監査統括責任者",
        "csirt-head": "CSIRT責任者",
        "contact-window": "統一窓口",
    },
    "account": {"person": "個人", "shared": "共用", "service": "サービス"},
    "factor": {"knowledge": "知識(パスワード)", "possession": "所持(ICカード)", "inherence": "存在(指紋)", "none": "なし"},
    "zone": {"mynumber": "マイナンバー利用事務系", "lgwan": "LGWAN接続系", "internet": "インターネット接続系"},
    "device": {
        "pc": "パソコン",
        "server": "サーバ",
        "laptop": "ノートパソコン",
        "mobile": "タブレット",
        "access-point": "アクセスポイント",
        "network": "ネットワーク機器",
        "mfp": "複合機",
    },
    "level": {"3A": "機密性3A", "3B": "機密性3B", "3C": "機密性3C", "2": "機密性2", "1": "機密性1"},
    "wide-level": {"3A": "３Ａ", "3B": "３Ｂ", "3C": "３Ｃ", "2": "２", "1": "１"},
    "result": {"success": "成功", "warning": "警告", "failed": "失敗"},
    "place": {"onsite": "庁舎内", "offline": "オフライン媒体", "offsite": "遠隔地"},
    "method": {
        "physical-destruction": "物理破壊",
        "degaussing": "磁気消去",
        "cryptographic-erase": "暗号化消去",
        "secure-erase": "セキュア消去",
        "overwrite": "上書き消去",
        "format": "フォーマット",
        "none": "なし",
    },
    "check": {"good": "良", "improve": "要改善", "bad": "不良"},
    "wireless": {
        "wpa3-enterprise": "WPA3-Enterprise",
        "wpa2-enterprise": "WPA2-Enterprise",
        "wpa2-personal": "WPA2-Personal",
    },
    "exception": {"active": "適用中", "ended": "終了"},
    "mark": {"yes": "○", "partly": "△", "no": "×", "not-applicable": "対象外"},
    "said": {"yes": "はい", "partly": "一部", "no": "いいえ", "not-applicable": "対象外"},
    "finding": {"open": "対応中", "closed": "完了"},
}

ERAS: tuple[tuple[date, str, str, int], ...] = (
    (date(2019, 5, 1), "令和", "R", 2018),
    (date(1989, 1, 8), "平成", "H", 1988),
    (date(1926, 12, 25), "昭和", "S", 1925),
)


def _era(day: date) -> tuple[str, str, int]:
    for first, name, letter, before in ERAS:
        if day >= first:
            return name, letter, day.year - before
    message = f"{day} lies before the eras in use here"
    raise ValueError(message)


def show_date(day: date, form: str) -> Shown:
    """Give a date as text in one of the forms, or as itself for `cell` and `cell_era`."""
    name, letter, number = _era(day)
    kanji = f"{day.year}年{day.month}月{day.day}日"
    forms: dict[str, str] = {
        "iso": day.isoformat(),
        "slash": f"{day.year}/{day.month}/{day.day}",
        "kanji": kanji,
        "wide": kanji.translate(WIDE),
        "era": f"{name}{'元' if number == 1 else number}年{day.month}月{day.day}日",
        "era_short": f"{letter}{number}.{day.month}.{day.day}",
        "era_slash": f"{letter}{number:02d}/{day.month:02d}/{day.day:02d}",
        "stamp": f"{day.year}/{day.month:02d}/{day.day:02d} {8 + day.day % 9}:{day.day * 7 % 60:02d}:00",
    }
    return day if form.startswith("cell") else forms[form]


def show_moment(moment: datetime, form: str) -> Shown:
    """Give a moment as text in one of the forms, or as itself for `cell`."""
    if form == "cell":
        return moment
    clock = f"{moment.hour}:{moment.minute:02d}"
    day = moment.date()
    if form == "wide":
        return f"{show_date(day, 'wide')}　{f'{moment.hour}時{moment.minute}分'.translate(WIDE)}"
    if form == "era":
        return f"{show_date(day, 'era')} {clock}"
    return moment.strftime("%Y/%m/%d %H:%M")


def _flag(value: Cell, words: str) -> str:
    yes, no = words.split("/")
    return yes if value else no


def _number(value: Cell, style: str) -> Shown:
    if style == "number" and isinstance(value, int):
        return value
    return f"{value:,}" if style == "comma" else str(value).translate(WIDE)


def show(row: Row, column: str, style: str, place: int) -> Shown:
    """Give the cell of `column` in the row that is number `place`."""
    value = row[column]
    if isinstance(value, Unreadable):
        return value.text
    kind, _, argument = style.partition(":")
    if kind == "training":
        return "済" if value else "受講中" if row["_half"] else "未"
    if value is None:
        return None
    forms = argument.split("+")
    form = forms[place % len(forms)]
    if kind == "date" and isinstance(value, date):
        return show_date(value, form)
    if kind == "moment" and isinstance(value, datetime):
        return show_moment(value, form)
    if kind == "flag":
        return _flag(value, argument)
    if kind == "word":
        return WORDS[argument][str(value)]
    return _number(value, kind) if kind in {"number", "comma", "wide"} else str(value)
