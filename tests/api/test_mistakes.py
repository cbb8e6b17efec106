"""What does not fit an operation is said in our words, whatever of its form is wrong."""

from __future__ import annotations

import math
import re

import pytest
from pydantic_core import SchemaValidator, ValidationError
from tests.api.programs import assert_problem

from throughline.api.house import made
from throughline.api.mistakes import KINDS, said_of

# Each is wrong somewhere: what JSON or an address can hold, of every form and size.
WILD = [
    None, True, 3, -1, 2.5, -0.5, 1e20, -1e20, math.inf, -math.inf, 10**9, 10**30, -(10**30),
    "", " ", "x", "9" * 5000, "2026-13-01", "2026-01-05T09:30", "2026-01-05T99:00:00Z", "0999-01-01T00:00Z",
    [], [None], {}, {"?": 1},
]  # fmt: skip
# Longer than any form of ours takes, for those alone that say how long one may be.
LONG = ["?" * 30_000, ["?"] * 30_000, {str(each): 1 for each in range(30_000)}]
# In English a validator's word; none of our own sentences needs it.
FOREIGN = re.compile(r"Input should|Value error|unable to|valid (integer|number|boolean|string|list|dict)")
# What a form is made of, and what only wraps another.
WRAPS = {"definition-ref", "model-field", "default", "no-info", "with-info"}


def forms():
    """The form of every body, query and path, with each form that is in it, by the operation."""
    for _, router in made()._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in operation.models:
                    whole = model.__pydantic_core_schema__
                    kept = whole.get("definitions", [])
                    for each in within(whole):
                        form = {"type": "definitions", "schema": each, "definitions": kept} if kept else each
                        yield operation.view_func.__name__, form


def within(node):
    if isinstance(node, dict):
        if isinstance(node.get("type"), str) and node["type"] not in WRAPS | {"definitions", "model-fields"}:
            yield node
        for name, part in node.items():
            if name not in ("serialization", "metadata", "function", "expected", "default"):
                yield from within(part)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from within(part)


def mistakes_of(form):
    """Every mistake that the values make: of the form, and of its fields, which follow its settings."""
    validator = SchemaValidator(form)
    fields = form.get("schema", {}).get("schema", {}).get("fields", {}) if form["type"] == "model" else {}
    of_fields = [dict.fromkeys(fields, value) for value in WILD] if fields else []
    long = LONG if "max_length" in form else []
    for given in (*WILD, *of_fields, *long, {"strange": 1}):
        try:
            validator.validate_python(given, context={})
        except ValidationError as error:
            yield from error.errors(include_url=False)


def test_every_mistake_that_a_form_of_ours_can_make_has_a_sentence_of_ours():
    met, unknown, foreign = set(), {}, {}
    tried = set()
    for operation, form in forms():
        if (key := repr(form)) in tried:
            continue
        tried.add(key)
        for mistake in mistakes_of(form):
            met.add(mistake["type"])
            if mistake["type"] not in KINDS:
                unknown[mistake["type"]] = (operation, mistake["msg"])
            elif FOREIGN.search(said := said_of([mistake])):
                foreign[mistake["type"]] = (operation, said)
    assert unknown == {}
    assert foreign == {}
    assert KINDS - met == set(), "what no form of ours can make needs no sentence"


@pytest.mark.parametrize(
    ("body", "place", "said"),
    [
        (
            {"name": "a", "cadence_days": "often"},
            "/cadence_days",
            "expected a whole number such as 3, found 'often'",
        ),
        (
            {"name": "a", "cadence_days": 2.5},
            "/cadence_days",
            "found 2.5: leave off what is behind the point",
        ),
        ({"name": "a", "cadence_days": None, "unit": 7}, "/unit", "expected a text in quotes, found 7"),
        ({"name": "a", "unit": "x" * 500}, "/unit", "expected at most 20 characters, found 500: shorten it"),
        (
            {"name": "a", "unti": "s"},
            "/unti",
            "there is no such field; /api/v1/openapi.json names those that there are",
        ),
        ([], "", "expected an object, {…}, found a list: /api/v1/openapi.json names its fields"),
    ],
)
def test_a_mistake_says_what_was_expected_what_came_and_how_to_mend_it(max_program, body, place, said):
    document = assert_problem(max_program.post("/series", body), 422, code="invalid")
    assert [each["pointer"] for each in document["errors"]] == [place]
    assert said in document["errors"][0]["detail"]


def test_a_mistake_in_an_address_is_said_in_the_same_way(max_program):
    document = assert_problem(max_program.get("/series?limit=many"), 400, code="invalid")
    assert document["errors"] == [
        {"parameter": "limit", "detail": "expected a whole number such as 3, found 'many'"}
    ]


def test_a_value_that_may_be_of_several_kinds_says_all_of_them_once(max_program):
    values = {"values": [{"at": "2026-11-01", "value": ["x"]}]}
    document = assert_problem(max_program.post("/series/build_minutes/values", values), 422)
    assert document["errors"] == [
        {
            "pointer": "/values/0/value",
            "detail": "expected a number such as 0.5, or a text in quotes, found a list",
        }
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "it is empty: expected a text"),
        ("  ", "it is empty: expected a text"),
        (" a ", "expected at least 3 characters, found 1: write more"),
    ],
)
def test_a_text_of_blanks_alone_is_empty_and_blanks_around_one_are_not_counted(given, said):
    assert (
        said_of([{"type": "string_too_short", "input": given, "ctx": {"min_length": 3}, "msg": ""}]) == said
    )


def test_what_the_validator_will_say_one_day_is_behind_a_sentence_of_ours():
    said = said_of([{"type": "of_a_later_version", "input": 4, "msg": "Input should be odd"}])
    assert said == "it does not fit: found 4; /api/v1/openapi.json says what it may be (Input should be odd)"
