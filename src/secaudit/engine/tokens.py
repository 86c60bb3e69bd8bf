"""The first allow-list: the tokens of a condition, judged one by one where they stand.

* Names, literals, truth values and parameters become numbered atoms; only operators, words of our language and parentheses pass.
* Characters that the tokeniser drops (comments) are refused.

Never here: precedence and the tree (`parse`).
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from secaudit.engine.nodes import CLOCKS, Clock, Column, Constant, Parameter
from secaudit.errors import ConditionError
from secaudit.model.assertion import Condition
from secaudit.model.location import Location
from secaudit.model.text import Text

if TYPE_CHECKING:
    from sqlglot.tokens import Token  # type: ignore[attr-defined]  # re-exported without saying so

MAX_TOKENS = 400
_WORDS = frozenset({"and", "or", "not", "in", "between", "is", "null"})
_SIGNS = frozenset({"(", ")", ",", "+", "-", "=", "<>", "<", "<=", ">", ">="})
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_ALLOWED = Text(
    ja="書けるのは and or not = <> < <= > >= in between is null + - ( ) 'text' 数 true false :parameter と列の名前だけ",
    en="allowed are and or not = <> < <= > >= in between is null + - ( ) 'text' numbers true false :parameter and column names",
)

Atom = Column | Clock | Parameter | Constant


def located(condition: Condition, offset: int) -> Location:
    """Return the place of character `offset` of the condition's text in its file."""
    at = condition.at
    if at.line is None:
        return at
    before = condition.text[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n")
    if not lines and at.column is not None and at.column.isdecimal():
        column += int(at.column) - 1
    return replace(at, line=at.line + lines, column=str(column))


def refuse(condition: Condition, offset: int, message: Text) -> ConditionError:
    """Return the error for the token at `offset`."""
    return ConditionError(message, at=located(condition, offset), hint=_ALLOWED)


def atoms_and_tokens(condition: Condition) -> "tuple[tuple[Atom, ...], list[Token]]":
    """Return the atoms, and the tokens with each atom replaced by an identifier that is its number."""
    from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]  # noqa: PLC0415 - as above; re-exported

    tokens = _tokens(condition)
    atoms: list[Atom] = []
    passed: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        atom, used = _atom(condition, tokens, index)
        if atom is None:
            _check_word(condition, tokens, index)
            passed.append(token)
        else:
            _check_neighbour(condition, tokens, index, atom)
            number = str(len(atoms))
            atoms.append(atom)
            passed.append(Token(TokenType.IDENTIFIER, number, token.line, token.col, token.start, token.end))
        index += used
    return tuple(atoms), passed


def _tokens(condition: Condition) -> "list[Token]":
    from sqlglot import TokenError  # noqa: PLC0415 - 120 ms that --help need not pay
    from sqlglot.tokens import Tokenizer  # noqa: PLC0415 - as above

    text = condition.text
    try:
        tokens = Tokenizer().tokenize(text)
    except TokenError as error:
        message = Text(ja="閉じられていない引用符がある", en="a quotation mark is not closed")
        raise refuse(condition, max(text.rfind("'"), 0), message) from error
    if not tokens:
        raise refuse(condition, 0, Text(ja="条件が空", en="the condition is empty"))
    if len(tokens) > MAX_TOKENS:
        message = Text(ja=f"条件が長すぎる（語は{MAX_TOKENS}まで）", en=f"the condition is too long ({MAX_TOKENS} tokens at most)")
        raise refuse(condition, tokens[MAX_TOKENS].start, message)
    end = 0
    for start, after in [*((token.start, token.end + 1) for token in tokens), (len(text), len(text))]:
        dropped = text[end:start]
        if dropped.strip():
            offset = end + len(dropped) - len(dropped.lstrip())
            raise refuse(condition, offset, Text(ja="注釈は書けない", en="comments are not allowed"))
        end = after
    return tokens


def _atom(condition: Condition, tokens: "list[Token]", index: int) -> tuple[Atom | None, int]:
    """Return the atom that starts at `index`, if one does, and how many tokens it takes."""
    from sqlglot.tokens import TokenType  # type: ignore[attr-defined]  # noqa: PLC0415 - lazy; re-exported

    token = tokens[index]
    word = condition.text[token.start : token.end + 1]
    if token.token_type == TokenType.STRING and word.startswith("'"):
        return Constant(token.text, token.start), 1
    if token.token_type == TokenType.NUMBER and _NUMBER.fullmatch(word):
        return Constant(float(word) if "." in word else int(word), token.start), 1
    if word == ":":
        name = tokens[index + 1] if index + 1 < len(tokens) else None
        if name is not None and name.start == token.end + 1 and condition.text[name.start : name.end + 1].isidentifier():
            return Parameter(name.text, token.start), 2
        message = Text(ja="`:` の直後にパラメータの名前が要る", en="a parameter's name must follow `:` at once")
        raise refuse(condition, token.start, message)
    folded = word.lower()
    if not word.isidentifier() or folded in _WORDS:
        return None, 1
    if folded in ("true", "false"):
        return Constant(folded == "true", token.start), 1
    for clock in CLOCKS:
        if word == clock:
            return Clock(clock, token.start), 1
    return Column(word, token.start), 1


def _check_word(condition: Condition, tokens: "list[Token]", index: int) -> None:
    """Refuse a token that is neither a sign nor a word of the language, and `null` and `is` out of place."""
    words = [condition.text[token.start : token.end + 1].lower() for token in tokens[max(index - 2, 0) : index + 3]]
    here = min(index, 2)
    word, before, after = words[here], words[:here], words[here + 1 :]
    if word not in _SIGNS and word not in _WORDS:
        raise refuse(condition, tokens[index].start, Text(ja=f"`{word}` は書けない", en=f"`{word}` is not allowed"))
    if word == "null" and before[-1:] != ["is"] and before[-2:] != ["is", "not"]:
        message = Text(ja="空欄かどうかは is null で尋ねる", en="ask for a blank with `is null`")
        raise refuse(condition, tokens[index].start, message)
    if word == "is" and after[:1] != ["null"] and after[:2] != ["not", "null"]:
        message = Text(ja="is の後は null か not null", en="after `is` comes `null` or `not null`")
        raise refuse(condition, tokens[index].start, message)


def _check_neighbour(condition: Condition, tokens: "list[Token]", index: int, atom: Atom) -> None:
    """Refuse a name before a parenthesis (a function call) and an atom right after an atom or `)`."""
    from sqlglot.tokens import TokenType  # type: ignore[attr-defined]  # noqa: PLC0415 - lazy; re-exported

    if isinstance(atom, Column | Clock) and index + 1 < len(tokens) and tokens[index + 1].token_type == TokenType.L_PAREN:
        message = Text(ja=f"関数は呼べない: `{atom.name}`", en=f"functions cannot be called: `{atom.name}`")
        raise refuse(condition, tokens[index].start, message)
    if index and tokens[index - 1].token_type != TokenType.L_PAREN:
        before = condition.text[tokens[index - 1].start : tokens[index - 1].end + 1].lower()
        if before == ")" or (before not in _SIGNS and before not in _WORDS):
            word = condition.text[tokens[index].start : tokens[index].end + 1]
            message = Text(ja=f"`{word}` の前に演算子がない", en=f"there is no operator before `{word}`")
            raise refuse(condition, tokens[index].start, message)
