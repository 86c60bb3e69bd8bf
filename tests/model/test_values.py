import dataclasses
import importlib
import pkgutil
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import secaudit.model
from secaudit.errors import ManyError, SecauditError, YamlError
from secaudit.model.evidence import Column, Kind, Origin, Table, TableFile
from secaudit.model.location import Location
from secaudit.model.text import Text
from tests.builders import control, grant, text


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Location(path="a.csv"), "a.csv"),
        (Location(path="a.csv", row=5), "a.csv:5"),
        (Location(path="a.csv", row=5, column="C"), "a.csv:5 C"),
        (Location(path="a.yaml", line=3), "a.yaml:3"),
        (Location(path="a.yaml", line=3, column="7"), "a.yaml:3:7"),
        (Location(path="a.xlsx", sheet="名簿"), "a.xlsx 名簿!"),
        (Location(path="a.xlsx", sheet="名簿", row=14), "a.xlsx 名簿!14"),
        (Location(path="a.xlsx", sheet="名簿", row=14, column="C"), "a.xlsx 名簿!C14"),
    ],
)
def test_a_place_reads_as_the_readers_program_shows_it(place: Location, said: str) -> None:
    assert str(place) == said


def test_places_sort_by_file_then_inside_it() -> None:
    places = [
        Location(path="a", row=2),
        Location(path="b"),
        Location(path="a", sheet="s", row=1),
        Location(path="a", row=10),
        Location(path="a"),
        Location(path="a", line=1),
    ]
    ordered = sorted(places, key=Location.sort_key)
    assert [str(place) for place in ordered] == ["a", "a:1", "a:2", "a:10", "a s!1", "b"]


def test_a_text_is_given_in_the_language_asked_for() -> None:
    both = Text(ja="不適合", en="fail")
    assert (both.get("ja"), both.get("en")) == ("不適合", "fail")


def test_the_chapter_is_the_first_number_of_the_id() -> None:
    assert control("12.3.1-04").chapter == "12"


@given(st.integers(-400, 400))
def test_an_exception_holds_from_its_first_day_to_its_last(days: int) -> None:
    held = grant(approved_on=date(2025, 4, 1), expires=date(2026, 3, 31))
    day = date(2025, 4, 1) + timedelta(days=days)
    assert held.live(day) == (0 <= days <= 364)


def test_a_kind_knows_its_keys_and_columns() -> None:
    key = Column(name="account", type="text", title=text(), headers=("ID",), key=True)
    other = Column(name="enabled", type="boolean", title=text(), headers=("有効",))
    kind = Kind(name="accounts", title=text(), nature="snapshot", columns=(key, other))
    assert kind.keys == ("account",)
    assert kind.column("enabled") is other
    assert kind.column("missing") is None


def test_a_row_is_placed_down_to_its_cell() -> None:
    kind = Kind(name="accounts", title=text(), nature="snapshot", columns=())
    files = (
        TableFile(path="a.csv", sheet=None, digest="", letters={}),
        TableFile(path="b.xlsx", sheet="一覧", digest="", letters={"enabled": "D"}),
    )
    table = Table(organisation="mihon", kind=kind, rows=((), ()), origins=(Origin(0, 2), Origin(1, 7)), files=files)
    assert table.location(0, "enabled") == Location(path="a.csv", row=2)
    assert table.location(1, "enabled") == Location(path="b.xlsx", sheet="一覧", row=7, column="D")
    assert table.location(1) == Location(path="b.xlsx", sheet="一覧", row=7)


def test_many_errors_lead_with_the_first() -> None:
    one = YamlError(text("一", "one"), at=Location(path="a.yaml", line=1), hint=text("助け", "help"))
    two = SecauditError(text("二", "two"))
    many = ManyError([one, two])
    assert many.errors == (one, two)
    assert (many.at, many.hint, str(many)) == (one.at, one.hint, "one")
    assert two.at is None
    assert two.hint is None


def test_every_value_that_travels_is_frozen_and_slotted() -> None:
    classes = [
        value
        for info in pkgutil.iter_modules(secaudit.model.__path__, "secaudit.model.")
        for value in vars(importlib.import_module(info.name)).values()
        if dataclasses.is_dataclass(value) and isinstance(value, type)
    ]
    assert len(classes) > 30
    for value in classes:
        assert "__slots__" in vars(value), value
        assert value.__dataclass_params__.frozen, value  # type: ignore[attr-defined]  # no public name for it
