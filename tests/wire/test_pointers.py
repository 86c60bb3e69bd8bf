from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, ValidationError
from pydantic_core import PydanticCustomError

from secaudit.errors import DocumentError, ManyError
from secaudit.model.text import Text
from secaudit.wire.pointers import Complaint, complaints, keys_of, located, nearest, raise_all, refuse, suggestion
from secaudit.wire.yaml import parse, plain


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    expires: str
    from_: Annotated[str | None, Field(alias="from")] = None


class Cat(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    cat: str


class Dog(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    dog: str
    bark: bool = True


def _own(value: object) -> object:
    if value == "hint":
        raise PydanticCustomError("secaudit", "x", {"ja": "だめ", "en": "is bad", "hint_ja": "直す", "hint_en": "mend it"})
    raise PydanticCustomError("secaudit", "x", {"ja": "だめ", "en": "is bad"})


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = ""
    whole: int = 0
    number: float = 0.0
    flag: bool = False
    part: Part | None = None
    parts: list[Part] = []
    named: dict[str, Part] = {}
    years: dict[int, Annotated[str, Field(min_length=1)]] = {}
    word: Literal["alpha", "beta"] = "alpha"
    few: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    low: Annotated[int, Field(ge=1, le=9)] = 1
    open_: Annotated[int, Field(gt=0, lt=9)] = 1
    form: Annotated[str, Field(pattern="^[a-z]+$", max_length=5)] = "a"
    own: Annotated[str, PlainValidator(_own)] = ""
    pet: Annotated[
        Annotated[Cat, Tag("=cat")] | Annotated[Dog, Tag("=dog")],
        Discriminator(lambda value: "=cat" if "cat" in value else "=dog"),
    ] = Cat(cat="x")
    keys: dict[Annotated[str, Field(pattern="^[a-z]+$")], int] = {}


def errors(text: str) -> list[tuple[str, str, str]]:
    tree = parse(text.encode(), "x.yaml")
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(plain(tree))
    found = located(tree, complaints(caught.value.errors()), known=lambda pointer: keys_of(Whole, pointer))
    for error in found:
        assert isinstance(error, DocumentError)
        assert error.message.ja
        assert not error.message.en.endswith(".")
    return [(str(error.at), error.message.en, error.hint.en if error.hint else "") for error in found]


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("wole: 1", "1:1", "there is no key `wole` here", "did you mean `whole`?"),
        ("part: {expirs: x}", "1:8", "there is no key `expirs` here", "did you mean `expires`?"),
        ("part: {expirs: x, expires: y}", "1:8", "there is no key `expirs` here", "did you mean `expires`?"),
        ("part: {expires: x, form: y}", "1:20", "there is no key `form` here", "did you mean `from`?"),
        ("part: {expires: x, zzzz: y}", "1:20", "there is no key `zzzz` here", "known keys: `expires`, `from`"),
        ("part: {}", "1:1", "`expires` is missing", "add a line `expires: …`"),
        ("parts:\n  - {expires: x}\n  - {}\n", "3:5", "`expires` is missing", "add a line `expires: …`"),
        ("named: {a: {expire: x, expires: y}}", "1:13", "there is no key `expire` here", "did you mean `expires`?"),
        ("pet: {dog: x, brak: true}", "1:15", "there is no key `brak` here", "did you mean `bark`?"),
        ("pet: {dog: x, bark: 1}", "1:21", "`bark` must be true or false", "write `true` or `false`"),
        ("text: 6.2", "1:7", "`text` must be text", "put it in quotes"),
        ("text: 2026-03-31", "1:7", "`text` must be text", "put it in quotes"),
        ("text: [a]", "1:7", "`text` must be text", "write one text value"),
        ("text: ", "1:6", "`text` is empty", "write a value"),
        ("whole: '1'", "1:8", "`whole` must be a whole number", "write a whole number without quotes"),
        ("whole: 1.5", "1:8", "`whole` must be a whole number", "write a whole number without quotes"),
        ("number: x", "1:9", "`number` must be a number", "write a number without quotes"),
        ("flag: 'true'", "1:7", "`flag` must be true or false", "write `true` or `false`"),
        ("flag: yes", "1:7", "`flag` must be true or false", "write `true` or `false`"),
        ("part: x", "1:7", "`part` must be a mapping", "write it as `key: value`"),
        ("named: []", "1:8", "`named` must be a mapping", "write it as `key: value`"),
        ("parts: {}", "1:8", "`parts` must be a list", "write it as `[…]` or as lines with `- `"),
        ("years: {2019: ''}", "1:15", "`2019` of `years` is empty", "write at least one"),
        ("years: {a: x}", "1:9", "`a` cannot be a key here", "a key is a whole number here"),
        ("word: beat", "1:7", "`beat` is not a value of `word`", "did you mean `beta`?"),
        ("word: zzz", "1:7", "`zzz` is not a value of `word`", "known values: `alpha`, `beta`"),
        ("word: {a: 1}", "1:7", "this value is not a value of `word`", "known values: `alpha`, `beta`"),
        ("few: []", "1:6", "`few` is empty", "write at least one"),
        ("few: [1, 2, 3]", "1:6", "`few` is too long (at most 2)", ""),
        ("few: [1, x]", "1:10", "item 2 of `few` must be a whole number", "write a whole number without quotes"),
        ("low: 0", "1:6", "`low` must be at least 1", ""),
        ("low: 10", "1:6", "`low` must be at most 9", ""),
        ("open_: 0", "1:8", "`open_` must be more than 0", ""),
        ("open_: 9", "1:8", "`open_` must be less than 9", ""),
        ("form: A", "1:7", "`A` of `form` does not have its form", "form: `^[a-z]+$`"),
        ("form: aaaaaa", "1:7", "`form` is too long (at most 5)", ""),
        ("own: x", "1:6", "`own`: is bad", ""),
        ("own: hint", "1:6", "`own`: is bad", "mend it"),
        ("keys: {A: 1}", "1:8", "`A` cannot be a key here", "form: `^[a-z]+$`"),
    ],
)
def test_each_kind_of_complaint(text: str, place: str, message: str, hint: str) -> None:
    assert errors(text) == [(f"x.yaml:{place}", message, hint)]


def test_all_complaints_sorted_by_place() -> None:
    found = errors("whole: x\nflag: 3\nzzz: 1\npart: {}\n")
    assert [place for place, _, _ in found] == ["x.yaml:1:8", "x.yaml:2:7", "x.yaml:3:1", "x.yaml:4:1"]


def test_the_whole_file_has_the_wrong_form() -> None:
    assert errors("- 1") == [("x.yaml:1:1", "the file must be a mapping", "write it as `key: value`")]


def one(loc: tuple[str | int, ...], kind: str, text: str = "a: {b: 1}\nc: [1]\n") -> tuple[str, str]:
    tree = parse(text.encode(), "x.yaml")
    (error,) = located(tree, [Complaint(loc=loc, type=kind)], known=lambda _pointer: ())
    return error.message.en, error.hint.en if error.hint else ""


def test_complaints_of_unknown_types() -> None:
    assert one(("a",), "something") == ("`a` does not have its form", "")
    assert one(("a", "b"), "something") == ("`1` is not a value of `b`", "")
    assert one(("a", "x"), "extra_forbidden") == ("there is no key `x` here", "")
    assert one((2019,), "something", text="2019: x\n") == ("`x` is not a value of `2019`", "")
    assert one((0,), "something", text="- x\n") == ("`x` is not a value of item 1", "")
    assert one(("z",), "missing") == ("`z` is missing", "add a line `z: …`")
    assert one(("c", "b"), "something", text="c: {b: " + "x" * 200 + "}\n")[0] == "this value is not a value of `b`"


def test_keys_of_what_has_none() -> None:
    type_alias: Any = type("Alias", (), {"__value__": Part})()
    assert keys_of(type_alias, ()) == ("expires", "from")
    assert keys_of(Whole, ("text",)) == ()
    assert keys_of(Whole, ("nothing", "x")) == ()
    assert keys_of(dict, ()) == ()
    assert keys_of(Whole, ("few", 0, "x")) == ()


def test_refuse_raises_all() -> None:
    tree = parse(b"a: 1\n", "x.yaml")
    with pytest.raises(ManyError) as caught:
        refuse(tree, [Complaint(loc=("a",), type="string_type"), Complaint(loc=("b",), type="missing")], known=lambda _pointer: ())
    assert len(caught.value.errors) == 2


def test_raise_all_sorts_and_is_silent_without_errors() -> None:
    raise_all([])
    late = DocumentError(Text(ja="後", en="late"), at=parse(b"\n\na: 1", "x.yaml").at)
    early = DocumentError(Text(ja="先", en="early"))
    with pytest.raises(ManyError) as caught:
        raise_all([late, early])
    assert [error.message.en for error in caught.value.errors] == ["early", "late"]


def test_nearest_and_suggestion() -> None:
    assert nearest("Expirs", ["expires", "x"]) == "expires"
    assert nearest("zzz", ["expires"]) is None
    assert suggestion("zzz", [], ja="値", en="values") is None
    many = suggestion("zzz", [f"a{n}" for n in range(30)], ja="値", en="values")
    assert many is not None
    assert many.en.endswith("`a19` …")
    assert many.ja.startswith("使える値: `a0`")
