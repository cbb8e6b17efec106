"""What is told of a piece of work: to three readers, with what it unlocks, and never half-written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.live.models import Change
from throughline.narratives.actions import tell
from throughline.narratives.models import Story
from throughline.narratives.queries import stories_of
from throughline.objectives import items, sketches
from throughline.objectives.models import Version

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BOARD = "Deals no longer wait for our answers."


def test_a_story_is_told_to_whom_it_is_told_and_the_others_stay_open(plan):
    tell("test", plan.work, board=BOARD, now=NOW)
    told = stories_of([plan.work.pk])["initiative", plan.work.pk]
    assert told.sentences == [("To the board", BOARD)]
    assert told.is_told


def test_work_of_which_nobody_told_anything_is_there_and_not_told(plan):
    found = stories_of([plan.work.pk, plan.other.pk], [plan.promise.pk, plan.sketch.pk])
    assert set(found) == {
        ("initiative", plan.work.pk),
        ("initiative", plan.other.pk),
        ("key_result", plan.promise.pk),
        ("key_result", plan.sketch.pk),
    }
    assert not any(each.is_told for each in found.values())


def test_the_narrative_of_an_initiative_counts_as_told_in_ones_own_words(plan):
    items.change_item("test", plan.work, narrative="Three customers wait for it.", now=NOW)
    told = stories_of([plan.work.pk])["initiative", plan.work.pk]
    assert told.is_told
    assert told.own_words == told.short == "Three customers wait for it."


def test_why_a_key_result_serves_its_objective_counts_as_told_in_force_and_as_a_sketch(plan):
    Version.objects.filter(key_result=plan.promise).update(why="Sales loses deals over it.")
    sketches.change_sketch("test", plan.sketch, why="Nobody reads so many.", now=NOW)
    found = stories_of([], [plan.promise.pk, plan.sketch.pk])
    assert found["key_result", plan.promise.pk].own_words == "Sales loses deals over it."
    assert found["key_result", plan.sketch.pk].own_words == "Nobody reads so many."


def test_why_is_that_of_the_newest_version(plan):
    first = Version.objects.get(key_result=plan.promise)
    Version.objects.filter(pk=first.pk).update(why="The old reason.")
    first.pk, first.number, first.why = None, 2, "The new reason."
    first.save()
    assert stories_of([], [plan.promise.pk])["key_result", plan.promise.pk].own_words == "The new reason."


def test_stories_of_much_work_take_a_fixed_number_of_questions(plan, django_assert_max_num_queries):
    tell("test", plan.work, board=BOARD, now=NOW)
    with django_assert_max_num_queries(3):
        stories_of([plan.work.pk, plan.other.pk], [plan.promise.pk, plan.sketch.pk])


def test_a_second_telling_changes_what_it_names_and_leaves_the_rest(plan):
    tell("test", plan.promise, board=BOARD, now=NOW)
    tell("test", plan.promise, customer="You get the report the same day.", now=NOW)
    story = Story.objects.get()
    assert (story.board, story.customer) == (BOARD, "You get the report the same day.")
    assert [each.action for each in Entry.objects.filter(action__startswith="story")] == [
        "story told",
        "story changed",
    ]
    assert Entry.objects.filter(action="story changed").get().detail == {
        "old": {"customer": ""},
        "new": {"customer": "You get the report the same day."},
    }


def test_saying_the_same_again_writes_nothing(plan):
    tell("test", plan.work, board=BOARD, now=NOW)
    before = Entry.objects.count()
    tell("test", plan.work, board=f"  {BOARD}\n", now=NOW)
    assert Entry.objects.count() == before


def test_a_story_that_is_emptied_is_taken_back(plan):
    tell("test", plan.work, board=BOARD, now=NOW)
    assert tell("test", plan.work, board="", now=NOW) is None
    assert not Story.objects.exists()
    assert Entry.objects.filter(action="story taken back").exists()


def test_telling_nothing_of_untold_work_is_no_story(plan):
    assert tell("test", plan.work, board="", now=NOW) is None
    assert not Entry.objects.filter(action__startswith="story").exists()


def test_who_looks_at_the_cycle_hears_that_a_story_is_new_and_not_which(plan):
    tell("test", plan.promise, board=BOARD, now=NOW)
    assert list(Change.objects.values_list("topic", "what")) == [(f"cycle:{plan.cycle.pk}", "stories")]


@pytest.mark.parametrize(
    ("given", "place", "message"),
    [
        ({"board": "a" * 301}, "board", "expected at most 300 characters, found 301"),
        ({"narrative": "blockchain"}, "narrative", "there is no story 'blockchain'"),
        ({"revenue": 5e5}, "revenue_from", "say which deals, contracts or customers that is"),
        ({"revenue": -1.0, "revenue_from": "Acme"}, "revenue", "expected an amount above 0"),
        ({"revenue": float("inf"), "revenue_from": "Acme"}, "revenue", "expected an amount above 0"),
        ({"engineer": "It\x00 compiles"}, "engineer", "control character"),
        ({"moral": "Be good"}, "moral", "a story has no moral"),
    ],
)
def test_what_cannot_be_told_is_refused_beside_its_field(plan, given, place, message):
    with pytest.raises(Refused, match=message) as refused:
        tell("test", plan.work, now=NOW, **given)
    assert refused.value.place == place
    assert not Story.objects.exists()


def test_revenue_stands_with_the_deals_that_it_comes_from(plan):
    tell("test", plan.work, revenue=4e5, revenue_from="Acme renewal, Borealis", now=NOW)
    told = stories_of([plan.work.pk])["initiative", plan.work.pk]
    assert (told.revenue, told.revenue_from) == (4e5, "Acme renewal, Borealis")
    # An amount is no story: nobody has said yet why the work is worth doing.
    assert not told.is_told


def test_a_story_is_of_one_thing(plan):
    with pytest.raises(IntegrityError):
        Story.objects.create(initiative=plan.work, key_result=plan.promise, author="test", at=NOW)


def test_a_story_is_of_something(plan):
    with pytest.raises(IntegrityError):
        Story.objects.create(board=BOARD, author="test", at=NOW)


def test_signs_that_it_fails_keep_their_lines(plan):
    tell("test", plan.work, fails="Nobody reads it.\n\n  Sales names   no deal.", now=NOW)
    assert Story.objects.get().fails == "Nobody reads it.\nSales names no deal."
