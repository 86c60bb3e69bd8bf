"""Which file shows which book, with which headers: the office's own formats, year by year.

A column is written `header=column|style`; a header alone with `#word` is a column that no audit reads.

Never here: writing files (`write_*`), the values (`*_books`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mihon_town.model import Row

Form = Literal["xlsx", "csv", "jsonl", "yaml"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file: its header, the canonical column or a `#filler`, and the style of its cells."""

    header: str
    name: str
    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One file of one kind.

    `titles` stand above the header, `groups` are merged cells between them and the header (label, number of
    columns), `merged` is a canonical column whose equal neighbours are one cell, `total` ends the sheet with 合計.
    """

    kind: str
    path: str
    form: Form
    columns: tuple[Column, ...]
    keeper: str = "企画財政課"
    sheet: str | None = None
    titles: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    merged: str | None = None
    total: bool = False
    notes: bool = False
    encoding: str = "cp932"
    state_encoding: bool = False
    delimiter: str = ","
    hand_map: tuple[tuple[str, str], ...] = ()
    where: Callable[[Row], bool] | None = None


def columns(*specs: str) -> tuple[Column, ...]:
    """Columns from their short form."""
    found: list[Column] = []
    for spec in specs:
        left, _, style = spec.partition("|")
        header, _, name = left.partition("=")
        found.append(Column(header=header, name=name, style=style or "text"))
    return tuple(found)


def book_of(kind: str, name: str, *specs: str, keeper: str = "企画財政課", total: bool = False, titles: tuple[str, ...] = ()) -> Layout:
    """Give an Excel book as most sections keep one: a title, a line with the keeper, the header, the rows."""
    lines = titles or (f"見本町　{name}", f"作成：{keeper}")
    return Layout(
        kind=kind, path=f"{name}.xlsx", form="xlsx", sheet=name, columns=columns(*specs), keeper=keeper, titles=lines, total=total
    )


def export_of(
    kind: str, name: str, *specs: str, encoding: str = "cp932", state_encoding: bool = False, keeper: str = "企画財政課"
) -> Layout:
    """Give a comma-separated export of some system."""
    path = f"{name}.csv"
    return Layout(
        kind=kind, path=path, form="csv", columns=columns(*specs), encoding=encoding, state_encoding=state_encoding, keeper=keeper
    )


def listing_of(kind: str, name: str, *specs: str) -> Layout:
    """Give an export of the asset tool: UTF-16 with tabs, and still called .csv."""
    return Layout(kind=kind, path=f"{name}.csv", form="csv", columns=columns(*specs), encoding="utf-16", delimiter="\t")
