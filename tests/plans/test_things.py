"""What a file may say is what the records may hold: the two tables of fields never part."""

from __future__ import annotations

from dataclasses import fields

import pytest

from throughline.objectives.items import FIELDS, JOINABLE
from throughline.objectives.models import Cycle, Initiative, LongTermObjective, Version
from throughline.objectives.terms import Terms
from throughline.plans.format import things
from throughline.plans.format.shape import Many
from throughline.plans.format.types import Choice, Reference, Text

THINGS = {
    "goal": things.GOAL,
    "long_term_objective": things.LONG_TERM,
    "objective": things.OBJECTIVE,
    "key_result": things.KEY_RESULT,
    "initiative": things.INITIATIVE,
}


def test_a_file_says_every_field_of_the_terms():
    assert {*things.TERMS, "objective"} == {field.name for field in fields(Terms)}


def test_a_file_says_every_field_of_an_item():
    for kind, names in FIELDS.items():
        own = {"owner" if name == "owner_name" else name for name in names} - {"position"}
        assert own <= set(THINGS[kind].names)


def test_a_file_draws_the_edges_that_may_be_drawn():
    drawn = {
        (lower, upper, kind)
        for lower, thing in THINGS.items()
        for kind in things.EDGES
        if (field := thing.field(kind)) and isinstance(field.holds, Many)
        if isinstance(field.holds.of, Reference)
        for upper in field.holds.of.kinds
    }
    assert drawn == {(*ends, kind) for ends, kinds in JOINABLE.items() for kind in kinds}


@pytest.mark.parametrize(
    ("thing", "field", "words"),
    [
        (things.KEY_RESULT, "kind", Version.Kind.values),
        (things.KEY_RESULT, "commitment", Version.Commitment.values),
        (things.CYCLE, "state", Cycle.State.values),
        (things.LONG_TERM, "kind", LongTermObjective.Kind.values),
        (things.INITIATIVE, "status", Initiative.Status.values),
        (things.INITIATIVE, "delay_profile", Initiative.DelayProfile.values),
        (things.CHANGE, "reason", [each for each in Version.Reason.values if each != "first version"]),
    ],
)
def test_a_choice_has_the_words_of_the_record(thing, field, words):
    assert isinstance(thing.field(field).holds, Choice)
    assert list(thing.field(field).holds.words) == list(words)


@pytest.mark.parametrize("name", ["title", "metric", "where", "at", "window", "acceptance", "judge", "why"])
def test_no_text_is_longer_than_the_record_holds(name):
    holds = things.KEY_RESULT.field(name).holds
    assert isinstance(holds, Text)
    assert holds.longest == Version._meta.get_field(name).max_length
