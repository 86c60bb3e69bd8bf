"""What a document of another form could not carry, on the way out or in, each with its place.

Never here: which things those are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from secaudit.model.location import Location
from secaudit.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """One thing that stayed behind. `kind` is a word of `DROPPED`; `subject` says whose it was."""

    kind: str
    subject: str
    at: Location | None
    what: str
    """The thing itself, as it is called where it stands; not translated."""


DROPPED: Mapping[str, Text] = {
    "assertion": Text(ja="判定の規則（言葉での説明だけが残る）", en="rules of judgement (only their words remain)"),
    "cases": Text(ja="管理策の例", en="cases of controls"),
    "text": Text(ja="改行や見えない文字を改めた文", en="texts whose line breaks or invisible characters were changed"),
    "other-edition": Text(ja="この版にない管理策", en="controls that this edition does not have"),
    "clause-details": Text(ja="条項の下の項目・役割・変更", en="items, roles and changes of clauses"),
    "edition-notes": Text(ja="版ごとの変更の記述", en="notes on what editions changed"),
    "framework-entries": Text(ja="対応先の基準の番号の一覧", en="lists of the numbers of other standards"),
    "policy": Text(ja="ポリシーのうち OSCAL に置き場のない部分", en="parts of the policy that have no place in OSCAL"),
    "question": Text(
        ja="規則がないため、書き込む質問を置いた管理策", en="controls without a rule: a question to be filled in stands there"
    ),
    "withdrawn": Text(ja="取り下げられた管理策", en="withdrawn controls"),
    "translation": Text(ja="一つの言語しかなく、訳を書く文", en="texts in one language only, to be translated"),
    "metadata": Text(ja="文書の情報", en="metadata of the document"),
    "group": Text(ja="グループの題や性質", en="titles and properties of groups"),
    "parameter": Text(ja="パラメータ（型も向きも書かれていない）", en="parameters (neither type nor direction is written)"),
    "property": Text(ja="性質", en="properties"),
    "link": Text(ja="つながり", en="links"),
    "part": Text(ja="部分", en="parts"),
    "resource": Text(ja="付録の資料", en="resources of the back matter"),
}
"""What may stay behind, in the order in which it is told."""
