"""Complaints about a document become located errors in two languages.

A complaint is plain data (path, type, details), as validation libraries give it; so no library is imported here, and
catalog, policy and evidence speak with one voice. Paths may hold marks that are no keys (`=tag` of a union, `[key]`): they are skipped.

Never here: validating.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NoReturn, get_args, get_origin

from secaudit.errors import DocumentError, ManyError, SecauditError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.tree import Map, Node, Pointer, Scalar, by_place, find, place

Known = Callable[[Pointer], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One failure of validation: where, of which type, with which details."""

    loc: tuple[str | int, ...]
    type: str
    ctx: Mapping[str, object] = field(default_factory=dict)


def complaints(errors: Iterable[Mapping[str, Any]]) -> tuple[Complaint, ...]:
    """Return the list that pydantic's `ValidationError.errors()` gives, as complaints."""
    return tuple(Complaint(loc=tuple(error["loc"]), type=str(error["type"]), ctx=dict(error.get("ctx") or {})) for error in errors)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like `word`, if one does."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    found = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], *, ja: str, en: str) -> Text | None:
    """Return the hint for a name that is not known: the nearest one, else the list; `ja` and `en` say of what."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return Text(ja=f"`{near}` のことですか", en=f"did you mean `{near}`?")
    if not names:
        return None
    listed = ", ".join(f"`{name}`" for name in names[:20]) + (" …" if len(names) > 20 else "")
    return Text(ja=f"使える{ja}: {listed}", en=f"known {en}: {listed}")


def raise_all(errors: Iterable[SecauditError]) -> None:
    """Raise all errors as one `ManyError`, sorted by place; do nothing if there is none."""
    found = by_place(errors)
    if found:
        raise ManyError(found)


def refuse(root: Node, found: Iterable[Complaint], *, known: Known) -> NoReturn:
    """Raise the complaints about the document `root` as located errors."""
    raise ManyError(located(root, found, known=known))


def located(root: Node, found: Iterable[Complaint], *, known: Known) -> tuple[DocumentError, ...]:
    """Return the complaints as errors with place, message and hint, sorted by place, each place and message once."""
    errors: dict[tuple[Location | None, str], DocumentError] = {}
    listed = [(_clean(complaint.loc), complaint) for complaint in found]
    misspelt = {
        (pointer[:-1], nearest(str(pointer[-1]), known(pointer[:-1])))
        for pointer, complaint in listed
        if complaint.type == "extra_forbidden"
    }
    for pointer, complaint in listed:
        if complaint.type == "missing" and (pointer[:-1], pointer[-1]) in misspelt:
            continue  # the unknown key beside it says what to do
        error = _error(root, pointer, complaint, known)
        errors.setdefault((error.at, error.message.en), error)
    return tuple(error for error in by_place(errors.values()) if isinstance(error, DocumentError))


def _clean(loc: tuple[str | int, ...]) -> Pointer:
    """Return `loc` without the marks that name no key."""
    return tuple(step for step in loc if not (isinstance(step, str) and (step.startswith("=") or step == "[key]")))


def keys_of(model: Any, pointer: Pointer) -> tuple[str, ...]:  # noqa: ANN401 - any annotation may come
    """Return the keys that a document class allows at `pointer`, by its `model_fields` (aliases count), sorted."""
    current = _classes(model)
    for step in pointer:
        current = [found for one in current for found in _below(one, step)]
    return tuple(sorted({name for one in current for name in _names(one)}))


def _names(model: Any) -> tuple[str, ...]:  # noqa: ANN401 - any annotation may come
    fields: Mapping[str, Any] = getattr(model, "model_fields", {})
    return tuple(info.alias or name for name, info in fields.items())


def _classes(annotation: Any) -> list[Any]:  # noqa: ANN401 - any annotation may come
    """Return the alternatives of an annotation that may hold something."""
    if hasattr(annotation, "model_fields") or get_origin(annotation) in (dict, list):
        return [annotation]
    value = getattr(annotation, "__value__", None)  # a `type` alias
    if value is not None:
        return _classes(value)
    return [found for part in get_args(annotation) for found in _classes(part)]


def _below(annotation: Any, step: str | int) -> list[Any]:  # noqa: ANN401 - any annotation may come
    fields: Mapping[str, Any] | None = getattr(annotation, "model_fields", None)
    if fields is not None:
        return [found for name, info in fields.items() if (info.alias or name) == step for found in _classes(info.annotation)]
    parts = get_args(annotation)
    return _classes(parts[-1]) if parts else []


def _error(root: Node, pointer: Pointer, complaint: Complaint, known: Known) -> DocumentError:
    name = str(pointer[-1]) if pointer else ""
    kind = complaint.type
    if kind == "missing":
        parent = pointer[:-1]
        return DocumentError(
            Text(ja=f"`{name}` がありません", en=f"`{name}` is missing"),
            at=place(root, parent, key=True) if parent else place(root, ()),
            hint=Text(ja=f"`{name}: …` の行を加えてください", en=f"add a line `{name}: …`"),
        )
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return DocumentError(
            Text(ja=f"`{name}` という項目はありません", en=f"there is no key `{name}` here"),
            at=place(root, pointer, key=True),
            hint=suggestion(name, known(pointer[:-1]), ja="項目", en="keys"),
        )
    if "[key]" in complaint.loc:
        return DocumentError(
            Text(ja=f"項目名 `{name}` は使えません", en=f"`{name}` cannot be a key here"),
            at=place(root, pointer, key=True),
            hint=_key_hint(complaint),
        )
    what, hint = _value(find(root, pointer), _label(root, pointer), complaint)
    return DocumentError(what, at=place(root, pointer), hint=hint)


def _key_hint(complaint: Complaint) -> Text | None:
    wanted = next((wanted for word, wanted, _ in _WANTED if complaint.type.startswith(word)), None)
    if wanted is None or complaint.type == "string_pattern_mismatch":
        return _hint(complaint)
    return Text(ja=f"項目名は{wanted.ja}です", en=f"a key is {wanted.en} here")


def _label(root: Node, pointer: Pointer) -> tuple[str, str]:
    """Name what a pointer points at: a key, an item of a list, or an entry whose key is a number such as a year."""
    if not pointer:
        return ("ファイル", "the file")
    last = pointer[-1]
    if isinstance(last, str):
        return (f"`{last}`", f"`{last}`")
    names = [step for step in pointer if isinstance(step, str)]
    if isinstance(find(root, pointer[:-1]), Map):
        return (f"`{last}`", f"`{last}`") if not names else (f"`{names[-1]}` の `{last}`", f"`{last}` of `{names[-1]}`")
    return (
        (f"{last + 1} 番目", f"item {last + 1}")
        if not names
        else (f"`{names[-1]}` の {last + 1} 番目", f"item {last + 1} of `{names[-1]}`")
    )


_WANTED: tuple[tuple[str, Text, Text | None], ...] = (
    ("string", Text(ja="文字", en="text"), Text(ja="引用符で囲んでください", en="put it in quotes")),
    ("bool", Text(ja="true か false", en="true or false"), Text(ja="`true` か `false` と書いてください", en="write `true` or `false`")),
    (
        "int",
        Text(ja="整数", en="a whole number"),
        Text(ja="引用符を付けずに整数で書いてください", en="write a whole number without quotes"),
    ),
    ("float", Text(ja="数", en="a number"), Text(ja="引用符を付けずに数で書いてください", en="write a number without quotes")),
    (
        "date",
        Text(ja="日付", en="a day"),
        Text(ja="引用符を付けずに `2026-03-31` の形で書いてください", en="write it like `2026-03-31`, without quotes"),
    ),
    ("list", Text(ja="一覧", en="a list"), Text(ja="`[…]` か `- …` の形で書いてください", en="write it as `[…]` or as lines with `- `")),
    ("tuple", Text(ja="一覧", en="a list"), Text(ja="`[…]` か `- …` の形で書いてください", en="write it as `[…]` or as lines with `- `")),
    (
        "dict",
        Text(ja="項目と値の組", en="a mapping"),
        Text(ja="`項目: 値` の形で書いてください", en="write it as `key: value`"),
    ),
    (
        "model",
        Text(ja="項目と値の組", en="a mapping"),
        Text(ja="`項目: 値` の形で書いてください", en="write it as `key: value`"),
    ),
)


def _value(node: Node | None, label: tuple[str, str], complaint: Complaint) -> tuple[Text, Text | None]:
    """Say what is wrong with a value and what to try."""
    ja, en = label
    kind = complaint.type
    written = f"`{node.text}`" if isinstance(node, Scalar) and len(node.text) <= 80 else ""
    own = complaint.ctx
    if "ja" in own and "en" in own:
        hint = Text(ja=str(own["hint_ja"]), en=str(own["hint_en"])) if "hint_ja" in own else None
        return Text(ja=f"{ja}: {own['ja']}", en=f"{en}: {own['en']}"), hint
    if kind in {"literal_error", "enum"}:
        allowed = re.findall(r"'([^']*)'", str(own.get("expected", "")))
        text = node.text if isinstance(node, Scalar) else ""
        said = Text(ja=f"{ja} の値 {written} は使えません", en=f"{written or 'this value'} is not a value of {en}")
        return said, suggestion(text, allowed, ja="値", en="values")
    bound = _bound(ja, en, written, complaint)
    if bound is not None:
        return bound, _hint(complaint)
    if isinstance(node, Scalar) and node.value is None:
        return Text(ja=f"{ja} が空です", en=f"{en} is empty"), Text(ja="値を書いてください", en="write a value")
    for word, wanted, hint in _WANTED:
        if kind.startswith(word):
            asked = (
                hint
                if not (word == "string" and not isinstance(node, Scalar))
                else Text(ja="一つの文字の値にしてください", en="write one text value")
            )
            return Text(ja=f"{ja} は{wanted.ja}でなければなりません", en=f"{en} must be {wanted.en}"), asked
    if isinstance(node, Map):
        return Text(ja=f"{ja} の形が違います", en=f"{en} does not have its form"), _hint(complaint)
    return Text(ja=f"{ja} の値 {written} は使えません", en=f"{written or 'this value'} is not a value of {en}"), _hint(complaint)


_BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "greater_than_equal": ("ge", "以上", "at least"),
    "greater_than": ("gt", "より大きい値", "more than"),
    "less_than_equal": ("le", "以下", "at most"),
    "less_than": ("lt", "より小さい値", "less than"),
}


def _bound(ja: str, en: str, written: str, complaint: Complaint) -> Text | None:
    ctx = complaint.ctx
    if complaint.type in _BOUNDS:
        key, ja_word, en_word = _BOUNDS[complaint.type]
        limit = ctx[key]
        shown = int(limit) if isinstance(limit, float) and limit.is_integer() else limit
        return Text(ja=f"{ja} は {shown} {ja_word}でなければなりません", en=f"{en} must be {en_word} {shown}")
    if complaint.type in {"too_short", "string_too_short"}:
        least = ctx.get("min_length", 1)
        if isinstance(least, int) and least > 1:
            return Text(ja=f"{ja} には {least} つ以上が必要です", en=f"{en} needs at least {least}")
        return Text(ja=f"{ja} が空です", en=f"{en} is empty")
    if complaint.type in {"too_long", "string_too_long"}:
        return Text(ja=f"{ja} が長すぎます (上限 {ctx['max_length']})", en=f"{en} is too long (at most {ctx['max_length']})")
    if complaint.type == "string_pattern_mismatch":
        return Text(ja=f"{ja} の値 {written} の形が違います", en=f"{written or 'the value'} of {en} does not have its form")
    return None


def _hint(complaint: Complaint) -> Text | None:
    pattern = complaint.ctx.get("pattern")
    if pattern is not None:
        return Text(ja=f"形: `{pattern}`", en=f"form: `{pattern}`")
    if complaint.type in {"too_short", "string_too_short"} and complaint.ctx.get("min_length", 1) == 1:
        return Text(ja="一つ以上書いてください", en="write at least one")
    return None
