from secaudit.model.location import Location
from secaudit.model.status import Status
from secaudit.reports import github
from secaudit.reports.settings import Settings
from tests.builders import assessment, finding, outcome
from tests.reports.readback import runner
from tests.reports.samples import bad, clean, could_not_look

SETTINGS = Settings(lang="ja", samples=2)


def lines(*made: object) -> list[str]:
    return github.render(made, SETTINGS).decode().splitlines()  # type: ignore[arg-type]  # assessments, as the caller gives them


def test_the_worst_ten_are_annotated_and_the_rest_is_counted() -> None:
    unknown = [finding(Status.UNKNOWN, control=f"5.1-{n:02}") for n in range(12)]
    made = assessment(*unknown, finding(Status.FAIL, control="9.1-01"), finding(Status.ERROR, control="9.1-02"))
    said = lines(made)
    commands = runner("\n".join(said))
    assert len(commands) == 10
    assert [properties["title"].split()[0] for _, properties, _ in commands[:3]] == ["9.1-02", "9.1-01", "5.1-00"]
    assert [name for name, _, _ in commands[:3]] == ["error", "error", "warning"]
    assert said[-1] == "… ほか4件（ジョブの要約を見てください）"


def test_an_excepted_finding_is_a_notice_and_comes_last() -> None:
    assert [name for name, _, _ in runner("\n".join(lines(bad())))] == ["error", "error", *["warning"] * 6, "notice"]


def test_notes_count_among_the_ten() -> None:
    unopened = could_not_look()
    many = lines(*[unopened] * 12)
    assert sum(line.startswith("::") for line in many) == 10
    assert all(line.startswith("::warning title=secaudit::") for line in many if line.startswith("::"))
    assert many[-1] == "… ほか12件（ジョブの要約を見てください）"


def test_a_line_is_given_where_the_file_has_lines() -> None:
    places = [Location(path="a,b:c.csv", row=4), Location(path="名簿.xlsx", sheet="名簿", row=4, column="C")]
    made = assessment(*(finding(Status.FAIL, outcome(location=place), control=f"6.1-0{n}") for n, place in enumerate(places)))
    found = [properties for _, properties, _ in runner("\n".join(lines(made)))]
    assert [(one["file"], one.get("line")) for one in found] == [("a,b:c.csv", "4"), ("名簿.xlsx", None)]


def test_nothing_to_do_is_one_line() -> None:
    assert len(lines(clean())) == 1


def test_a_summary_hides_details_until_they_are_opened() -> None:
    said = github.summary([bad()], SETTINGS).decode()
    assert said.count("<details>") == said.count("</details>") == 1
    assert said.index("| mihon/FY2025 |") < said.index("| 不適合 | 6.2.1-02 |") < said.index("<details>")
