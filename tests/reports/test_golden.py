from collections.abc import Callable

import pytest

from secaudit.model.text import Lang
from secaudit.reports import json, terminal
from tests.reports.samples import SAMPLES

Golden = Callable[[str, bytes], None]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_terminal_reads_as_it_was_read_by_people(name: str, lang: Lang, golden: Golden) -> None:
    golden(f"reports/{name}.{lang}.txt", terminal.render([SAMPLES[name]()], lang=lang, samples=2).encode())


@pytest.mark.parametrize("name", SAMPLES)
def test_everything_may_be_listed(name: str, golden: Golden) -> None:
    golden(f"reports/{name}.everything.ja.txt", terminal.render([SAMPLES[name]()], lang="ja", samples=9, everything=True).encode())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_json_stays_as_programs_know_it(name: str, golden: Golden) -> None:
    golden(f"reports/{name}.json", json.render([SAMPLES[name]()], samples=2))


def test_same_assessments_same_bytes() -> None:
    made = [make() for make in SAMPLES.values()]
    again = [make() for make in SAMPLES.values()]
    assert json.render(made, samples=3) == json.render(again, samples=3)
    assert terminal.render(made, lang="ja", samples=3) == terminal.render(again, lang="ja", samples=3)
