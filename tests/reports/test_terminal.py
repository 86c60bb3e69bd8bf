import json as parser
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.finding import Finding
from secaudit.model.location import Location
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Lang, Text
from secaudit.reports import json, terminal
from secaudit.reports.terminal import GATHER_FROM, LOSSES_SHOWN, clean, one_line, plan_line, plan_word
from tests.builders import assessment, finding, grant, loss, outcome, ratio, text
from tests.builders import plan_line as line_of_plan
from tests.reports.samples import SAMPLES

NASTY = st.text(
    st.sampled_from(["a", "職", "\n", "\r", "\t", "\x1b", "\x9b", "\u202e", "\u2066", "\u061c", "\u2028", "\x7f", "\ufeff", "\ud800"])
)
OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")


def harmless(said: str) -> bool:
    return all(char == "\n" or unicodedata.category(char) not in OBEYED for char in said)


@given(st.text(st.characters()))
def test_cleaning_removes_what_a_terminal_obeys_and_nothing_else(said: str) -> None:
    cleaned = clean(said)
    assert len(cleaned) == len(said)
    for before, after in zip(said, cleaned, strict=True):
        assert after == ("␦" if unicodedata.category(before) in OBEYED and before not in "\n\t" else before)
    assert clean(cleaned) == cleaned


@given(NASTY)
def test_no_cell_can_add_a_line_or_command_the_terminal(cell: str) -> None:
    word = f"x{cell}"
    both = Text(ja=word, en=word)
    place = Location(path=word, sheet=word, row=1, column=word)
    made = assessment(
        finding(
            Status.FAIL,
            outcome(word, Status.FAIL, both, place),
            reason=both,
            title=both,
            remedy=both,
            exceptions=(grant("6.2.1-02", word, approved_by=word),),
            notes=(both,),
        ),
        *(finding(Status.NOT_APPLICABLE, control="9.1-01", reason=both) for _ in range(9)),
        severity_names={"high": word},
        losses=(loss(both, path=word),),
        plan_lines=(line_of_plan(Status.PASS, title=both, row=word, promised=word, shown=both),),
    )
    said = terminal.render([made], lang="ja", samples=3)
    assert harmless(said)
    plain = terminal.render(SAMPLES_OF_ONE_LINE, lang="ja", samples=3)
    assert said.count("\n") == plain.count("\n")


X = Text(ja="x", en="x")
SAMPLES_OF_ONE_LINE = [
    assessment(
        finding(Status.FAIL, outcome("x", reason=text()), reason=X, exceptions=(grant("6.2.1-02", "x"),), notes=(X,)),
        *(finding(Status.NOT_APPLICABLE, control="9.1-01", reason=X) for _ in range(9)),
        losses=(loss(X),),
        plan_lines=(line_of_plan(Status.PASS, shown=X),),
    )
]


def test_one_line_is_one_line() -> None:
    assert one_line("  a\r\nb\tc\n") == "  a b c"


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_terminal_and_json_agree_on_every_count(name: str, lang: Lang) -> None:
    made = SAMPLES[name]()
    said = terminal.render([made], lang=lang, samples=99, everything=True)
    (score,) = (item["score"] for item in parser.loads(json.render([made], samples=99))["assessments"])
    for status in SEVERITY_ORDER:
        label = re.escape(status.label.get(lang))
        assert re.search(rf"(^|[,・] ?){label} {score['counts'][status.value]}( |,|（|$)", said, re.MULTILINE)
        single = len(re.findall(rf"^\[{label}(?:（例外措置中）| \(excepted\))?\] [\d.-]+-\d+ ", said, re.MULTILINE))
        gathered = sum(int(count) for count in re.findall(rf"^\[{label}\] (\d+)(?:件| controls): ", said, re.MULTILINE))
        assert single + gathered == score["counts"][status.value]
    assert (f"例外措置中 {score['excepted']}）" in said or f"({score['excepted']} excepted)" in said) == bool(score["excepted"])


def shown(*findings: Finding, everything: bool = False, samples: int = 3) -> str:
    return terminal.render([assessment(*findings)], lang="ja", samples=samples, everything=everything)


def test_findings_come_by_status_then_what_has_to_be_done_first() -> None:
    said = shown(
        finding(Status.UNKNOWN, control="1.1-01"),
        finding(Status.FAIL, control="1.1-02", level="recommended", severity="critical"),
        finding(Status.FAIL, control="1.1-03", severity="critical", disposition="excepted"),
        finding(Status.FAIL, control="1.1-04", severity="low"),
        finding(Status.FAIL, control="1.1-05", severity="critical"),
        finding(Status.ERROR, control="1.1-06", severity="low"),
        finding(Status.PASS, control="1.1-07"),
    )
    assert re.findall(r"^\[.*?\] ([\d.]+-\d+)", said, re.MULTILINE) == ["1.1-06", "1.1-05", "1.1-04", "1.1-02", "1.1-03", "1.1-01"]


@pytest.mark.parametrize("count", [GATHER_FROM - 1, GATHER_FROM])
def test_equal_findings_are_gathered_from_a_certain_number(count: int) -> None:
    said = shown(*(finding(Status.UNKNOWN, control=f"1.1-0{n}", reason=text("証跡がない", "no evidence")) for n in range(count)))
    assert (f"[未確認] {count}件: 証跡がない\n    1.1-00, 1.1-01" in said) == (count == GATHER_FROM)
    assert all(f"1.1-0{n}" in said for n in range(count))


def test_a_finding_with_something_of_its_own_to_say_is_not_gathered() -> None:
    same = [finding(Status.UNKNOWN, control=f"1.1-0{n}") for n in range(GATHER_FROM)]
    assert "※ 期限切れ" in shown(*same, finding(Status.UNKNOWN, control="1.1-09", notes=(text("期限切れ", "expired"),)))
    assert "実績 50.0%" in shown(*same, finding(Status.UNKNOWN, control="1.1-09", measured=ratio(1, 2)))
    assert "件: 理由" not in shown(*(finding(Status.FAIL, control=f"1.1-0{n}") for n in range(GATHER_FROM)))
    assert "- 未確認 a1" in shown(*same, finding(Status.UNKNOWN, outcome("a1", Status.UNKNOWN), control="1.1-09"))


def test_what_is_gathered_comes_last_in_the_order_of_the_catalogue() -> None:
    same = [finding(Status.UNKNOWN, control=f"1.1-0{n}", severity="low" if n else "critical") for n in range(GATHER_FROM)]
    said = shown(*reversed(same), finding(Status.UNKNOWN, control="9.9-09", severity="low", reason=text("古い", "stale")))
    assert said.index("9.9-09") < said.index("[未確認] 4件")
    assert "1.1-03, 1.1-02, 1.1-01, 1.1-00" in said


def test_a_reason_is_not_said_twice() -> None:
    reason = text("研修の記録がない", "no record of training")
    said = shown(finding(Status.FAIL, outcome("s1", reason=reason), outcome("s2"), reason=reason))
    assert said.count("研修の記録がない") == 1
    assert "    - 不適合 s1\n    - 不適合 s2: 退職後も有効\n" in said


def test_what_passes_is_listed_only_if_everything_is() -> None:
    passing = finding(Status.PASS, outcome("a1", Status.PASS), control="1.1-01")
    assert "1.1-01" not in shown(passing)
    listed = shown(passing, everything=True)
    assert "[適合] 1.1-01" in listed
    assert "a1" not in listed
    assert "対応" not in listed


def test_open_subjects_come_before_excepted_ones_and_the_rest_is_counted() -> None:
    found = finding(Status.FAIL, outcome("a1"), outcome("a2"), outcome("a3"), excepted_subjects=("a1",))
    said = shown(found, samples=2)
    assert said.index("- 不適合 a2") < said.index("- 不適合 a3") < said.index("… ほか1件")
    assert "a1" not in said
    assert "- 不適合（例外措置中） a1" in shown(found)


def test_the_policys_name_of_a_severity_names_failures_only() -> None:
    names = {"high": "重大な不適合"}
    made = assessment(finding(Status.FAIL, control="1.1-01"), finding(Status.UNKNOWN, control="1.1-02"), severity_names=names)
    said = terminal.render([made], lang="ja", samples=1)
    assert "・必須・重大な不適合）" in said
    assert "・必須・重大度 高）" in said


def test_where_nothing_applies_there_is_no_score_and_many_controls_are_a_number() -> None:
    nothing = [finding(Status.NOT_APPLICABLE, control=f"1.1-0{n}", reason=text("版にない", "not in it")) for n in range(8)]
    said = shown(*nothing)
    assert "得点 なし" in said
    assert "章別" not in said
    assert "[対象外] 8件: 版にない" in said
    assert "[対象外] 1.1-00, 1.1-01: 版にない" in shown(*nothing[:2])


def test_an_assessment_that_could_not_look_says_so_at_its_head() -> None:
    made = SAMPLES["could-not-look"]()
    for lang, warning in (("ja", "完全ではありません"), ("en", "not complete")):
        head, _, _ = terminal.render([made], lang=lang, samples=1).partition("\n\n")  # type: ignore[arg-type]  # both are languages
        assert warning in head


@pytest.mark.parametrize("more", [0, 1])
def test_many_losses_are_cut_and_counted(more: int) -> None:
    made = assessment(losses=tuple(loss(row=n + 2) for n in range(LOSSES_SHOWN + more)))
    said = terminal.render([made], lang="ja", samples=1)
    assert f"使わなかったもの {LOSSES_SHOWN + more}件" in said
    assert ("… ほか1件" in said) == bool(more)


def test_exit_zero_is_printed_for_all() -> None:
    two = [assessment(), assessment(policy_id="natori")]
    said = terminal.render(two, lang="en", samples=1, exit_zero=True)
    assert said.endswith("\n\nThe exit code is 0 because of --exit-zero.\n")
    assert said.count("■") == 2


def test_a_plan_is_summed_up_and_told_where_it_bears_on_security() -> None:
    lines = (
        line_of_plan(Status.PASS, shown=text("行った", "was held")),
        line_of_plan(Status.PASS, commitment="I-1", security=False, shown=text("行った", "was held")),
        line_of_plan(Status.UNKNOWN, commitment="I-2"),
    )
    said = terminal.render([assessment(plan_lines=lines)], lang="ja", samples=1)
    assert "計画 3項目: 確認できない 1 ・ 達成を確認 2（" in said
    assert "- 達成を確認 III-2" in said
    assert "I-1" not in said


@pytest.mark.parametrize(
    ("promised", "unclear", "said"),
    [("実施", (), "（予定: 実施）"), (None, ("実施", ""), "（予定: 実施 / なし?）"), (None, (), "（予定: なし）")],
)
def test_a_plan_line_says_what_was_promised(promised: str | None, unclear: tuple[str, ...], said: str) -> None:
    line = line_of_plan(Status.UNKNOWN, row="研修", promised=promised, unclear=unclear)
    assert plan_line(line, "ja") == f"確認できない III-2 職員研修 研修{said}"


def test_each_status_has_its_word_for_plans() -> None:
    assert len({plan_word(status).ja for status in Status}) == len(Status)


def test_a_loosened_parameter_does_not_hide_behind_a_pass() -> None:
    loose = Text(ja="設定値 target は標準より緩い", en="loose")
    said = terminal.render([assessment(finding(Status.PASS, notes=(loose,)))], lang="ja", samples=3)
    assert "[適合] 6.2.1-02 ※ 設定値 target は標準より緩い" in said


def test_changed_weights_are_said() -> None:
    usual = terminal.render([assessment(finding(Status.PASS))], lang="ja", samples=3)
    changed = terminal.render([assessment(finding(Status.PASS, weight=0))], lang="ja", samples=3)
    assert "重み" not in usual
    assert "重みを変えた得点です: 必須 0（標準は 3/1）" in changed
