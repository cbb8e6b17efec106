"""The published schema says what the loader does: the same documents pass both."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.plans.documents import QUARTER, documents

from throughline.plans.format.nodes import documents as nodes
from throughline.plans.format.reading import read_plan
from throughline.plans.format.schema import json_schema, schema_text
from throughline.plans.format.things import PLAN

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "plan.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker(["date"]))
NOTHING = "\ue000nothing\ue000"


def as_yaml(document: object) -> bytes:
    """JSON is YAML; what is null in it is a line with nothing behind its colon."""

    def marked(value):
        if isinstance(value, dict):
            return {name: marked(each) for name, each in value.items()}
        if isinstance(value, list):
            return [marked(each) for each in value]
        return NOTHING if value is None else value

    text = json.dumps(marked(document), ensure_ascii=False)
    return text.replace(f'"{NOTHING}"', "").encode()


def problems_of(content: bytes) -> list[str]:
    return [str(each) for each in read_plan({"plan.yaml": content}).problems]


def test_the_published_copy_is_the_schema_that_the_command_prints():
    assert PUBLISHED.read_text() == schema_text()


def test_the_schema_is_one_itself():
    jsonschema.Draft202012Validator.check_schema(json_schema())


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(PLAN))
def test_the_loader_accepts_exactly_what_the_schema_accepts(document):
    refused = [error.message for error in VALIDATOR.iter_errors(document)]
    found = problems_of(as_yaml(document))
    assert bool(found) == bool(refused), (found, refused)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("goals", 0, "title"), " "),
        (("goals", 0, "title"), "x" * 241),
        (("goals", 0, "key"), "Not a key"),
        (("goals", 0, "colour"), "red"),
        (("cycles", 0, "start"), "2027-02-30"),
        (("cycles", 0, "state"), "nearly"),
        (("objectives", 0, "contributes"), ["trust"]),
        (("objectives", 0, "contributes"), ["goal:a", "goal:a"]),
        (("objectives", 0, "key_results", 0, "weight"), -1),
        (("objectives", 0, "key_results", 0, "weight"), "2"),
        (("objectives", 0, "key_results", 0, "cadence_days"), 1.5),
        (("objectives", 0, "key_results", 0, "steps"), [{"title": "A step"}]),
        (("initiatives", 0, "effects", 0, "confidence"), 0),
        (("initiatives", 0, "counterparts", 0, "required"), "no"),
        (("kind",), "Deployment"),
    ],
)
def test_both_refuse_what_does_not_fit(path, value):
    document = plain(nodes(QUARTER.encode(), file="plan.yaml")[0])
    assert not problems_of(as_yaml(document))
    VALIDATOR.validate(document)
    at = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert problems_of(as_yaml(document))
    assert not VALIDATOR.is_valid(document)


def plain(node) -> object:
    """A tree as an editor reads it: numbers and truths where YAML guesses them."""
    if hasattr(node, "pairs"):
        return {key.text: plain(value) for key, value in node.pairs}
    if hasattr(node, "items"):
        return [plain(each) for each in node.items]
    try:
        return json.loads(node.text) if node.is_plain else node.text
    except ValueError:
        return node.text


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_the_loader(content):
    read_plan({"plan.yaml": content})


@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`#,? \n\t0~<"), max_size=60))
def test_no_text_of_yaml_s_own_signs_breaks_the_loader(text):
    read_plan({"plan.yaml": text.encode()})
