"""The separation proofs of one run: for whom they are made, and what becomes of a topology that cannot be read.

* A proof is made where a control that applies asks for one and the policy has a topology beside it; published policies are never proved.
* What cannot be read is an error of the run, and the controls that ask are `error`.
* So is a disagreement of search and interpreter: it ends the proof of that one policy and year as a fault of ours, and no other.

Never here: proving (`netproof`), judging (`engine`).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from secaudit.engine.compiled import CompiledControl, SeparatedPart
from secaudit.errors import FaultError, ManyError, SecauditError
from secaudit.model.location import Location
from secaudit.model.policy import EffectivePolicy
from secaudit.model.separation import Separation
from secaudit.model.text import Text
from secaudit.pipeline.workspace import Workspace
from secaudit.policy.load import load as load_policy
from secaudit.wire.canonical import digest_of
from secaudit.wire.files import shown

if TYPE_CHECKING:
    from secaudit.netproof.evaluate import Proofs


def topology_of(policy: Path) -> Path:
    """Return where the topology of a policy belongs."""
    return policy.with_name(f"{policy.stem}.topology.yaml")


def prove_alone(
    workspace: Workspace, path: Path, *, fiscal_year: int, as_of: date, regions: int, budget: int, proofs: "Proofs"
) -> Separation:
    """Return the proof of one policy and year outside an assessment. Raises a `SecauditError` for what cannot be read or is our fault."""
    from secaudit.netproof.evaluate import separation  # noqa: PLC0415 - only runs with a topology pay for the room
    from secaudit.netproof.replay import InternalDisagreement  # noqa: PLC0415 - as above

    root, topology = workspace.base_of(path), topology_of(path)
    policy = load_policy(path, base=root)
    try:
        return separation(policy, topology, root=root, fiscal_year=fiscal_year, as_of=as_of, regions=regions, budget=budget, proofs=proofs)
    except InternalDisagreement as fault:
        raise _fault(fault, fiscal_year, shown(topology, root)) from fault


def _fault(fault: Exception, fiscal_year: int, path: str) -> FaultError:
    """Return a disagreement as an error of the topology that it is about."""
    return FaultError(
        Text(
            ja=f"{fiscal_year}年度の証明と検算が食い違いました。secaudit の不具合です（{fault}）",
            en=f"search and replay do not agree about fiscal year {fiscal_year}, a fault of secaudit itself ({fault})",
        ),
        at=Location(path=path),
        hint=Text(ja="この行を添えて報告してください。分離は確かめられていません", en="report this line; the separation was not checked"),
    )


class Separations:
    """Makes the proofs of a run, none twice, and collects the errors. `sampled`: the folder of what was sampled before."""

    def __init__(self, compiled: Sequence[CompiledControl], sampled: Path) -> None:
        self.errors: list[SecauditError] = []
        self._asking = {one.control.id for one in compiled if any(isinstance(part, SeparatedPart) for part in one.parts)}
        self._proofs: Proofs | None = None
        self._sampled = sampled

    def of(self, effective: EffectivePolicy, path: Path, *, root: Path) -> Separation | None:
        """Return the proof for one assessment; None if nobody asks for it or there is no topology. `root`: the folder not to be left."""
        topology = topology_of(path)
        if effective.policy.evidence_basis == "published" or not self._asked(effective) or not topology.exists():
            return None
        from secaudit.netproof.evaluate import Proofs, separation  # noqa: PLC0415 - only runs with a topology pay for the room
        from secaudit.netproof.replay import InternalDisagreement  # noqa: PLC0415 - as above
        from secaudit.pipeline.sampled import SampledBefore  # noqa: PLC0415 - as above

        self._proofs = self._proofs or Proofs(sampled=SampledBefore(self._sampled))
        try:
            return separation(
                effective.policy,
                topology,
                root=root,
                fiscal_year=effective.fiscal_year,
                as_of=effective.as_of,
                proofs=self._proofs,
            )
        except SecauditError as error:
            return self._broken(error, effective, shown(topology, root))
        except InternalDisagreement as fault:
            return self._broken(_fault(fault, effective.fiscal_year, shown(topology, root)), effective, shown(topology, root))

    def _asked(self, effective: EffectivePolicy) -> bool:
        return any(one.excluded_because is None and one.control.id in self._asking for one in effective.controls)

    def _broken(self, error: SecauditError, effective: EffectivePolicy, path: str) -> Separation:
        found = error.errors if isinstance(error, ManyError) else (error,)
        told = {(str(one.at), one.message.en) for one in self.errors}
        self.errors += [one for one in found if (str(one.at), one.message.en) not in told]
        first, more = found[0], len(found) - 1
        at = first.at or Location(path=path)
        problem = Text(
            ja=f"構成図か構成の書き出しを読めない（{at}: {first.message.ja}" + (f"、ほか{more}件）" if more else "）"),
            en=f"the topology or a configuration cannot be read ({at}: {first.message.en}" + (f", {more} more)" if more else ")"),
        )
        if isinstance(first, FaultError):
            problem = first.message
        return Separation(
            model=effective.policy.network_model,
            zones=(),
            pairs=(),
            problem=problem,
            broken=True,
            digest=digest_of(["broken", [[str(one.at), one.code, one.message.en] for one in found]]),
            at=at,
        )
