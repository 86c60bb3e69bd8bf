"""What the three OSCAL documents share: identifiers from content, tokens, properties, resources.

* The same content gives the same UUID (version 5), so the same bytes.
* OSCAL refuses line breaks in titles, white space at the edges of values, empty arrays, and times without a zone.
* Dates become midnight in Japan: 2026-03-31T00:00:00+09:00.

Never here: a state of a finding.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from secaudit.model.run import Assessment
from secaudit.reports.escaping import json_bytes, markdown, plain, uri
from secaudit.reports.settings import Settings
from secaudit.reports.wording import digests, warnings
from secaudit.wire import oscal

VERSION = "1.2.3"
NAMESPACE = UUID("6f1d0c52-6b2a-5c0e-9d53-2f6c1e0a7b44")
"""Root of our identifiers; it never changes."""

NO_DAY = date(1970, 1, 1)
"""Stands where nothing was assessed, so that no day can be named; OSCAL asks for one."""

Json = dict[str, Any]


def identify(*parts: str) -> str:
    """Return the UUID of something by its parts, of which none may be left out."""
    return str(uuid5(NAMESPACE, json.dumps(parts)))


def midnight(day: date) -> str:
    """Return the beginning of a day in Japan."""
    return f"{day.isoformat()}T00:00:00+09:00"


def token(text: str) -> str:
    """Return the id of a control (or part of one) as OSCAL wants it: `6.2.1-02` becomes `lg-6.2.1-02`."""
    return oscal.token(plain(text))


def line(text: str) -> str:
    """Return a title: one line of Markdown, never empty."""
    return markdown(text) or "-"


def lines(texts: Sequence[str]) -> str:
    """Return a description: each text a paragraph."""
    return "\n\n".join(line(text) for text in texts)


def props(*pairs: tuple[str, str | None]) -> list[Json]:
    """Return properties of our own; one without a value is left out."""
    stripped = [(name, plain(value).strip()) for name, value in pairs if value is not None]
    return [{"name": name, "ns": oscal.PROPERTIES, "value": value} for name, value in stripped if value]


def key(assessment: Assessment) -> tuple[str, ...]:
    """Return what an assessment is known by: its policy, year, day and what it rests on."""
    rest = (value for _, value in digests(assessment))
    return (assessment.policy_id, str(assessment.fiscal_year), assessment.as_of.isoformat(), *rest)


def metadata(title: str, assessments: Sequence[Assessment], settings: Settings) -> Json:
    """Return the head of a document, dated by the newest as-of day."""
    day = max((one.as_of for one in assessments), default=NO_DAY)
    made: Json = {"title": title, "last-modified": midnight(day), "version": day.isoformat(), "oscal-version": VERSION}
    notes = warnings(assessments, settings)
    if not assessments:
        notes.append("Nothing could be assessed; the date means nothing.")
    made["props"] = props(("exit-zero", str(settings.exit_zero).lower()), ("language", settings.lang))
    if notes:
        made["remarks"] = lines(notes)
    return made


def document(root: str, body: Json, *, depth: int) -> bytes:
    """Return a document whose UUID is that of its content; `depth` as in `json_bytes`."""
    data = json_bytes(body, depth=depth - 1, indent="  ")
    name = identify(root, hashlib.sha256(data).hexdigest())
    return b"".join((f'{{\n  "{root}": {{\n    "uuid": "{name}",'.encode(), data[1:], b"\n}\n"))


def resources(assessments: Sequence[Assessment]) -> list[Json]:
    """Return policies, catalogues and evidence files with their digests, each once."""
    found: dict[str, Json] = {}
    for one in assessments:
        policy = f"policies/{one.policy_id}.yaml"
        parts = [(policy_id(one), f"policy {one.policy_id}", policy, one.policy_digest)]
        parts += [(file_id(one, file.path), file.path, file.path, file.sha256 or "") for file in one.evidence_files]
        for name, title, path, digest in parts:
            hashes = {"hashes": [{"algorithm": "SHA-256", "value": digest}]} if digest else {}
            found[name] = {"uuid": name, "title": line(title), "rlinks": [{"href": uri(path) or ".", **hashes}]}
        name = catalogue_id(one)
        citation = {"text": line(f"catalogue of controls, edition {one.edition}")}
        catalogue = props(("edition", one.edition), ("digest", one.catalogue_digest))
        found[name] = {"uuid": name, "title": line(f"catalogue {one.edition}"), "props": catalogue, "citation": citation}
    return list(found.values())


def policy_id(assessment: Assessment) -> str:
    """Return the UUID of a policy as it was adopted."""
    return identify("policy", assessment.policy_id, assessment.policy_digest)


def catalogue_id(assessment: Assessment) -> str:
    """Return the UUID of an edition of the catalogue."""
    return identify("catalogue", assessment.edition, assessment.catalogue_digest)


def file_id(assessment: Assessment, path: str) -> str:
    """Return the UUID of an evidence file in one state of the evidence."""
    return identify("evidence", assessment.evidence_digest, path)
