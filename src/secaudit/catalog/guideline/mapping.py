"""Controls against the numbers of a framework, in both directions; what maps to nothing is a gap.

Never here: judging whether a mapping is right.
"""

from collections.abc import Sequence

from secaudit.model.control import Control, Sourced
from secaudit.model.guideline import Framework, FrameworkEntry, FrameworkMap, Mapped

LAW = "ordinance-80"
"""The framework that controls map to by `law` instead of `maps`."""


def mapping(framework: Framework, controls: Sequence[Control]) -> FrameworkMap:
    """Return the mapping of all controls to a framework."""
    return FrameworkMap(
        framework=framework,
        controls=tuple(
            Mapped(number=control.id, title=control.title, to=targets(framework, control), basis=_basis(framework, control))
            for control in controls
        ),
        entries=tuple(_entry(framework, entry, controls) for entry in framework.entries),
    )


def targets(framework: Framework, control: Control) -> tuple[str, ...]:
    """Return the numbers of a framework that a control maps to."""
    return control.law if framework.id == LAW else control.maps.get(framework.id, ())


def _basis(framework: Framework, control: Control) -> Sourced | None:
    if framework.id == LAW:
        return framework.maps
    return None if control.basis is None else control.basis.maps


def _entry(framework: Framework, entry: FrameworkEntry, controls: Sequence[Control]) -> Mapped:
    """Return who maps to an entry, or to a part of it such as `PR.AA-01`."""
    own = [
        control.id
        for control in controls
        if any(target == entry.number or target.startswith(f"{entry.number}-") for target in targets(framework, control))
    ]
    return Mapped(number=entry.number, title=entry.title, to=tuple(own), basis=framework.numbers)
