"""例外措置 and exclusions: their shape and their dates, not their effect.

Never here: whether a finding is excepted (`findings`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from secaudit.errors import DocumentError, SecauditError, UnknownNameError
from secaudit.model.control import Control
from secaudit.model.location import Location
from secaudit.model.policy import ExceptionGrant, Exclusion, Policy
from secaudit.model.text import Text
from secaudit.policy.documents import PolicyDocument
from secaudit.wire.pointers import nearest
from secaudit.wire.tree import Node, Pointer, place


def grants(document: PolicyDocument, tree: Node) -> tuple[ExceptionGrant, ...]:
    """Return the exceptions of a policy in written order."""
    return tuple(
        ExceptionGrant(
            control=one.control,
            subjects=tuple(one.subjects),
            reason=one.reason,
            approved_by=one.approved_by,
            approved_on=one.approved_on,
            expires=one.expires,
            compensating=one.compensating,
            at=place(tree, ("exceptions", index)),
        )
        for index, one in enumerate(document.exceptions)
    )


def exclusions(document: PolicyDocument, tree: Node) -> tuple[Exclusion, ...]:
    """Return the exclusions of a policy in written order."""
    return tuple(
        Exclusion(
            control=one.control,
            reason=one.reason,
            approved_by=one.approved_by,
            expires=one.expires,
            at=place(tree, ("select", "exclude", index)),
        )
        for index, one in enumerate(document.select.exclude)
    )


def only(document: PolicyDocument, tree: Node) -> Mapping[str, Location] | None:
    """Return the only controls that are asked for, with the place of each; None: no such list."""
    if document.select.only is None:
        return None
    return MappingProxyType({one: place(tree, ("select", "only", index)) for index, one in enumerate(document.select.only)})


def shape_errors(document: PolicyDocument, tree: Node) -> list[SecauditError]:
    """Say which exceptions, flows and relays end before they begin, and which subjects or controls are named twice."""
    errors: list[SecauditError] = []
    for index, one in enumerate(document.exceptions):
        errors += _backwards(one.approved_on, one.expires, place(tree, ("exceptions", index, "expires")))
        errors += _twice(one.subjects, tree, ("exceptions", index, "subjects"))
    for index, flow in enumerate(document.specified_communications):
        errors += _backwards(flow.approved_on, flow.expires, place(tree, ("specified_communications", index, "expires")))
    for index, relay in enumerate(document.relays):
        errors += _backwards(relay.approved_on, relay.expires, place(tree, ("relays", index, "expires")))
    errors += _twice(document.select.only or (), tree, ("select", "only"))
    return errors


def _twice(names: Iterable[str], tree: Node, pointer: Pointer) -> list[SecauditError]:
    errors: list[SecauditError] = []
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            errors.append(
                DocumentError(
                    Text(ja=f"`{name}` が二度あります", en=f"`{name}` is named twice"),
                    at=place(tree, (*pointer, number)),
                    hint=Text(ja="どちらか一つを消してください", en="delete one of the two"),
                )
            )
        seen.add(name)
    return errors


def _backwards(approved_on: date, expires: date, at: Location) -> list[SecauditError]:
    if expires >= approved_on:
        return []
    return [
        DocumentError(
            Text(
                ja=f"期限 {expires} が許可の日 {approved_on} より前です", en=f"the end {expires} lies before the approval on {approved_on}"
            ),
            at=at,
            hint=Text(ja="二つの日付を確かめてください", en="check both days"),
        )
    ]


def unknown_controls(policy: Policy, controls: Mapping[str, Control]) -> list[SecauditError]:
    """Say which exceptions, exclusions and selections name a control that the catalogue does not have."""
    named = [(one.control, one.at) for one in policy.exceptions] + [(one.control, one.at) for one in policy.exclusions]
    named += (policy.only or {}).items()
    return [unknown_control(name, controls, at) for name, at in named if name not in controls]


def unknown_control(name: str, controls: Mapping[str, Control], at: Location) -> UnknownNameError:
    """Return the error for a control that does not exist, with the nearest id; names and aliases lead to their id."""
    by_name = {other: control.id for control in controls.values() for other in (control.name, *control.aliases)}
    near = by_name.get(name) or nearest(name, controls)
    hint = (
        Text(ja=f"`{near}` のことですか", en=f"did you mean `{near}`?")
        if near
        else Text(ja="`secaudit catalogue list` で番号を確かめてください", en="`secaudit catalogue list` shows all ids")
    )
    return UnknownNameError(Text(ja=f"管理策 `{name}` はありません", en=f"there is no control `{name}`"), at=at, hint=hint)
