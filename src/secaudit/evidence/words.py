"""Spellings: how headers and words of cells are compared, and the words every column understands.

Folding is NFKC, without case and white space; circles and crosses have one form each. Only headers, words and keys are
folded; quoted text never is.

Never here: words of a single column (`kinds/*.yaml`), dates (`dates`).
"""

import re
import unicodedata

_MARKS = str.maketrans({"〇": "○", "◯": "○", "⭕": "○", "✕": "×", "✖": "×", "☓": "×", "╳": "×", "❌": "×", "〜": "~", "\ufe0f": None})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─━ｰ", "-"))
_REMARK = re.compile(r"\((?:必須|任意|西暦|和暦|年月日|人|名|有無|有/無|有・無|○×|○/×|○・×|済/未|済・未|はい/いいえ|yyyy/mm/dd|選択)\)$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def fold(text: str) -> str:
    """Return the form in which two spellings are compared."""
    if text.isascii():
        return "".join(text.casefold().split())
    return "".join(unicodedata.normalize("NFKC", text).translate(_MARKS).casefold().split())


def fold_header(text: str) -> str:
    """Fold a header; marks such as ※ and remarks such as （必須） say nothing about its meaning."""
    folded = fold(text).strip("※*●■◆")
    return _REMARK.sub("", folded)


def narrow(text: str) -> str:
    """Return `text` in NFKC with one kind of dash, trimmed: for dates, numbers and keys."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def shown(value: str) -> str:
    """Return a cell's text fit for one line of a message: no control characters, at most 40 characters."""
    clean = " ".join(_CONTROL.sub(" ", value).split()).replace("`", "'")
    return clean if len(clean) <= 40 else clean[:39] + "…"


def _words(*lines: str) -> frozenset[str]:
    return frozenset(fold(word) for line in lines for word in line.split())


TRUE_WORDS = _words(
    "○ ◎ ● ✓ ✔ ☑ ✅ レ ■ 済 済み 済んだ 有 有り あり はい 有効 真 是 可 可能 実施 実施済 実施済み 完了 完了済 該当",
    "対応済 対応済み 適 適合 する true t yes y on 1 enabled done",
)
FALSE_WORDS = _words(
    "× ☐ □ 未 未済 無 無し なし いいえ 無効 偽 否 不可 不可能 未実施 未完了 非該当 該当なし 未対応 不適 不適合 しない",
    "false f no n off 0 disabled",
)
BLANK_WORDS = _words(
    "- ‐ – — ― − ─ ー -- --- ／ / 無し なし 無 該当なし 該当無し 特になし n/a na none null nil (空白) 空欄 （なし） （空欄）"
)
"""A cell that says in words that nothing is there is a blank cell."""

REFUSED_WORDS = _words("〃 ″ 〟 々 同上 同左 同じ ” \" ''", "未定 不明 確認中 調査中 調整中 要確認 検討中 作成中 ? ?? ??? tbd tba unknown")
"""A cell that points elsewhere or says that nobody knows yet is unreadable, whatever its column."""

TOTAL_WORDS = _words("合計 小計 計 総計 総合計 累計 平均 total subtotal grandtotal sum")
END_MARKS = ("※", "(注", "注)", "注:", "以下余白", "(以下余白", "以上", "(以上")
NUMBER_HEADERS = _words("no no. № 連番 番号 項番 # 行番号 通番 通し番号 順番")
