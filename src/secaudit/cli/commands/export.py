"""`secaudit export oscal`: an edition of the catalogue as an OSCAL catalog, a policy as an OSCAL profile.

* The document goes to `--output` or standard output. What it does not carry is told beside it, with places.

Never here: the form of OSCAL (`reports`).
"""

from datetime import date
from pathlib import Path

import click

from secaudit.catalog.guideline.coverage import decided
from secaudit.catalog.guideline.load import load_guideline
from secaudit.catalog.guideline.numbers import clauses_of
from secaudit.catalog.load import load
from secaudit.cli import console
from secaudit.cli.language import LANG, say
from secaudit.cli.options import chosen_years, lang_option, output_file, policy_paths, shared, workspace_at, workspace_option
from secaudit.errors import UsageError
from secaudit.model.assertion import Attested
from secaudit.model.control import EDITIONS, Control
from secaudit.model.guideline import Clause, Guideline
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.pipeline.workspace import Workspace
from secaudit.policy.load import load as load_policy
from secaudit.policy.tailor import edition_fiscal_year, resolve
from secaudit.reports import oscal_catalog, oscal_profile
from secaudit.reports.exchange import Exchange, Exchanged, exchange_json, exchange_text
from secaudit.reports.oscal_control import Placed
from secaudit.wire import oscal
from secaudit.wire.files import write_atomic

output_option = click.option(
    "--output",
    metavar="FILE",
    help=say("文書を書くファイル（既定: 標準出力）", "file to write the document to (default: standard output)"),
)
report_option = click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    help=say("運ばなかったものの示し方（--output のあるとき）", "how to show what was not carried (with --output)"),
)


@click.group(
    "export",
    help=say("ほかの道具の形式で書き出します。", "Writes out in forms of other tools."),
    epilog=say(
        "例:  secaudit export oscal catalog --edition 2026-03 --output lg-catalog-2026-03.json",
        "Example:  secaudit export oscal catalog --edition 2026-03 --output lg-catalog-2026-03.json",
    ),
)
def command() -> None:
    """Begin; the sub-commands do the work."""


@command.group(
    "oscal",
    help=say("OSCAL 1.2.3 で書き出します。", "Writes OSCAL 1.2.3."),
    epilog=say(
        "例:  secaudit export oscal profile --policy mihon --output mihon-profile.json",
        "Example:  secaudit export oscal profile --policy mihon --output mihon-profile.json",
    ),
)
def oscal_group() -> None:
    """Begin; the sub-commands do the work."""


@oscal_group.command(
    "catalog",
    help=say(
        "管理策の目録の一つの版を OSCAL の catalog にします。運ばれないものは場所を添えて示します。",
        "Writes one edition of the catalogue as an OSCAL catalog, and tells with places what that does not carry.",
    ),
    epilog=say(
        "例:  secaudit export oscal catalog --edition 2026-03 --output lg-catalog-2026-03.json",
        "Example:  secaudit export oscal catalog --edition 2026-03 --output lg-catalog-2026-03.json",
    ),
)
@shared(workspace_option, lang_option, output_option, report_option)
@click.option("--edition", type=click.Choice(EDITIONS), required=True, help=say("ガイドラインの版", "edition of the guideline"))
def catalog(workspace: Path, lang: str | None, output: str | None, form: str, edition: str) -> None:  # noqa: D103 - click shows the help above
    del lang
    place = workspace_at(workspace)
    exported = exported_edition(place, edition)
    told = Exchange(
        direction="export",
        document="catalog",
        controls=[_exchanged(one.control) for one in exported.controls],
        dropped=oscal_catalog.dropped(exported),
    )
    _deliver(place, oscal_catalog.render(exported), output, form, told)


@oscal_group.command(
    "profile",
    help=say(
        "ポリシーを OSCAL の profile にします。効いている管理策、ポリシーが決めた値、例外措置と除外が入ります。",
        "Writes a policy as an OSCAL profile: the controls in force, the values it sets, its exceptions and exclusions.",
    ),
    epilog=say(
        "例:  secaudit export oscal profile --policy mihon --fiscal-year 2025 --output mihon-profile.json",
        "Example:  secaudit export oscal profile --policy mihon --fiscal-year 2025 --output mihon-profile.json",
    ),
)
@shared(workspace_option, lang_option, output_option, report_option)
@click.option("--policy", "name", required=True, metavar="NAME", help=say("ポリシー", "policy"))
@click.option(
    "--fiscal-year",
    metavar="YEAR",
    help=say(
        "対象年度（既定: 証跡のある最新年度と、版の出た年度の、新しい方）",
        "fiscal year (default: the newest with evidence, or that of the edition if it is later)",
    ),
)
def profile(workspace: Path, lang: str | None, output: str | None, form: str, name: str, fiscal_year: str | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    place = workspace_at(workspace)
    (path,) = policy_paths(place, (name,))
    catalogue = load(place.controls, base=place.controls.parent, with_cases=False)
    policy = load_policy(path, base=place.base_of(path))
    year = _year(place, path.stem, fiscal_year, policy.catalogue)
    effective = resolve(policy, catalogue.controls, fiscal_year=year, as_of=date(year + 1, 3, 31))
    told = Exchange(
        direction="export",
        document="profile",
        controls=[_exchanged(one.control) for one in effective.controls if one.excluded_because is None],
        dropped=oscal_profile.dropped(effective),
    )
    _deliver(place, oscal_profile.render(effective, catalogue.digest), output, form, told)


def _year(place: Workspace, policy: str, asked: str | None, edition: str) -> int:
    """Return the fiscal year asked for; else the newest with evidence, but none in which the edition was not there."""
    years = tuple(chosen_years(place, policy, asked))
    if asked is None:
        return max(*years, edition_fiscal_year(edition), 0)
    if len(years) != 1 or asked == "all":
        raise UsageError(
            Text(ja="`all` は使えない", en="`all` cannot be used here"),
            hint=Text(ja="年度を一つ指定してください", en="name one fiscal year"),
        )
    return years[0]


def exported_edition(place: Workspace, edition: str) -> oscal_catalog.Exported:
    """Return everything that the catalog of an edition is written from. Raises what reading the controls raises."""
    catalogue = load(place.controls, base=place.controls.parent, with_cases=False)
    guideline = load_guideline(place.guideline, base=place.guideline.parent)
    placed = [
        Placed(control=one, clause=_clause(one, guideline), decided=decided(one), cases=_cases(one, place)) for one in catalogue.controls
    ]
    found = next((one for one in guideline.editions if one.edition == edition), None)
    if found is None:
        raise UsageError(
            Text(ja=f"`editions.yaml` に版 `{edition}` がない", en=f"`editions.yaml` has no edition `{edition}`"),
            hint=Text(ja="`editions.yaml` に加えてください", en="add it to `editions.yaml`"),
        )
    return oscal_catalog.Exported(
        edition=found,
        guideline=guideline,
        controls=[one for one in placed if edition in one.control.editions],
        other=[one for one in placed if edition not in one.control.editions],
        digest=catalogue.digest,
    )


def _clause(control: Control, guideline: Guideline) -> Clause | None:
    """Return the first clause that the newest number of a control names."""
    newest = max(control.editions)
    numbers = clauses_of(control.editions[newest])
    found = (clause for number in numbers for clause in guideline.clauses if clause.number_in(newest) == number)
    return next(found, None)


def _cases(control: Control, place: Workspace) -> Location | None:
    """Return where the own cases of a control are, if it has any."""
    beside = Path(control.at.path).with_name("cases.yaml")
    return Location(path=beside.as_posix()) if (place.controls.parent / beside).is_file() else None


def _exchanged(control: Control) -> Exchanged:
    return Exchanged(control=control.id, token=oscal.token(control.id), file=None, whole=isinstance(control.assertion, Attested))


def _deliver(place: Workspace, data: bytes, output: str | None, form: str, told: Exchange) -> None:
    """Write the document, and tell beside it what was not carried: on standard output only if the document is not there."""
    if output is None:
        console.write_bytes(data)
        console.note(exchange_text(told, LANG).rstrip("\n"))
        return
    _, path = output_file(f"oscal:{output}", ("oscal",), place)
    write_atomic(path, data)
    console.write(exchange_json(told) if form == "json" else exchange_text(told, LANG))
