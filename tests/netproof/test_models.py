"""What each model lets cross, compared in full with a table that is written by hand from the facts."""

from collections.abc import Mapping
from itertools import permutations, product
from pathlib import Path
from typing import get_args

import pytest

from secaudit.model.control import EDITIONS
from secaudit.model.policy import RelayKind
from secaudit.netproof.models import ALL, RELAYS, ROWS, SYSTEMS, Claim, Passage, System, known, model_words, rows, zone_words
from secaudit.policy.documents import PolicyDocument, RelayDocument

M, L, I = "mynumber", "lgwan", "internet"  # noqa: E741 - the zones by their first letters
FIRST = "2018-09"
NEVER: str | None = None
MODELS = ("alpha", "alpha-prime", "beta", "beta-prime")

TABLE: Mapping[tuple[str, str, str], tuple[str | None, ...]] = {
    # opened by, towards, what the flow names: first edition that allows it under α, α′, β, β′
    (M, L, "nothing"): (FIRST, FIRST, FIRST, FIRST),
    (M, L, "inner system"): (FIRST, FIRST, FIRST, FIRST),
    (M, L, "internet system"): (FIRST, FIRST, FIRST, FIRST),
    (L, M, "nothing"): (FIRST, FIRST, FIRST, FIRST),
    (L, M, "inner system"): (FIRST, FIRST, FIRST, FIRST),
    (L, M, "internet system"): (FIRST, FIRST, FIRST, FIRST),
    (L, M, "screens of mynumber for lgwan"): ("2025-03", "2025-03", "2025-03", "2025-03"),
    (M, I, "internet system"): (FIRST, FIRST, FIRST, FIRST),
    (M, I, "internet system, outside"): (FIRST, FIRST, FIRST, FIRST),
    (I, M, "internet system"): (FIRST, FIRST, FIRST, FIRST),
    (I, M, "internet system, outside"): (FIRST, FIRST, FIRST, FIRST),
    (L, I, "nothing"): (FIRST, FIRST, FIRST, FIRST),
    (L, I, "listed cloud service"): (NEVER, "2024-10", NEVER, NEVER),
    (L, I, "listed cloud service, outside"): (NEVER, "2024-10", NEVER, NEVER),
    (L, I, "screens of internet for lgwan"): (FIRST, FIRST, FIRST, FIRST),
    (L, I, "screens of internet for lgwan, outside"): (FIRST, FIRST, FIRST, FIRST),
    (L, I, "data of internet into lgwan"): (FIRST, FIRST, FIRST, FIRST),
    (L, I, "data of internet into lgwan, outside"): (FIRST, FIRST, FIRST, FIRST),
    (I, L, "data of internet into lgwan"): (FIRST, FIRST, FIRST, FIRST),
    (I, L, "screens of lgwan for internet"): (NEVER, NEVER, "2020-12", "2020-12"),
}
"""What is not here is allowed by no model, above all whatever names two things at once."""


def relays() -> list[Passage | None]:
    kinds: tuple[RelayKind, ...] = get_args(RelayKind)
    zones = (M, L, I, "school")
    return [None, *(Passage(kind=kind, source=one, target=two) for kind in kinds for one, two in permutations(zones, 2))]


def named(relay: Passage | None, system: System | None, cloud: bool | None, *, outside: bool) -> str:
    words = []
    if relay is not None and relay.kind == "screen-transfer":
        words.append(f"screens of {relay.target} for {relay.source}")
    elif relay is not None:
        words.append(f"data of {relay.source} into {relay.target}")
    if system is not None:
        words.append("internet system" if system.internet else "inner system")
    if cloud is not None:
        words.append("listed cloud service" if cloud else "other cloud service")
    return " and ".join(words or ["nothing"]) + (", outside" if outside else "")


@pytest.mark.parametrize("model", MODELS)
def test_each_model_allows_what_the_table_says_and_nothing_else(model: str) -> None:
    column, seen, wrong = MODELS.index(model), set(), []
    systems = [None, *SYSTEMS.values()]
    for (source, target), relay, system, cloud, outside in product(
        permutations((M, L, I, "school"), 2), relays(), systems, (None, True, False), (False, True)
    ):
        claim = Claim(source=source, target=target, relay=relay, system=system, cloud=cloud, outside=outside)
        key = (source, target, named(relay, system, cloud, outside=outside))
        seen.add(key)
        since = TABLE.get(key, (NEVER,) * 4)[column]
        for edition in EDITIONS:
            fitting = [row for row in rows(model, edition) if row.fits(claim)]
            if len(fitting) != (since is not None and since <= edition):
                wrong.append((key, edition, fitting))
    assert wrong == []
    assert seen >= TABLE.keys()


def test_a_zone_never_crosses_into_itself() -> None:
    assert [row for row in ROWS if row.source == row.target] == []


def test_every_row_and_system_says_where_it_comes_from() -> None:
    for basis in (*(row.basis for row in ROWS), *(system.basis for system in SYSTEMS.values())):
        assert basis.startswith("[S ")
    assert all(row.since in EDITIONS and row.models <= ALL for row in ROWS)


def test_a_relay_of_a_row_joins_the_zones_of_the_row() -> None:
    for row in ROWS:
        assert (row.over is None) == (row.way not in get_args(RelayKind))
        if row.over is not None:
            assert row.over.kind == row.way
            assert {row.over.source, row.over.target} == {row.source, row.target}


def test_the_models_are_those_that_a_policy_may_name() -> None:
    assert set(get_args(PolicyDocument.model_fields["network_model"].annotation)) == set(MODELS) == ALL
    assert set(get_args(RelayDocument.model_fields["kind"].annotation)) == set(get_args(RelayKind)) == set(RELAYS)
    assert {model_words(model).en for model in MODELS} == {"model α", "model α′", "model β", "model β′"}


def test_zones_have_names_and_others_are_shown_as_written() -> None:
    assert zone_words("lgwan").ja == "LGWAN接続系"
    assert zone_words("school").en == "the zone `school`"
    assert known(M, L, I)
    assert not known(M, "school")


def test_the_page_lists_the_systems_and_the_rows() -> None:
    page = (Path(__file__).parents[2] / "docs" / "zones.md").read_text("utf-8")
    assert [name for name, system in SYSTEMS.items() if f"| `{name}` | {system.name.ja} | {system.name.en} |" not in page] == []
    assert [row.words for row in ROWS if row.words.ja not in page] == []
