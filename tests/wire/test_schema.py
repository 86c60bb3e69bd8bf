import json
from pathlib import Path
from typing import Any

import pytest

from secaudit.wire.schema import Engine, validate
from secaudit.wire.yaml import parse, plain

SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": ["string", "null"]},
        "b": {"enum": ["x", "yy"]},
        "c": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 3}},
        "e": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"k": {"type": "integer"}}, "required": ["k"]}]},
        "f": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "p": {"type": "string", "pattern": "^[a-z]+$"},
        "x": {"patternProperties": {"^x-": {}}, "additionalProperties": False},
    },
    "required": ["a", "z"],
    "additionalProperties": False,
}
BAD = """\
a: 1
b: yyy
c: [1, x]
e: {k: '1'}
f: []
p: X
x: {x-a: 1, y: 2}
bb: 1
"""


@pytest.mark.parametrize("engine", ["jsonschema", "jsonschema-rs"])
def test_all_failures_with_place_and_hint(engine: Engine) -> None:
    tree = parse(BAD.encode(), "x.yaml")
    said = [
        (str(error.at), error.message.en, error.hint.en if error.hint else "")
        for error in validate(plain(tree), SCHEMA, "x.yaml", engine=engine, tree=tree)
    ]
    assert said[0] == ("x.yaml:1:1", "`z` is missing in `/`", "add `z`")
    assert said[1][:2] == ("x.yaml:1:4", "`/a` has the wrong type")
    assert said[2] == ("x.yaml:2:4", "the value of `/b` is not allowed", "did you mean `yy`?")
    assert said[3] == ("x.yaml:3:5", "`/c/0` breaks the rule `minimum`", "rule: `3`")
    assert said[4] == ("x.yaml:3:8", "`/c/1` has the wrong type", "type: `integer`")
    assert said[5] == ("x.yaml:4:8", "`/e/k` has the wrong type", "type: `integer`")
    assert said[6] == ("x.yaml:5:4", "`/f` fits none of the forms that are allowed", "")
    assert said[7] == ("x.yaml:6:4", "the value of `/p` does not have its form", "form: `^[a-z]+$`")
    assert said[8][:2] == ("x.yaml:7:13", "there is no key `y` in `/x`")
    assert said[9] == ("x.yaml:8:1", "there is no key `bb` in `/`", "did you mean `b`?")
    assert len(said) == 10


@pytest.mark.parametrize("engine", ["jsonschema", "jsonschema-rs"])
def test_what_fits_and_places_without_a_tree(engine: Engine) -> None:
    assert validate({"a": None, "z": 1}, {**SCHEMA, "additionalProperties": True}, "x.json", engine=engine) == ()
    (error,) = validate({}, {"required": ["a"]}, "x.json", engine=engine)
    assert str(error.at) == "x.json"
    (error,) = validate(1, {"anyOf": [{"type": "string"}]}, "x.json", engine=engine)
    assert "fits none" in error.message.en
    (error,) = validate([1], {"items": {"anyOf": [{"const": 2}, {"type": "string"}]}}, "x.json", engine=engine)
    assert "breaks the rule `const`" in error.message.en
    assert len(validate({"n": 1}, {"properties": {"n": False}}, "x.json", engine=engine)) == 1


@pytest.mark.parametrize("engine", ["jsonschema", "jsonschema-rs"])
@pytest.mark.parametrize("schema", [{"type": "nope"}, {"$ref": "http://example.invalid/x.json"}])
def test_schemas_that_cannot_be_used(engine: Engine, schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the schema cannot be used"):
        validate({}, schema, "x.json", engine=engine)


def test_patterns_of_unicode_need_the_second_engine() -> None:
    schema = {"type": "string", "pattern": r"^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$"}
    assert validate("あ1", schema, "x.json", engine="jsonschema-rs") == ()
    assert len(validate("1あ", schema, "x.json", engine="jsonschema-rs")) == 1


def test_an_oscal_schema_needs_the_second_engine_and_names_the_nearest_key() -> None:
    path = Path(__file__).parents[2] / "src" / "secaudit" / "reports" / "schemas" / "oscal_poam_schema.json"
    schema = json.loads(path.read_bytes())
    metadata = {"title": "t", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-versio": "1"}
    document = {"plan-of-action-and-milestones": {"uuid": "xx", "metadata": metadata}}
    said = [error.message.en for error in validate(document, schema, "x.json", engine="jsonschema-rs")]
    assert "there is no key `oscal-versio` in `/plan-of-action-and-milestones/metadata`" in said
