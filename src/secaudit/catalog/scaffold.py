"""The texts of a new control and its cases, to be filled in: they load, pass their own linter's form and have their statuses.

Never here: writing files.
"""

import json
import re

from secaudit.catalog.documents import CONTROL_ID, KEBAB
from secaudit.errors import UsageError
from secaudit.model.control import EDITIONS, Level, Severity
from secaudit.model.text import Text

CONTROL = """\
# 書き方: docs/semantics.md / how to write it: docs/semantics.md
id: {id}
name: {name}
since: {since}
editions:
{editions}
revision: 1
level: {level}
severity: {severity}
title:
  ja: {title_ja}
  en: {title_en}
requirement:
  ja: 「{id_bare}」の要求を自分の言葉で一、二文に書く。例では、有効な利用者IDに持ち主がいることを求めている。
  en: Say in one or two sentences of your own what {id_bare} asks. The example asks that every enabled account has an owner.
why:
  ja: 「{id_bare}」が守られないと何が起きるかを一文で書く。
  en: Say in one sentence what happens if {id_bare} is not met.
roles: [system-manager]
cycle: always
applies:
  models: [alpha, alpha-prime, beta, beta-prime]
  organisations: [municipality, prefecture, school-board, association]
topics: [accounts]
law: []
maps: {{}}
parameters:
  max_idle_days: {{type: integer, default: 90, minimum: 0, unit: days, stricter: lower}}
evidence: [accounts]
assert:
  every: accounts
  where: "enabled"
  holds: "staff_id is not null and last_logon_on + :max_idle_days >= as_of"
remedy:
  ja: 「{id_bare}」に合わないものを見つけた人が、次に何をすればよいかを書く。
  en: Say what the person who finds a breach of {id_bare} should do next.
basis: {{number: unsure, duty: unsure, level: ours, maps: known, sources: [], level_reason: {reason}}}
"""

CASES = """\
- name: at the limit
  expect: pass
  tables:
    accounts: [{account: a1, staff_id: s1, enabled: true, last_logon_on: 2025-12-31}]
- name: one day over the limit
  expect: fail
  tables:
    accounts: [{account: a1, staff_id: s1, enabled: true, last_logon_on: 2025-12-30}]
- name: no owner
  expect: fail
  tables:
    accounts: [{account: a1, enabled: true, last_logon_on: 2025-12-31}]
- name: disabled accounts do not count
  expect: pass
  tables:
    accounts:
      - {account: a1, staff_id: s1, enabled: true, last_logon_on: 2025-12-31}
      - {account: a2, enabled: false, last_logon_on: 2020-04-01}
- name: last logon not known
  expect: unknown
  tables:
    accounts: [{account: a1, staff_id: s1, enabled: true}]
- name: no list of accounts
  expect: unknown
  tables: {}
"""


def scaffold(
    control_id: str,
    name: str,
    *,
    clause: str | None = None,
    since: str = EDITIONS[-1],
    level: Level = "required",
    severity: Severity = "medium",
    title: Text | None = None,
) -> tuple[str, str]:
    """Return the texts of `control.yaml` and `cases.yaml` for a new control; `clause` defaults to that of the id.

    Raises `UsageError` (SA002) for an id, name or edition that does not have its form.
    """
    for value, pattern, example in ((control_id, CONTROL_ID, "6.2.1-05"), (name, KEBAB, "accounts-owned")):
        if re.fullmatch(pattern, value) is None:
            raise UsageError(
                Text(ja=f"`{value}` は使えない形です", en=f"`{value}` does not have its form"),
                hint=Text(ja=f"例: `{example}`", en=f"for example `{example}`"),
            )
    if since not in EDITIONS:
        listed = ", ".join(f"`{edition}`" for edition in EDITIONS)
        raise UsageError(
            Text(ja=f"指針の版 `{since}` はありません", en=f"there is no edition `{since}`"),
            hint=Text(ja=f"使える版: {listed}", en=f"known editions: {listed}"),
        )
    written = clause or clause_of(control_id)
    editions = "\n".join(f"  {edition}: {_quoted(written)}" for edition in EDITIONS[EDITIONS.index(since) :])
    said = title or Text(ja=f"（題名: {control_id}）", en=f"(title of {control_id})")
    control = CONTROL.format(
        id=_quoted(control_id),
        id_bare=control_id,
        name=name,
        since=since,
        editions=editions,
        level=level,
        severity=severity,
        title_ja=_quoted(said.ja),
        title_en=_quoted(said.en),
        reason="direct-loss" if level == "required" else "supporting",
    )
    return control, CASES


def clause_of(control_id: str) -> str:
    """Return the clause of an id as the guideline writes it: `6.2.(1)` for `6.2.1-05`, `基本方針3` for `0.3-01`."""
    parts = control_id.rsplit("-", 1)[0].split(".")
    if parts[0] == "0":
        return "基本方針" + ".".join(parts[1:])
    if len(parts) == 3 or (len(parts) == 2 and parts[0] in "123"):
        return f"{'.'.join(parts[:-1])}.({parts[-1]})"
    return ".".join(parts)


def folder(control_id: str, name: str) -> str:
    """Return the folder of a control below `controls/`."""
    return f"{control_id.split('.', 1)[0]}/{control_id.rsplit('-', 1)[0]}-{name}"


def _quoted(text: str) -> str:
    """Return `text` in double quotes; a JSON text is a YAML text."""
    return json.dumps(text, ensure_ascii=False)
