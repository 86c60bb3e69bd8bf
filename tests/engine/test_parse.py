import pytest

from secaudit.engine.nodes import And, Clock, Column, Compare, Constant, InList, InParameter, IsNull, Node, Not, Or, Parameter, Sum, columns
from secaudit.engine.parse import parse
from secaudit.engine.tokens import located
from secaudit.errors import ConditionError
from secaudit.model.assertion import Condition
from secaudit.model.location import Location
from tests.engine.small import condition


def spoken(node: Node | Sum | Clock) -> str:
    """The tree with all parentheses, to compare precedence."""
    match node:
        case Column(name) | Clock(name):
            return name
        case Parameter(name):
            return f":{name}"
        case Constant(value):
            return repr(value)
        case Sum(left, right, minus):
            return f"({spoken(left)} {'-' if minus else '+'} {spoken(right)})"
        case Compare(operator, left, right):
            return f"({spoken(left)} {operator} {spoken(right)})"
        case InList(term, values):
            return f"({spoken(term)} in {', '.join(spoken(value) for value in values)})"
        case InParameter(term, parameter):
            return f"({spoken(term)} in {spoken(parameter)})"
        case IsNull(term):
            return f"({spoken(term)} null)"
        case Not(inner):
            return f"(not {spoken(inner)})"
        case And(left, right):
            return f"({spoken(left)} and {spoken(right)})"
        case Or(left, right):
            return f"({spoken(left)} or {spoken(right)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and c", "(a or (b and c))"),
        ("(a or b) and c", "((a or b) and c)"),
        ("not a and b", "((not a) and b)"),
        ("not a = 1 or b", "((not (a = 1)) or b)"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("a or b or c", "((a or b) or c)"),
        ("a + 1 - 2 < b", "(((a + 1) - 2) < b)"),
        ("a - (1 + 2) >= b", "((a - (1 + 2)) >= b)"),
        ("a + -3 > 1.5", "((a + -3) > 1.5)"),
        ("a between b and c and d", "(((a >= b) and (a <= c)) and d)"),
        ("a not between 1 and 2", "(not ((a >= 1) and (a <= 2)))"),
        ("a not in ('x', 'y''z')", "(not (a in 'x', \"y'z\"))"),
        ("a in :list and b in (:p, 2)", "((a in :list) and (b in :p, 2))"),
        ("a is null or b is not null", "((a null) or (not (b null)))"),
        ("a <> as_of and fy_start <= fy_end", "((a <> as_of) and (fy_start <= fy_end))"),
        ("NOT A AND true", "((not A) and True)"),
        ("enabled", "enabled"),
        (":switch", ":switch"),
        ("false", "False"),
        (
            "row = 1 and section = 'x' and result = 'y' and date = as_of",
            "((((row = 1) and (section = 'x')) and (result = 'y')) and (date = as_of))",
        ),
        ("所属 = '総務課'", "(所属 = '総務課')"),
        ("a =\n  1", "(a = 1)"),
    ],
)
def test_precedence_and_form(text: str, tree: str) -> None:
    assert spoken(parse(condition(text))) == tree


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "10:5"),
        ("a in (select b from c)", "10:18"),
        ("(select 1)", "10:13"),
        ("read_csv('x') = 1", "10:5"),
        ("count(a) > 1", "10:5"),
        ("a and now() > b", "10:11"),
        ("as_of(1) = 2", "10:5"),
        ("cast(a as date) = b", "10:5"),
        ("a::date = b", "10:6"),
        ("*", "10:5"),
        ("a.* = 1", "10:6"),
        ("t.a = 1", "10:6"),
        ("case when a then b end", "10:10"),
        ("a; drop", "10:6"),
        ("a -- b", "10:7"),
        ("/* b */ a", "10:5"),
        ("a /* b */ = 1", "10:7"),
        ("a # b", "10:7"),
        ("a % 2 = 0", "10:7"),
        ("a * 2 = 0", "10:7"),
        ("a || 'b' = 'c'", "10:7"),
        ("a = 'b' 'c'", "10:13"),
        ("a != 1", "10:7"),
        ("a == 1", "10:7"),
        ("a <=> 1", "10:7"),
        ("a ＝ 1", "10:7"),
        ('"a" = 1', "10:5"),
        ("a = `b`", "10:9"),
        ("a like 'b'", "10:7"),
        ("a = null", "10:9"),
        ("a is true", "10:7"),
        ("a is distinct from b", "10:7"),
        ("a = 1e3", "10:9"),
        ("a = 0x1F", "10:10"),
        ("a = .5", "10:9"),
        ("a = 5.", "10:9"),
        ("a = N'b'", "10:9"),
        ("a = x'ff'", "10:10"),
        ("a = 'b", "10:9"),
        ("a = :", "10:9"),
        ("a = : p", "10:9"),
        ("a = :1", "10:9"),
        ("a = $1", "10:9"),
        ("a = ?", "10:9"),
        ("a in :p (1)", "10:14"),
        ("a in ()", "10:5"),
        ("a in b", "10:10"),
        ("a in 5", "10:10"),
        ("a in (b)", "10:11"),
        ("a in (1 + 1)", "10:11"),
        ("a = (1, 2)", "10:10"),
        ("a, b", "10:6"),
        ("(a", "10:6"),
        ("a)", "10:6"),
        ("a = = b", "10:9"),
        ("a =", "10:7"),
        ("and a", "10:9"),
        ("not", "10:5"),
        ("a = b = c", "10:5"),
        ("(a = 1) = b", "10:6"),
        ("a and b + 1", "10:11"),
        ("as_of", "10:5"),
        ("-a = 1", "10:6"),
        ("a = -'x'", "10:10"),
        ("a = -true", "10:10"),
        ("a = not b", "10:13"),
        ("a and\n  b % 2", "11:5"),
        ("a and " * 250 + "a", "10:1205"),
        ("(" * 190 + "a" + ")" * 190, "10:5"),
    ],
)
def test_everything_else_is_refused_where_it_stands(text: str, place: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(condition(text))
    assert str(caught.value.at) == f"controls/t/control.yaml:{place}"
    assert caught.value.hint is not None
    assert caught.value.message.ja
    assert caught.value.message.en


def test_a_place_without_line_or_column() -> None:
    whole = Condition(text="a\n b", at=Location(path="c.yaml"))
    assert located(whole, 3) == Location(path="c.yaml")
    assert located(Condition(text="a b", at=Location(path="c.yaml", line=3)), 2) == Location(path="c.yaml", line=3, column="3")


def test_columns_are_named_once_in_order() -> None:
    assert columns(parse(condition("b = 1 and a in ('x', :p) and b in :q and not c is null"))) == ("b", "a", "c")
    assert columns(None) == ()
