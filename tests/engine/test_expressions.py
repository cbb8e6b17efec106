"""The language as a text: what is read, how it is written back, and how it says no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.language.parsing import parse_condition, parse_grouping, parse_measure
from throughline.engine.language.syntax import (
    Among,
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Duration,
    Holds,
    IsNull,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Passage,
    Text,
    Truth,
)
from throughline.engine.language.tokens import Misread
from throughline.engine.language.writing import written

names = st.builds(
    Name, st.sampled_from(["severity", "identified", "And", "asset owner", "größe", "in", "x.y", "a`b~"])
)
numbers = st.floats(min_value=0, max_value=1e18, allow_nan=False).map(Number)
durations = st.builds(
    Duration, st.floats(min_value=0, max_value=1e4), st.sampled_from(["hour", "day", "week", "year"])
)
texts = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=8).filter(str.isprintable).map(Text)
atoms = names | numbers | durations | texts | st.booleans().map(Truth)
values = st.recursive(
    atoms,
    lambda inner: st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner) | st.builds(Negative, inner),
    max_leaves=5,
)
predicates = (
    st.builds(Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), values, values)
    | st.builds(Among, values, st.lists(values, min_size=1, max_size=3).map(tuple), st.booleans())
    | st.builds(Holds, texts, names, st.booleans())
    | st.builds(Between, values, values, values, st.booleans())
    | st.builds(IsNull, values, st.booleans())
)


def flat(kind: type[And] | type[Or]):
    def build(parts):
        return kind(tuple(x for part in parts for x in (part.parts if isinstance(part, kind) else (part,))))

    return build


def joined(inner):
    several = st.lists(inner, min_size=2, max_size=3)
    return several.map(flat(And)) | several.map(flat(Or)) | inner.map(Not)


conditions = st.recursive(predicates, joined, max_leaves=6)
measures = st.builds(
    Call,
    st.sampled_from(["mean", "count", "rmst"]),
    st.lists(conditions | values | st.builds(Passage, names, names), max_size=2).map(tuple),
)


@given(conditions)
def test_a_condition_written_down_reads_as_the_same_condition(tree):
    assert parse_condition(written(tree)) == tree


@given(measures)
def test_a_measure_written_down_reads_as_the_same_measure(tree):
    assert parse_measure(written(tree)) == tree


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused_with_a_place_inside_it(text):
    error = refusal_of(text)
    assert error is None or 0 <= error.span.start <= len(text)
    assert error is None or (error.line >= 1 and error.column >= 1)


def refusal_of(text):
    try:
        parse_condition(text)
    except Misread as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (
            "severity>='high' AND(service in('web',\"api\"))",
            "severity >= 'high' and service in ('web', 'api')",
        ),
        ("a = 1 or b = 2 and c = 3", "a = 1 or b = 2 and c = 3"),
        ("(a = 1 or b = 2) and c = 3", "(a = 1 or b = 2) and c = 3"),
        ("not (a = 1 and b = 2)", "not (a = 1 and b = 2)"),
        ("a <> 'it''s'", "a != 'it''s'"),
        ("a between 1 and 2 and b is NOT null", "a between 1 and 2 and b is not null"),
        ("mitigated - identified <= 4 WEEKS", "mitigated - identified <= 4 weeks"),
        ("(a - b) - c = a - (b - c)", "a - b - c = a - (b - c)"),
        ("`asset owner` = 'x'", "`asset owner` = 'x'"),
    ],
)
def test_every_spelling_has_one_canonical_text(text, canonical):
    assert written(parse_condition(text)) == canonical


def test_and_binds_tighter_than_or():
    tree = parse_condition("a = 1 or b = 2 and c = 3")
    assert isinstance(tree, Or)
    assert isinstance(tree.parts[1], And)


def test_a_passage_goes_from_one_date_to_another():
    tree = parse_measure("rmst(identified -> mitigated, 90 days)")
    assert tree.arguments == (Passage(Name("identified"), Name("mitigated")), Duration(90, "day"))


def test_a_year_has_365_and_a_quarter_days():
    assert Duration(2, "year").days == 730.5


@pytest.mark.parametrize("text", ["identified.month", "month(identified)", " identified . month "])
def test_a_period_of_a_date_has_two_spellings(text):
    assert parse_grouping(text) == (Name("identified"), Name("month"))


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("severity >=", 12, "found the end"),
        ("severity >= 'high", 13, "never ends"),
        ("severity ? 'high'", 10, "has no meaning here"),
        ("a = 'x' b = 2", 9, "expected 'and', 'or' or the end, found 'b'"),
        ("a in ('x'", 10, "expected ')'"),
        ("a not = 1", 7, "expected 'in' or 'between' after 'not'"),
        ("a > 3 months", 7, "a month has no fixed length"),
        ("a > 3 parsecs", 7, "expected days, weeks or years"),
        ("a > 1e999", 5, "too large"),
        ("mean(a) > 3", 1, "cannot be called here"),
        ("a = 1; drop table x", 6, "';' has no meaning here"),
        ("a = 1 # note", 7, "'#' has no meaning here"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_column(text, column, says):
    with pytest.raises(Misread, match="column") as refusal:
        parse_condition(text)
    assert (refusal.value.column, refusal.value.line) == (column, 1)
    assert says in str(refusal.value)


def test_a_place_on_a_later_line_is_named_by_line_and_column():
    with pytest.raises(Misread, match=r"line 2, column 5"):
        parse_condition("a = 1 and\nb = ?")


@pytest.mark.parametrize(
    "text", ["(" * 500 + "a" + ")" * 500, "not " * 500 + "a", "-" * 500 + "1", "1" + "+1" * 900]
)
def test_deep_nesting_is_refused_before_it_exhausts_anything(text):
    with pytest.raises(Misread):
        parse_condition(text)


def test_an_endless_expression_is_refused():
    with pytest.raises(Misread, match="at most 4,000 characters"):
        parse_condition("a = 1 or " * 500 + "a = 1")


def test_a_measure_must_be_a_call():
    with pytest.raises(Misread, match="expected a measure such as"):
        parse_measure("42")
