"""The file of a portfolio: its published schemas, and what is wrong with one, by line and column."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from tests.engine.portfolios import random_question
from tests.plans.documents import documents
from tests.plans.test_schema import as_yaml
from tests.portfolio.files import DOCS, EXAMPLE, answered, asked, candidate, small

from throughline.plans.format.problems import Problems
from throughline.plans.format.reading import read_one
from throughline.plans.format.schema import json_schema, schema_text
from throughline.portfolio.format.reading import read_portfolio
from throughline.portfolio.format.things import PORTFOLIO, TITLE

INPUT = jsonschema.Draft202012Validator(json_schema(PORTFOLIO, TITLE))
ANSWER = jsonschema.Draft202012Validator(json.loads((DOCS / "portfolio-answer.schema.json").read_text()))


def problems_of(content: bytes) -> list[str]:
    return [str(each) for each in read_one(content, PORTFOLIO, file="f.yaml")[1]]


def test_the_published_schema_is_that_of_the_table():
    assert (DOCS / "portfolio.schema.json").read_text() == schema_text(PORTFOLIO, TITLE)


def test_both_schemas_are_schemas():
    jsonschema.Draft202012Validator.check_schema(INPUT.schema)
    jsonschema.Draft202012Validator.check_schema(ANSWER.schema)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(PORTFOLIO))
def test_the_reader_accepts_exactly_what_the_schema_accepts(document):
    refused = [error.message for error in INPUT.iter_errors(document)]
    found = problems_of(as_yaml(document))
    assert bool(found) == bool(refused), (found, refused)


@pytest.mark.parametrize(
    "document",
    [
        EXAMPLE,
        EXAMPLE.replace("capacity: 34", "capacity: 3"),
        EXAMPLE.replace("capacity: 34", "capacity: 34\ndraws: 0\nshrinkage: false"),
        small(),
        small(capacity=0),
        small(candidates=[{"key": "a", "effort": {"low": 1, "high": 2}}]),
        small(candidates=[candidate("a", -5, 4)]),
    ],
)
def test_the_answer_is_what_its_schema_says(document):
    assert [error.message for error in ANSWER.iter_errors(answered(document))] == []


def test_answers_to_questions_of_every_shape_are_what_the_schema_says():
    import numpy as np

    chance = np.random.default_rng(1)
    kinds = set()
    for _ in range(40):
        found = answered(_document(random_question(chance, most=6)))
        assert [error.message for error in ANSWER.iter_errors(found)] == []
        kinds.add(found["portfolio"]["feasible"])
    assert kinds == {True, False}


def _document(question):
    """The same question as a file; a point is a unit of one key result."""
    rules = [
        {
            "key": rule.key.replace("_", "-"),
            **({"objective": rule.objective} if hasattr(rule, "objective") else {"kind": rule.kind}),
            "at_least": rule.at_least,
            "at_most": rule.at_most,
            "price": rule.price,
        }
        for rule in question.rules
    ]
    return {
        "capacity": question.capacity,
        "draws": 3,
        "objectives": [{"key": "detect"}, {"key": "repair"}],
        "key_results": [{"key": "way", "baseline": 0, "target": 1}],
        "balance": rules,
        "candidates": [
            {
                "key": each.key,
                "objective": each.objective,
                "effects": [{"key_result": "way", "low": each.value - 1, "high": each.value + 1}],
                "effort": {"low": each.effort, "high": each.effort},
                "kinds": [{"kind": kind, "share": share} for kind, share in each.kinds.items()],
                "requires": sorted(each.requires),
                "excludes": sorted(each.excludes - each.requires),
                "must": each.is_promised,
            }
            for each in question.items
        ],
    }


def test_json_with_tabs_nulls_and_halved_characters_reads_like_yaml():
    document = small(candidates=[candidate("a", 1, 1, title="Fish 🐟", reach=None, objective=None)])
    text = json.dumps(document, indent="\t")
    assert "\\ud83d" in text
    found = read_portfolio(text.encode(), file="f.json")
    assert found.titles == {"a": "Fish 🐟"}


def refused(document: object) -> str:
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    with pytest.raises(Problems) as found:
        read_portfolio(text.encode(), file="f.json")
    return str(found.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"candidates": []}, "candidates: the list is empty: expected one candidate or more"),
        ({"candidates": [candidate("a", 1, 1), candidate("a", 2, 1)]}, "key: 'a' is there already, at line"),
        ({"key_results": []}, "key_result: there is no key result 'days' in this file"),
        (
            {"candidates": [candidate("a", 1, 1, objective="on")], "objectives": [{"key": "one"}]},
            "objective: there is no objective 'on' in this file (did you mean one?)",
        ),
        ({"candidates": [candidate("a", 1, 1, requires=["a"])]}, "requires: 'a' is itself: leave it out"),
        ({"candidates": [candidate("a", 1, 1, excludes=["b"])]}, "excludes: there is no candidate 'b'"),
        (
            {"candidates": [candidate("a", 1, 1, requires=["b"], excludes=["b"]), candidate("b", 1, 1)]},
            "excludes: 'b' is required as well: keep one of the two",
        ),
        (
            {"candidates": [candidate("a", 1, 1) | {"effort": {"low": 3, "high": 2}}]},
            "high: expected at least the low of 3, found 2: swap the two",
        ),
        (
            {"candidates": [candidate("a", 1, 1) | {"effort": {"low": 0, "high": 2}}]},
            "low: expected a number from 0.001 to 1000000000, found '0'",
        ),
        (
            {"candidates": [candidate("a", 1, 1, confidence=1.1)]},
            "confidence: expected a number from 0 to 1, found '1.1'",
        ),
        (
            {
                "candidates": [
                    candidate("a", 1, 1, cost_of_delay={"low": 1, "high": 2, "profile": "deadline"})
                ]
            },
            "profile: the profile deadline needs week: write it beside",
        ),
        (
            {"candidates": [candidate("a", 1, 1, cost_of_delay={"low": 1, "high": 2, "fades": 0.5})]},
            "fades: fades is of the profile decaying, and this is constant",
        ),
        (
            {"candidates": [candidate("a", 1, 1, votes=1, vote_rank=1)]},
            "vote_rank: expected votes or vote_rank, found both: keep one",
        ),
        (
            {"candidates": [candidate("a", 1, 1, votes=1), candidate("b", 1, 1, vote_rank=1)]},
            "some candidates have votes and some a vote_rank: give all of them the same",
        ),
        ({"capacity": None}, "there is no capacity"),
        ({"capacity": "many"}, "capacity: expected a number from 0 to 100000, found 'many' in quotes"),
        (
            {"key_results": [{"key": "days", "baseline": 4, "target": 4}]},
            "target: expected a target that differs from the baseline, else it has no way",
        ),
        (
            {"balance": [{"key": "r", "at_least": 1}]},
            "expected objective (a count) or kind (a share), found neither",
        ),
        ({"balance": [{"key": "r", "kind": "k"}]}, "expected at_least, at_most or both, found neither"),
        (
            {"balance": [{"key": "r", "kind": "k", "at_least": 15}]},
            "at_least: expected a share from 0 to 1, found 15",
        ),
        (
            {"balance": [{"key": "r", "kind": "k", "at_least": 0.5, "at_most": 0.2}]},
            "at_most: expected at least the at_least of 0.5, found 0.2",
        ),
        ({"balance": [{"key": "r", "objective": "each", "at_least": 1}]}, "there are none"),
        ({"candidates": [candidate(f"c{n}", 1, 1) for n in range(101)]}, "expected at most 100, found 101"),
        (
            {"claims": [{"title": "x\x1b[2J", "weeks": 1}]},
            "title: character 2 (U+001B) is a control character",
        ),
        ({"colour": "red"}, "a portfolio has no 'colour'"),
    ],
)
def test_what_does_not_go_together_is_said_with_its_place(change, said):
    found = refused(small(**change))
    assert said in found
    assert found.splitlines()[0].startswith("f.json:")


def test_a_problem_names_line_and_column_of_its_field():
    text = EXAMPLE.replace("confidence: 0.7", "confidence: 7")
    line = text.splitlines().index("    confidence: 7") + 1
    found = asked(text)
    assert found.exit_code == 2
    assert found.output == (
        f"Error: standard input:{line}:17: confidence: expected a number from 0 to 1, found '7'\n"
    )


@pytest.mark.parametrize("text", ["", "[]", "{", "a: 1\n---\nb: 2\n", "\0", "capacity: *here\n"])
def test_what_is_no_portfolio_is_one_message(text):
    found = asked(text)
    assert found.exit_code == 2
    assert found.output.startswith("Error: standard input:")
    assert "Traceback" not in found.output


def test_values_of_the_largest_and_least_size_are_answered():
    large = candidate("a", 1e12, 1e5)
    large["effort"] = {"low": 0.001, "high": 1e9}
    document = small(
        candidates=[large, candidate("b", 1e-12, 0.001)],
        key_results=[{"key": "days", "baseline": 0, "target": 1e-9}],
        shrinkage=True,
    )
    assert answered(document)["portfolio"]["feasible"] is True
