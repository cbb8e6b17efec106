"""A condition as people outside security read it: no sign, no name of a field, and nothing lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.test_expressions import conditions as written_anyhow

from throughline.engine.conditions import condition_words
from throughline.engine.language.checking import Checker
from throughline.engine.language.fields import CORE, SEVERITIES, Kind, Schema
from throughline.engine.language.parsing import parse_condition
from throughline.engine.language.syntax import (
    Among,
    And,
    Arithmetic,
    Between,
    Comparison,
    Duration,
    Holds,
    IsNull,
    Name,
    Not,
    Number,
    Or,
    Text,
)
from throughline.engine.language.writing import written
from throughline.engine.sentences import subject_of, where_words

SCHEMA = Schema.of([("is_c_mistake", "number", "attr_1"), ("asset_owner", "text", "attr_2")])
# An apostrophe within a word is no sign.
FORMAL = re.compile(r"[=<>!`*]|(?<!\w)'|'(?!\w)|->|\w_\w| null\b")


def named(kind: Kind) -> list[Name]:
    every = {**CORE, **SCHEMA.attributes}.values()
    return [Name(each.name) for each in every if each.kind is kind]


names = {kind: st.sampled_from(named(kind)) for kind in Kind if named(kind)}
ordered = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
numbers = st.integers(0, 20).map(float).map(Number)
days = st.dates().map(lambda day: Text(day.isoformat()))
words = st.sampled_from(["web", "bug bounty", "CWE-79", "a or b"]).map(Text)
lengths = st.builds(Duration, st.integers(1, 90).map(float), st.sampled_from(["day", "week"]))


@st.composite
def texts_asked(draw) -> Comparison | Among:
    name = draw(names[Kind.TEXT])
    field = SCHEMA.find(name.name)
    assert field is not None
    values = st.sampled_from([Text(each) for each in field.choices]) if field.choices else words
    if draw(st.booleans()):
        return Comparison(draw(st.sampled_from(["=", "!="])), name, draw(values))
    return Among(name, tuple(draw(st.lists(values, min_size=1, max_size=3))), draw(st.booleans()))


between_dates = st.builds(Arithmetic, st.just("-"), names[Kind.DATE], names[Kind.DATE])
predicates = (
    texts_asked()
    | st.builds(
        Comparison,
        ordered,
        names[Kind.NUMBER],
        numbers | st.builds(Arithmetic, st.just("*"), numbers, numbers),
    )
    | st.builds(Comparison, ordered, names[Kind.DATE], days | names[Kind.DATE])
    | st.builds(Comparison, ordered, between_dates, lengths)
    | st.builds(
        Comparison, ordered, names[Kind.SEVERITY], st.sampled_from([Text(each) for each in SEVERITIES])
    )
    | st.builds(Between, names[Kind.NUMBER], numbers, numbers, st.booleans())
    | st.builds(Between, names[Kind.DATE], days, days, st.booleans())
    | st.builds(
        Among, names[Kind.NUMBER], st.lists(numbers, min_size=1, max_size=3).map(tuple), st.booleans()
    )
    | st.builds(Holds, words, names[Kind.COLLECTION], st.booleans())
    | st.builds(IsNull, st.sampled_from([each for kind in names for each in named(kind)]), st.booleans())
    | names[Kind.BOOLEAN]
)
conditions = st.recursive(
    predicates,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(And)
        | st.lists(inner, min_size=2, max_size=3).map(tuple).map(Or)
        | inner.map(Not)
    ),
    max_leaves=6,
)


@given(conditions)
def test_no_sentence_holds_a_sign_or_the_name_of_a_field_in_one_piece(tree):
    where = written(tree)
    Checker(SCHEMA, where).condition(parse_condition(where))
    for said in (
        where_words(where),
        subject_of(f"count({where})", title="", where=where),
        subject_of(f"share({where})", title="Share", where=""),
    ):
        assert not FORMAL.search(said), f"{where} is said as {said}"


@given(conditions)
def test_a_condition_and_its_opposite_are_never_said_the_same_way(tree):
    assert condition_words(tree) != condition_words(Not(tree))
    assert condition_words(Not(Not(tree))) == condition_words(tree)


@given(written_anyhow)
def test_whatever_can_be_read_can_be_said(tree):
    assert where_words(written(tree))


def test_no_two_fields_are_called_the_same():
    every = [*CORE, *SCHEMA.attributes]
    assert len({condition_words(IsNull(Name(name))) for name in every}) == len(every)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("tier = 1", "where the service tier is 1"),
        ("tier <= 2", "where the service tier is at most 2"),
        ("tier in (1, 2)", "where the service tier is 1 or 2"),
        ("state != 'potential'", "where the state is not potential"),
        ("state in ('confirmed', 'accepted')", "where the state is confirmed or accepted"),
        ("severity != 'info'", "of low, medium, high and critical"),
        ("not severity >= 'high'", "where the severity is info, low or medium"),
        ("severity < 'info'", "where the severity is below info"),
        ("cvss between 4 and 7", "where the CVSS score is from 4 to 7"),
        ("7 < cvss", "where the CVSS score is above 7"),
        ("epss >= 0.1", "where the chance of exploitation (EPSS) is at least 10 %"),
        ("kev", "known to be exploited"),
        ("kev = false and service = 'web'", "not known to be exploited in web"),
        ("kev_added >= '2026-01-01'", "where the day it was listed as exploited is on or after 1 Jan 2026"),
        ("identified < '2026-02-01'", "identified before 1 Feb 2026"),
        ("identified between '2026-01-01' and '2026-01-31'", "identified from 1 Jan 2026 to 31 Jan 2026"),
        ("mitigated is null", "not mitigated"),
        ("mitigated is not null", "mitigated"),
        ("introduced is null", "where the day it was introduced is not known"),
        ("vulnerability_ids is null", "where the list of its other names is not known"),
        ("team is null", "where the team is not known"),
        ("mitigated - identified > 30 days", "where the time from identified to mitigated is above 30 days"),
        ("mitigated > identified", "where it was mitigated after the day it was identified"),
        (
            "mitigated <= identified + 14 days",
            "where it was mitigated on or before the day it was identified plus 14 days",
        ),
        ("'internet' in tags", "tagged internet"),
        ("tags != 'internet'", "where it is not tagged internet"),
        ("'CWE-20' in cwe_within", "a kind of CWE-20"),
        ("cwe = 'CWE-79'", "of CWE-79"),
        ("weakness_class = 'injection'", "where the class of weakness is injection"),
        ("service not in ('a', 'b')", "where the service is neither a nor b"),
        ("tier not in (1, 2, 3)", "where the service tier is none of 1, 2 and 3"),
        (
            "identified not in ('2026-01-01', '2026-01-02')",
            "where it was identified on neither 1 Jan 2026 nor 2 Jan 2026",
        ),
        ("service = 'a' or service = 'b'", "in a or b"),
        ("title = 'x and tier = 1'", "where the title is “x and tier = 1”"),
        ("is_c_mistake = 1", "where “is c mistake” is 1"),
        (
            "(tier = 1 or state = 'accepted') and cvss > 7",
            "where (the service tier is 1 or the state is accepted) and the CVSS score is above 7",
        ),
        (
            "not (tier = 1 and state = 'accepted')",
            "where the service tier is not 1 or the state is not accepted",
        ),
        (
            "tier = 1 and not (kev or state = 'potential')",
            "where the service tier is 1 and it is not known to be exploited and the state is not potential",
        ),
    ],
)
def test_every_way_of_asking_has_its_words(where, words):
    assert where_words(where) == words
