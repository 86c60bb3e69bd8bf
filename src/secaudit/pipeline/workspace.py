"""The folders that users keep (contract §3).

* Policies are files in `policies/`; evidence of one policy lies in `evidence/<policy>/FYxxxx/`.
* Controls are those of the workspace, else those shipped with the package.
* Profiles are policies to copy; they are shipped, and no workspace takes them for its own policies.

Never here: opening a policy or a manifest.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_YEAR = re.compile(r"FY(\d{4})\Z")
_NOT_POLICIES = (".topology",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder with `policies/` and `evidence/`, and the folder of controls in force there."""

    root: Path
    controls: Path

    @property
    def state(self) -> Path:
        """Return the folder that secaudit itself writes."""
        return self.root / ".secaudit"

    @property
    def guideline(self) -> Path:
        """Return the folder of what stands beside the controls: that of the controls, else what came with the package."""
        return self.controls if (self.controls / "clauses.yaml").is_file() else shipped_controls()

    def policies(self) -> tuple[Path, ...]:
        """Return the policy files, sorted by name; topologies are not policies."""
        found = sorted((self.root / "policies").glob("*.yaml"))
        return tuple(path for path in found if not path.stem.endswith(_NOT_POLICIES))

    def policy(self, name: str) -> Path:
        """Return the path of the policy called `name`, whether or not it exists."""
        return self.root / "policies" / f"{name}.yaml"

    def base_of(self, path: Path) -> Path:
        """Return the folder that a policy must not lead out of: the workspace, or its own folder if it lies elsewhere."""
        return self.root if path.resolve().is_relative_to(self.root.resolve()) else path.parent

    def fiscal_years(self, policy: str) -> tuple[int, ...]:
        """Return the fiscal years of a policy that have a manifest, oldest first."""
        found = (_YEAR.match(path.parent.name) for path in (self.root / "evidence" / policy).glob("FY*/manifest.yaml"))
        return tuple(sorted(int(match.group(1)) for match in found if match))

    def manifest(self, policy: str, fiscal_year: int) -> Path:
        """Return where the manifest of one policy and year belongs."""
        return self.root / "evidence" / policy / f"FY{fiscal_year}" / "manifest.yaml"

    def relative(self, path: Path) -> str:
        """Return `path` as it is shown: relative to the workspace where possible, with `/`."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def find(root: Path) -> Workspace:
    """Return the workspace at `root`; its own controls win over the shipped ones."""
    own = root / "controls"
    return Workspace(root=root, controls=own if own.is_dir() else shipped_controls())


def shipped_controls() -> Path:
    """Return the folder of the controls that came with the package."""
    return _shipped("controls", "controls")


def shipped_profiles() -> Path:
    """Return the folder of the profiles that came with the package."""
    return _shipped("profiles", "policies/profiles")


def _shipped(name: str, source: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    bundled = package / "shipped" / name
    return bundled if bundled.is_dir() else package.parents[1] / source
