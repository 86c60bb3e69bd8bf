"""Writes the exports of one year, beside the folders of the years: a manifest lists registers, the topology names these files.

Never here: the text of a configuration.
"""

import shutil
from pathlib import Path

from mihon_town.network import fortigate, yamaha
from mihon_town.network.plan import exports_of

FOLDER = "network"


def write_network(evidence: Path, fiscal_year: int, *, bad: bool) -> None:
    """Write the exports of a year below the evidence folder; nothing for a year without any."""
    place = evidence / FOLDER / f"FY{fiscal_year}"
    if place.exists():
        shutil.rmtree(place)
    exports = exports_of(fiscal_year, bad=bad)
    if exports is None:
        return
    place.mkdir(parents=True)
    (place / "fw-mihon-01.conf").write_bytes(fortigate.text(exports).encode())
    (place / "rt-kikan-01.txt").write_bytes(yamaha.text(exports).replace("\n", "\r\n").encode("cp932"))
