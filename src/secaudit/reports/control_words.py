"""Words for what controls write as codes: roles, directions of parameters, types, models, organisations.

Never here: words of assertions (`explanation`), of the basis (`basis`).
"""

from collections.abc import Mapping

from secaudit.model.control import ParameterType, Stricter
from secaudit.model.guideline import Decided
from secaudit.model.text import Text

ROLES: Mapping[str, Text] = {
    "ciso": Text(ja="最高情報セキュリティ責任者（CISO）", en="CISO"),
    "deputy-ciso": Text(ja="副CISO", en="deputy CISO"),
    "chief-security-officer": Text(ja="統括情報セキュリティ責任者", en="chief security officer"),
    "security-officer": Text(ja="情報セキュリティ責任者", en="security officer"),
    "security-manager": Text(ja="情報セキュリティ管理者（課長）", en="security manager (head of section)"),
    "system-manager": Text(ja="情報システム管理者", en="system manager"),
    "system-operator": Text(ja="情報システム担当者", en="system operator"),
    "audit-lead": Text(ja="監査統括責任者", en="audit lead"),
    "committee": Text(ja="情報セキュリティ委員会", en="security committee"),
    "csirt": Text(ja="CSIRT", en="CSIRT"),
    "csirt-head": Text(ja="CSIRT責任者", en="head of the CSIRT"),
    "csirt-member": Text(ja="CSIRTの要員", en="member of the CSIRT"),
    "contact-window": Text(ja="統一窓口", en="contact window"),
    "facility-manager": Text(ja="施設の管理者", en="facility manager"),
    "staff": Text(ja="職員", en="staff"),
    "contractor": Text(ja="委託先", en="contractor"),
}
STRICTER: Mapping[Stricter, Text] = {
    "lower": Text(ja="小さいほど厳しい", en="lower is stricter"),
    "higher": Text(ja="大きいほど厳しい", en="higher is stricter"),
    "true": Text(ja="true が厳しい", en="true is stricter"),
    "false": Text(ja="false が厳しい", en="false is stricter"),
    "fewer": Text(ja="並ぶ語が少ないほど厳しい", en="a shorter list is stricter"),
    "more": Text(ja="並ぶ語が多いほど厳しい", en="a longer list is stricter"),
}
TYPES: Mapping[ParameterType, Text] = {
    "integer": Text(ja="整数", en="whole number"),
    "number": Text(ja="数", en="number"),
    "ratio": Text(ja="割合", en="ratio"),
    "boolean": Text(ja="true か false", en="true or false"),
    "list": Text(ja="語の一覧", en="list of words"),
    "text": Text(ja="文字", en="text"),
}
DECIDED: Mapping[Decided, Text] = {
    "data": Text(ja="データ", en="data"),
    "document": Text(ja="文書", en="documents"),
    "answer": Text(ja="回答", en="an answer"),
}
LEVELS: Mapping[str, Text] = {"required": Text(ja="必須", en="required"), "recommended": Text(ja="推奨", en="recommended")}
SEVERITIES: Mapping[str, Text] = {
    "critical": Text(ja="最高", en="critical"),
    "high": Text(ja="高", en="high"),
    "medium": Text(ja="中", en="medium"),
    "low": Text(ja="低", en="low"),
}
MODELS: Mapping[str, Text] = {
    "alpha": Text(ja="α", en="α"),
    "alpha-prime": Text(ja="α′", en="α′"),
    "beta": Text(ja="β", en="β"),
    "beta-prime": Text(ja="β′", en="β′"),
}
ORGANISATIONS: Mapping[str, Text] = {
    "municipality": Text(ja="市区町村", en="municipalities"),
    "prefecture": Text(ja="都道府県", en="prefectures"),
    "school-board": Text(ja="教育委員会", en="school boards"),
    "association": Text(ja="一部事務組合・広域連合", en="associations"),
}


def word(words: Mapping[str, Text], code: str) -> Text:
    """Return the word for a code; the code itself where there is none."""
    return words.get(code, Text(ja=code, en=code))


def listed(words: Mapping[str, Text], codes: tuple[str, ...]) -> Text:
    """Return the words for several codes on one line."""
    found = [word(words, code) for code in codes]
    return Text(ja="、".join(one.ja for one in found), en=", ".join(one.en for one in found))
