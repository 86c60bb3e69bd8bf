r"""JSON Schema failures of foreign documents as located errors with near-miss hints.

Two engines: `jsonschema`, and `jsonschema-rs` for schemas whose patterns need `\p{L}` (OSCAL). Nothing is fetched: a schema that
refers to another one over the network is a fault of the caller.

Never here: our own documents; their form is in `*/documents.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.pointers import suggestion
from secaudit.wire.tree import Node, Pointer, by_place, place

Engine = Literal["jsonschema", "jsonschema-rs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """One failure in the form that both engines share."""

    pointer: Pointer
    keyword: str
    instance: Any
    wanted: Any
    known: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    branches: "tuple[tuple[_Failure, ...], ...]" = field(default=())


def validate(
    instance: object, schema: Mapping[str, Any], path: str, *, engine: Engine = "jsonschema", tree: Node | None = None
) -> tuple[DocumentError, ...]:
    """Return everything in `instance` that `schema` does not allow, sorted by place; nothing if it fits.

    `path` is what places are called; with `tree` (what `wire.yaml.parse` gave for the same document) they have line and column.
    Raises `ValueError` if `schema` is no schema or refers to something that it does not hold.
    """
    failures = _by_jsonschema(instance, schema) if engine == "jsonschema" else _by_rust(instance, schema)
    errors: dict[tuple[Pointer, str], DocumentError] = {}
    for failure in failures:
        for one in _nearest_branch(failure):
            for pointer, error in _errors(one, path, tree):
                errors.setdefault((pointer, error.message.en), error)
    ordered = [errors[key] for key in sorted(errors, key=lambda key: ([str(step) for step in key[0]], key[1]))]
    return tuple(error for error in by_place(ordered) if isinstance(error, DocumentError))


def _by_jsonschema(instance: object, schema: Mapping[str, Any]) -> Iterator[_Failure]:
    from jsonschema import SchemaError, validators  # noqa: PLC0415 - a heavy import
    from referencing import Registry  # noqa: PLC0415 - a heavy import
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - a heavy import

    kind = validators.validator_for(schema)
    value: Any = instance
    try:
        kind.check_schema(dict(schema))
        # An empty registry has no retriever: what it does not hold cannot be resolved.
        found = [_from_jsonschema(error) for error in kind(schema, registry=Registry()).iter_errors(value)]
    except (SchemaError, Unresolvable) as error:
        raise ValueError("the schema cannot be used") from error
    yield from found


def _from_jsonschema(error: Any) -> _Failure:  # noqa: ANN401 - two versions of the class
    branches: dict[object, list[_Failure]] = {}
    for below in error.context or ():
        branches.setdefault(below.schema_path[0], []).append(_from_jsonschema(below))
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return _Failure(
        pointer=tuple(error.absolute_path),
        keyword=str(error.validator) if error.validator is not None else "false schema",
        instance=error.instance,
        wanted=error.validator_value,
        known=tuple(schema.get("properties", {})),
        extras=_extras(error.instance, schema),
        branches=tuple(tuple(branch) for branch in branches.values()),
    )


def _extras(instance: object, schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of `instance` that neither `properties` nor `patternProperties` name."""
    if not isinstance(instance, Mapping):
        return ()
    patterns = tuple(schema.get("patternProperties", {}))
    return tuple(
        str(key) for key in instance if key not in schema.get("properties", {}) and not any(re.search(one, str(key)) for one in patterns)
    )


def _by_rust(instance: object, schema: Mapping[str, Any]) -> Iterator[_Failure]:
    import jsonschema_rs  # noqa: PLC0415 - a heavy import

    def refuse(uri: str) -> Any:  # noqa: ANN401 - the signature of a retriever
        raise ValueError(f"the schema refers to {uri}")

    try:
        validator = jsonschema_rs.validator_for(dict(schema), retriever=refuse)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise ValueError("the schema cannot be used") from error
    for failure in validator.iter_errors(instance):
        yield _from_rust(failure, schema)


def _from_rust(error: Any, schema: Mapping[str, Any]) -> _Failure:  # noqa: ANN401 - a class of the extension
    keyword = str(error.schema_path[-1]) if error.schema_path else "false schema"
    around: Any = schema
    for step in error.schema_path[:-1]:
        around = around.get(step) if isinstance(around, Mapping) else around[step] if isinstance(around, list) else None
    here = around if isinstance(around, Mapping) else {}
    context = getattr(error.kind, "context", None) or ()
    return _Failure(
        pointer=tuple(error.instance_path),
        keyword=keyword,
        instance=error.instance,
        wanted=here.get(keyword),
        known=tuple(here.get("properties", {})),
        extras=tuple(getattr(error.kind, "unexpected", None) or ()),
        branches=tuple(tuple(_from_rust(below, schema) for below in branch) for branch in context),
    )


def _nearest_branch(failure: _Failure) -> tuple[_Failure, ...]:
    """Return the failures of the alternative that fits best, or the failure itself if it has none or the choice is not clear."""
    if not failure.branches:
        return (failure,)
    deeper = [
        branch for branch in failure.branches if all(len(one.pointer) > len(failure.pointer) or one.keyword != "type" for one in branch)
    ]
    best = sorted(deeper, key=len)
    if not best or (len(best) > 1 and len(best[0]) == len(best[1])):
        return (failure,)
    return tuple(one for below in best[0] for one in _nearest_branch(below))


def _errors(failure: _Failure, path: str, tree: Node | None) -> Iterator[tuple[Pointer, DocumentError]]:
    name = "/" + "/".join(str(step) for step in failure.pointer)

    def error(message: Text, hint: Text | None, pointer: Pointer, *, key: bool = False) -> tuple[Pointer, DocumentError]:
        at = Location(path=path) if tree is None else place(tree, pointer, key=key)
        return pointer, DocumentError(message, at=at, hint=hint)

    if failure.keyword == "required" and isinstance(failure.wanted, list) and isinstance(failure.instance, Mapping):
        for missing in failure.wanted:
            if missing not in failure.instance:
                said = Text(ja=f"`{name}` に `{missing}` がありません", en=f"`{missing}` is missing in `{name}`")
                yield error(said, Text(ja=f"`{missing}` を加えてください", en=f"add `{missing}`"), failure.pointer)
        return
    if failure.keyword in {"additionalProperties", "unevaluatedProperties"} and failure.extras:
        for extra in failure.extras:
            said = Text(ja=f"`{name}` に `{extra}` という項目はありません", en=f"there is no key `{extra}` in `{name}`")
            hint = suggestion(extra, failure.known, ja="項目", en="keys")
            yield error(said, hint, (*failure.pointer, extra), key=True)
        return
    message, hint = _value(failure, name)
    yield error(message, hint, failure.pointer)


def _value(failure: _Failure, name: str) -> tuple[Text, Text | None]:
    wanted = failure.wanted
    if failure.keyword == "enum" and isinstance(wanted, list):
        hint = suggestion(str(failure.instance), [str(value) for value in wanted], ja="値", en="values")
        return Text(ja=f"`{name}` の値は使えません", en=f"the value of `{name}` is not allowed"), hint
    if failure.keyword == "type":
        kinds = " / ".join(wanted) if isinstance(wanted, list) else str(wanted)
        return Text(ja=f"`{name}` の型が違います", en=f"`{name}` has the wrong type"), Text(ja=f"型: `{kinds}`", en=f"type: `{kinds}`")
    if failure.keyword == "pattern":
        return (
            Text(ja=f"`{name}` の値の形が違います", en=f"the value of `{name}` does not have its form"),
            Text(ja=f"形: `{wanted}`", en=f"form: `{wanted}`"),
        )
    if failure.keyword in {"anyOf", "oneOf"}:
        return Text(ja=f"`{name}` は許された形のどれにも合いません", en=f"`{name}` fits none of the forms that are allowed"), None
    return (
        Text(ja=f"`{name}` は `{failure.keyword}` の決まりに合いません", en=f"`{name}` breaks the rule `{failure.keyword}`"),
        Text(ja=f"決まり: `{wanted}`", en=f"rule: `{wanted}`") if isinstance(wanted, str | int | float) else None,
    )
