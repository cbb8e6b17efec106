"""Writing a plan: the same plan is the same bytes, reads back as it was, and no YAML reads it otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.plans.documents import QUARTER

from throughline.plans.differences import plain
from throughline.plans.format.amounts import amount_text, plain_text
from throughline.plans.format.meaning import understood
from throughline.plans.format.writing import plan_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def goal(**fields: str) -> dict[str, str]:
    return {"key": "a", "title": "A", **fields}


def read(text: str) -> dict:
    found = understood({"plan.yaml": text.encode()})
    return {name: [plain(block) for block in blocks] for name, blocks in found.sections.items()}


def test_a_plan_as_people_write_it_is_written_as_they_wrote_it():
    assert plan_text(read(QUARTER)) == QUARTER


@given(TEXTS)
def test_any_text_reads_back_as_it_was(text):
    meant = plain_text(text)
    written = plan_text({"goals": [goal(description=meant)]})
    assert read(written)["goals"][0]["description"] == meant
    assert plan_text(read(written)) == written


@given(TEXTS.map(plain_text).filter(bool))
def test_a_reader_that_guesses_types_reads_the_same_text(text):
    written = plan_text({"goals": [goal(description=text)]})
    for version in ((1, 1), (1, 2)):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(written)["goals"][0]["description"] == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Win trust", "Win trust"),
        ("no", '"no"'),
        ("1.10", '"1.10"'),
        ("0123", '"0123"'),
        ("2027-01-01", '"2027-01-01"'),
        ("2027-Q1", "2027-Q1"),
        ("180 days", "180 days"),
        ("key: value", '"key: value"'),
        ("see #3", '"see #3"'),
        ("https://example.org/a#b", "https://example.org/a#b"),
        ("- a", '"- a"'),
        ("bell\x07", '"bell\\u0007"'),
        ("user\u202e nimda", '"user\\u202e nimda"'),
        ("Überprüfen", "Überprüfen"),
        ("one\ntwo", "|-\n      one\n      two"),
    ],
)
def test_a_text_is_quoted_only_where_it_would_be_read_as_something_else(text, line):
    assert f"    source: {line}\n" in plan_text({"goals": [goal(source=text)]})


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_a_number_has_one_spelling_and_it_is_the_same_number(number):
    text = amount_text(repr(number))
    assert float(text) == number
    assert amount_text(text) == text
