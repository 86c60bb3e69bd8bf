"""An edition of the catalogue in OSCAL 1.2.3: controls in groups by chapter, section and clause.

* Groups follow the numbering of the newest edition in every edition, so that their ids never move; the number that a clause has in
  the edition at hand is its label, and that of a control its property `clause`.
* Controls of an overlay have a group of their own. Network models are properties of each control.
* The document is dated by the edition, its version names the digest of the catalogue: same data, same bytes.

Never here: reading controls (`catalog`), one control (`oscal_control`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secaudit.model.exchange import Dropped
from secaudit.model.guideline import Clause, Edition, Framework, Guideline, Source
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.reports.escaping import uri
from secaudit.reports.oscal_control import Placed, control_json, english, framework_id, label, prose, sort_id, source_id, title
from secaudit.reports.oscal_control import dropped as dropped_of
from secaudit.reports.oscal_parts import VERSION, Json, document, identify, midnight, props, token

CLAUSES = "clauses.yaml"
EDITIONS = "editions.yaml"
_UNLISTED = Text(ja="条項の一覧にない番号の管理策", en="Controls whose number is in no list of clauses")
_OVERLAY = Text(ja="特則の管理策", en="Controls of an overlay")
_NOTES = (
    Text(
        ja="管理策の文は secaudit のもので、公式の文ではない。区分も、basis-level が seen のもののほかは secaudit のものである。",
        en="The texts are secaudit's own, not official ones; so are the levels, except where basis-level is seen.",
    ),
    Text(
        ja="題と本文は日本語。英語は class が en の性質 title と部分 translation にある。",
        en="Titles and prose are Japanese. English stands in properties title and parts translation of class en.",
    ),
    Text(
        ja="グループは最新の版の番号に従う。この版での番号は、条項の label と管理策の clause にある。",
        en="Groups follow the numbers of the newest edition; the number in this edition is the label of a clause, the clause of a control.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What is written: an edition, its controls in order of id, and the digest of the catalogue that they come from.

    `other` are the controls that this edition does not have.
    """

    edition: Edition
    guideline: Guideline
    controls: Sequence[Placed]
    other: Sequence[Placed]
    digest: str


def file_name(edition: str) -> str:
    """Return what the file of an edition is called where others refer to it."""
    return f"lg-catalog-{edition}.json"


def render(exported: Exported) -> bytes:
    """Return the catalog of an edition."""
    edition = exported.edition
    name = Text(
        ja=f"地方公共団体における情報セキュリティポリシーに関するガイドライン（{edition.edition}）の管理策",
        en=f"Controls for the guideline on information security policies of local governments, edition {edition.edition}",
    )
    notes = [prose(said) for said in (*(note.ja for note in _NOTES), *(note.en for note in _NOTES))]
    body: Json = {
        "metadata": {
            "title": title(name.ja),
            "last-modified": midnight(edition.issued),
            "version": f"{edition.edition}+{exported.digest[:12]}",
            "oscal-version": VERSION,
            "props": [
                english(name.en),
                *props(("language", "ja"), ("edition", edition.edition), ("digest", exported.digest), ("issued-basis", edition.basis)),
            ],
            "remarks": "\n\n".join(notes),
        }
    }
    groups = list(_groups(exported))
    if groups:
        body["groups"] = groups
    resources = list(_resources(exported))
    if resources:
        body["back-matter"] = {"resources": resources}
    return document("catalog", body, depth=11)


def _groups(exported: Exported) -> Iterator[Json]:
    own = [one for one in exported.controls if one.control.overlay is None]
    trees: dict[str, Json] = {}
    for clause in exported.guideline.clauses:
        inside = [one for one in own if one.clause is clause]
        if inside:
            _hang(trees, _path(clause, exported), inside, exported.edition.edition)
    yield from trees.values()
    rest = [one for one in own if one.clause is None]
    if rest:
        yield _group("unlisted", _UNLISTED, rest, exported.edition.edition)
    for overlay in dict.fromkeys(one.control.overlay for one in exported.controls if one.control.overlay is not None):
        inside = [one for one in exported.controls if one.control.overlay == overlay]
        group = _group(f"overlay-{overlay}", _OVERLAY, inside, exported.edition.edition)
        group["props"] += props(("overlay", overlay))
        yield group


def _path(clause: Clause, exported: Exported) -> list[Json]:
    """Return the groups from the chapter to the clause, without members; what is chapter or section and clause at once is one group."""
    titles = {unit.number: unit.title for unit in (*exported.guideline.chapters, *exported.guideline.units)}
    section = clause.number.split(".(", 1)[0]
    above = dict.fromkeys(number for number in (clause.chapter, section) if number != clause.number)
    found = [_head(number, titles.get(number, Text(ja=number, en=number)), label(number)) for number in above]
    own = _head(clause.number, clause.title, label(clause.number_in(exported.edition.edition) or clause.number))
    basis = clause.basis
    own["props"] += props(
        *(("test", test) for test in clause.test),
        ("basis-number", basis.number),
        ("basis-duty", basis.duty),
        ("basis-older", basis.older),
        *(("source", key) for key in basis.sources),
    )
    return [*found, own]


def _head(number: str, name: Text, shown: Json) -> Json:
    bare = number.replace("(", "").replace(")", "")
    return {"id": token(bare), "title": title(name.ja), "props": [shown, sort_id(bare), english(name.en)]}


def _hang(trees: dict[str, Json], path: list[Json], inside: Iterable[Placed], edition: str) -> None:
    """Put the controls of a clause at the end of its path; groups that are there already are taken."""
    first, *rest = path
    group = trees.setdefault(first["id"], first)
    for head in rest:
        below: list[Json] = group.setdefault("groups", [])
        known = next((one for one in below if one["id"] == head["id"]), None)
        if known is None:
            below.append(head)
        group = known or head
    group["controls"] = [control_json(one, edition) for one in inside]


def _group(name: str, said: Text, inside: Iterable[Placed], edition: str) -> Json:
    return {
        "id": token(name),
        "title": title(said.ja),
        "props": [english(said.en)],
        "controls": [control_json(one, edition) for one in inside],
    }


def _resources(exported: Exported) -> Iterator[Json]:
    """Return the sources and frameworks that the controls name, each once."""
    controls = [one.control for one in exported.controls]
    named = {key for control in controls if control.basis is not None for key in control.basis.sources}
    for key in sorted(named):
        yield _source(key, exported.guideline.sources.get(key))
    for name in sorted({name for control in controls for name in control.maps}):
        yield _framework(name, exported.guideline.frameworks.get(name))


def _source(key: str, source: Source | None) -> Json:
    if source is None:
        return {"uuid": source_id(key), "title": title(key), "props": props(("source", key))}
    return {
        "uuid": source_id(key),
        "title": title(source.title.ja),
        "props": [english(source.title.en), *props(("source", key), ("read", source.read))],
        "rlinks": [{"href": url} for url in source.url],
    }


def _framework(name: str, framework: Framework | None) -> Json:
    if framework is None:
        return {"uuid": framework_id(name), "title": title(name), "props": props(("framework", name.strip() or "-"))}
    return {
        "uuid": framework_id(name),
        "title": title(framework.title.ja),
        "description": prose(framework.note.ja),
        "props": [
            english(framework.title.en),
            *props(("framework", name), ("basis-numbers", framework.numbers), ("basis-maps", framework.maps)),
        ],
    }


def reference(edition: str, digest: str) -> Json:
    """Return the resource by which other documents point at the catalog of an edition."""
    return {
        "uuid": identify("catalogue", edition, digest),
        "title": title(f"catalogue {edition}"),
        "props": props(("edition", edition), ("digest", digest)),
        "rlinks": [{"href": uri(file_name(edition)), "media-type": "application/json"}],
    }


def dropped(exported: Exported) -> tuple[Dropped, ...]:
    """Return everything that the catalog of an edition does not carry, with its place."""
    found = [one for placed in exported.controls for one in dropped_of(placed)]
    found += [Dropped(kind="other-edition", subject=one.control.id, at=one.control.at, what=one.control.name) for one in exported.other]
    clauses, editions = Location(path=f"controls/{CLAUSES}"), Location(path=f"controls/{EDITIONS}")
    for clause in exported.guideline.clauses:
        words = [name for name in ("items", "roles", "changes") if getattr(clause, name)]
        found.append(Dropped(kind="clause-details", subject=clause.number, at=clauses, what=", ".join(words)))
    found += [Dropped(kind="edition-notes", subject=one.edition, at=editions, what="changes") for one in exported.guideline.editions]
    for name in exported.guideline.frameworks:
        place = Location(path=f"controls/frameworks/{name}.yaml")
        found.append(Dropped(kind="framework-entries", subject=name, at=place, what="entries"))
    return tuple(found)
