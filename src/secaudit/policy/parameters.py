"""Bind the parameters of a control: the catalogue's default, or what the policy sets.

A value must have its type and lie within its bounds; compared exactly. A value on the wrong side of the default is weaker and marked.

Never here: what a parameter does to a status.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from secaudit.errors import DocumentError, SecauditError, UnknownNameError
from secaudit.model.control import Control, Parameter, ParameterValue
from secaudit.model.policy import BoundParameter, Policy
from secaudit.model.text import Text
from secaudit.policy.exceptions import unknown_control
from secaudit.wire.pointers import suggestion
from secaudit.wire.values import exact, misfit


def bind(policy: Policy, control: Control) -> Mapping[str, BoundParameter]:
    """Return every parameter of `control` with its value, its origin, and whether it is weaker than the default."""
    given = policy.parameters.get(control.id, {})
    bound: dict[str, BoundParameter] = {}
    for name, parameter in control.parameters.items():
        if name in given:
            at = policy.parameter_places[f"{control.id}.{name}"]
            bound[name] = BoundParameter(value=given[name], origin="policy", weaker=is_weaker(parameter, given[name]), at=at)
        else:
            bound[name] = BoundParameter(value=parameter.default, origin="catalogue", weaker=False, at=control.at)
    return MappingProxyType(bound)


def is_weaker(parameter: Parameter, value: ParameterValue) -> bool:
    """Whether `value` asks less than the default. A list that is neither narrower nor wider, and a changed text, count as weaker."""
    default = parameter.default
    if isinstance(value, bool) or isinstance(default, bool):
        return value not in (default, parameter.stricter == "true")
    if isinstance(value, int | float) and isinstance(default, int | float):
        return exact(value) > exact(default) if parameter.stricter == "lower" else exact(value) < exact(default)
    if isinstance(value, tuple) and isinstance(default, tuple):
        return not (set(value) <= set(default) if parameter.stricter == "fewer" else set(value) >= set(default))
    return value != default


def errors(policy: Policy, controls: Mapping[str, Control]) -> Sequence[SecauditError]:
    """Return what is wrong with the parameters that a policy sets: unknown control or parameter, type, bounds."""
    found: list[SecauditError] = []
    for control_id, values in policy.parameters.items():
        control = controls.get(control_id)
        if control is None:
            found.append(unknown_control(control_id, controls, policy.parameter_places[f"{control_id}.{next(iter(values))}"]))
            continue
        for name, value in values.items():
            at = policy.parameter_places[f"{control_id}.{name}"]
            parameter = control.parameters.get(name)
            if parameter is None:
                found.append(
                    UnknownNameError(
                        Text(
                            ja=f"管理策 `{control_id}` にパラメータ `{name}` はありません",
                            en=f"control `{control_id}` has no parameter `{name}`",
                        ),
                        at=at,
                        hint=suggestion(name, control.parameters, ja="パラメータ", en="parameters")
                        or Text(ja="この管理策にパラメータはありません", en="this control has no parameters"),
                    )
                )
                continue
            wrong = misfit(value, parameter.type, parameter.minimum, parameter.maximum)
            if wrong is not None:
                found.append(DocumentError(Text(ja=f"`{name}` は{wrong.ja}", en=f"`{name}` {wrong.en}"), at=at, hint=_default(parameter)))
    return found


def _default(parameter: Parameter) -> Text:
    value = parameter.default
    written = f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value).lower() if isinstance(value, bool) else str(value)
    return Text(ja=f"既定値は `{written}` です", en=f"the default is `{written}`")
