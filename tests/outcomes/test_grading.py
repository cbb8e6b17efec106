"""Grades of finished work: who gives which, until when they change, and when they begin to count."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.models import KeyResult
from throughline.outcomes import access, actions, queries
from throughline.outcomes.access import Piece
from throughline.outcomes.models import Outcome

pytestmark = pytest.mark.django_db


def test_grades_are_kept_and_changed_until_they_count(organisation, own_piece):
    piece = own_piece("a", organisation.mia)
    actions.grade(organisation.mia, piece, overall=3, impact=2, growth=5, now=NOW)
    made = actions.grade(organisation.mia, piece, overall=4, now=NOW)
    assert Outcome.objects.count() == 1
    assert (made.overall, made.impact, made.growth, made.counted_at) == (4, None, None, None)


def test_grades_count_with_those_of_a_third_person_and_stand_from_then_on(organisation, own_piece):
    people = (organisation.mia, organisation.max, organisation.ada)
    piece = own_piece("a", *people)
    for place, each in enumerate(people):
        made = actions.grade(each, piece, overall=3, now=NOW)
        assert (made.counted_at is not None) == (place == 2)
    assert Outcome.objects.filter(counted_at=None).count() == 0
    with pytest.raises(Refused, match="it counts already"):
        actions.grade(organisation.mia, piece, overall=5, now=NOW)


def test_however_much_two_people_grade_it_does_not_count(organisation, own_piece):
    for key in "abcdefg":
        for each in (organisation.mia, organisation.max):
            piece = own_piece(f"{key}-{each.pk}", each)
            actions.grade(each, piece, overall=3, impact=3, engagement=3, growth=3, now=NOW)
    assert queries.learning().learnt is None
    assert queries.learning().people_waiting == 2
    assert queries.learning().still_needed == 1


@pytest.mark.parametrize("name", ["engagement", "growth"])
def test_who_did_not_do_it_cannot_tell_how_it_felt(organisation, finished, name):
    with pytest.raises(Refused, match="only those who did the work can tell") as refused:
        actions.grade(organisation.max, Piece(finished("a"), False), overall=3, **{name: 4}, now=NOW)
    assert refused.value.place == name


@pytest.mark.parametrize(("said", "place"), [(0, "overall"), (6, "overall"), (None, "overall")])
def test_a_grade_off_the_scale_or_left_out_is_refused_beside_its_field(organisation, own_piece, said, place):
    with pytest.raises(Refused) as refused:
        actions.grade(organisation.mia, own_piece("a", organisation.mia), overall=said, now=NOW)
    assert refused.value.place == place


def test_a_long_note_is_refused(organisation, own_piece):
    with pytest.raises(Refused, match="expected at most 500 characters, found 501"):
        actions.grade(organisation.mia, own_piece("a", organisation.mia), overall=3, note="x" * 501, now=NOW)


def test_the_database_refuses_a_grade_of_nothing_of_two_things_and_off_the_scale(organisation, finished):
    work = finished("a")
    key_result = KeyResult.objects.create(key="k", created_at=NOW)
    mia = {"person": organisation.mia, "at": NOW}
    for wrong in (
        {"overall": 3},
        {"overall": 3, "initiative": work, "key_result": key_result},
        {"overall": 6, "initiative": work},
        {"overall": 3, "impact": 0, "initiative": work},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.create(**mia, **wrong)
    assert not Outcome.objects.exists()


def test_what_does_not_count_is_taken_back_and_what_counts_stays(organisation, own_piece):
    piece = own_piece("a", organisation.mia)
    made = actions.grade(organisation.mia, piece, overall=3, now=NOW)
    Outcome.objects.filter(pk=made.pk).update(counted_at=NOW)
    actions.take_back(organisation.mia, made, now=NOW)
    assert Outcome.objects.count() == 1
    Outcome.objects.filter(pk=made.pk).update(counted_at=None)
    actions.take_back(organisation.mia, made, now=NOW)
    actions.take_back(organisation.mia, made, now=NOW)
    assert Outcome.objects.count() == 0
    assert Entry.objects.filter(action="grade taken back").count() == 1


def test_the_audit_says_that_and_never_how(organisation, own_piece):
    piece = own_piece("a", organisation.mia)
    actions.grade(organisation.mia, piece, overall=3, impact=2, note="Zither", now=NOW)
    entry = Entry.objects.get(action="finished work graded")
    assert (entry.object_type, entry.object_id) == ("initiative", str(piece.work.pk))
    assert not entry.detail


def test_one_grades_ones_own_finished_work_and_a_lead_all_of_it(organisation, finished):
    finished("hers", organisation.mia)
    finished("anybody's")
    finished("running", organisation.mia, status="doing")
    assert [each.title for each in queries.mine(organisation.mia).waiting] == ["Work hers"]
    assert {each.title for each in queries.mine(organisation.max).waiting} == {"Work hers", "Work anybody's"}


def test_a_closed_key_result_waits_for_its_owner_and_a_running_one_does_not(objects, organisation):
    waiting = {each.piece.work.pk for each in queries.mine(organisation.ada).waiting}
    assert objects["closed_key_result"] in waiting
    running = {each.pk for each in KeyResult.objects.filter(closed_at=None)}
    assert not running & {
        each.piece.work.pk
        for each in queries.mine(organisation.ada).waiting
        if each.piece.kind != "initiative"
    }
    assert not queries.mine(organisation.mia).waiting


def test_a_piece_of_work_is_the_mean_of_its_grades(organisation, own_piece, finished):
    work = finished("a", organisation.mia, organisation.max)
    actions.grade(organisation.mia, Piece(work, True), overall=5, impact=4, engagement=1, growth=2, now=NOW)
    actions.grade(organisation.max, Piece(work, True), overall=4, impact=2, engagement=2, now=NOW)
    assert list(access.counted_pieces()) == []
    actions.grade(organisation.ada, Piece(work, False), overall=3, now=NOW)
    assert list(access.counted_pieces()) == [(3.0, 1.5, 2.0, 4.0)]
    assert queries.rows() == [[0.5, 0.125, 0.25, 4.0]]


def test_a_piece_of_which_nobody_can_tell_one_grade_is_left_out_and_counted_as_such(organisation, own_piece):
    for each in (organisation.mia, organisation.max, organisation.ada):
        actions.grade(each, own_piece(f"of-{each.pk}", each), overall=3, impact=3, now=NOW)
    found = queries.learning()
    assert (found.learnt, found.left_out, found.people) == (None, 3, 3)
