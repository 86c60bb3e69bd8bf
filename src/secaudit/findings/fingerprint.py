"""The identity of a finding across runs and years.

* The same organisation and control give the same fingerprint, whatever the year, edition or policy file.

Never here: subjects or statuses; they change while the finding stays the same.
"""

import hashlib


def fingerprint(organisation: str, control: str) -> str:
    """Return 32 hexadecimal digits for one control of one organisation."""
    return hashlib.sha256(f"secaudit/finding/v1\n{organisation}\n{control}".encode()).hexdigest()[:32]
