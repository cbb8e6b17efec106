"""Surveys and waves: made with their series, opened by links, answered once, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.surveys.asking import ACTOR, NOW, answer, answer_all, asked, close, made, opened, token_of

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.actions import add_key_result
from throughline.objectives.drafts import preview
from throughline.objectives.queries import stand_of
from throughline.series import actions as series_actions
from throughline.series.models import Reading, Series
from throughline.series.queries import values
from throughline.surveys import actions, waves
from throughline.surveys.access import door_behind
from throughline.surveys.models import Invitation, Survey, Wave
from throughline.surveys.queries import results, to_be_closed

pytestmark = pytest.mark.django_db


def test_a_survey_makes_its_series_of_points_and_says_so_in_the_audit():
    survey = made(title="The security review!")
    series = survey.series
    assert (series.name, series.unit, series.better) == ("the_security_review", "points", "higher")
    assert Entry.objects.latest("id").detail["series"] == series.name
    assert made(title="The security review?").series.name == "the_security_review_2"
    assert made(kind="agreement", title="7 rules").series.name == "survey_7_rules"
    assert Series.objects.get(name="survey_7_rules").unit == "of 5"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"title": " "}, "title"),
        ({"question": ""}, "question"),
        ({"why": "x" * 301}, "why"),
        ({"title": "a\x00b"}, "title"),
        ({"name": "Not Snake"}, "name"),
        ({"name": "arrivals"}, "name"),
        ({"kind": "stars"}, "kind"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_leaves_no_series(wrong, place):
    with pytest.raises(Refused) as refused:
        made(**wrong)
    assert refused.value.place == place
    assert not Series.objects.exists()
    assert not Survey.objects.exists()


def test_a_score_is_a_value_of_the_series_corrected_by_each_batch():
    survey = made()
    link = opened(survey).shared
    answer_all(link, [10, 10, 10, 7, 0])
    later = NOW + timedelta(days=3)
    answer_all(link, [0] * 5, now=later)
    readings = Reading.objects.order_by("id")
    assert [(each.value, each.note) for each in readings] == [
        (40.0, "Wave 1: 5 answers"),
        (-30.0, "Wave 1: 10 answers"),
    ]
    # One value a wave, of the day on which it was first shown.
    assert [(each.at.isoformat(), each.value) for each in values(survey.series)] == [
        ("2026-11-21T00:00:00+00:00", -30.0)
    ]


def test_two_waves_of_one_day_are_two_values():
    survey = made()
    close(asked([10] * 5, survey=survey))
    asked([0] * 5, survey=survey)
    assert [each.value for each in values(survey.series)] == [100.0, -100.0]


def test_nobody_writes_a_value_of_a_survey_by_hand():
    survey = made()
    with pytest.raises(Refused, match="holds what people answer"):
        series_actions.push(ACTOR, survey.series.name, 90, at="2026-11-20", now=NOW)


def test_the_unit_of_a_survey_is_its_own_also_before_anybody_answered():
    survey = made()
    with pytest.raises(Refused, match="a survey writes its values in points"):
        series_actions.redefine(ACTOR, survey.series, unit="share", now=NOW)
    assert series_actions.redefine(ACTOR, survey.series, title="How the review is liked", now=NOW)
    asked([10] * 5, survey=Survey.objects.get())
    assert Reading.objects.get().value == 100.0


def test_a_key_result_names_the_series_and_moves_with_the_next_wave():
    survey = made()
    before = NOW - timedelta(days=60)
    close(asked([7] * 5, survey=survey, now=before), now=before)
    wish = {"metric": survey.series.name, "baseline": "measured", "target": "60", "owner": "Max"}
    made_of_it = add_key_result(ACTOR, now=NOW, start="2026-10-01", due="2026-12-31", **wish)
    found = stand_of(made_of_it, now=NOW)
    assert found.version.baseline == 0.0
    asked([10, 10, 10, 10, 7], survey=survey)
    from throughline.objectives.actions import measure

    measure(made_of_it, NOW + timedelta(hours=1), actor=ACTOR)
    made_of_it.refresh_from_db()
    found = stand_of(made_of_it, now=NOW + timedelta(hours=1))
    assert found.value == 80.0
    # What a survey says is an estimate, and the key result shows it as one.
    score = results(survey)[1].score
    measured = found.measurement
    assert (measured.low, measured.high, measured.n) == (score.low, score.high, 5)


def test_twelve_answers_cannot_show_a_move_of_twenty_points_and_the_linter_says_so():
    survey = made()
    before = NOW - timedelta(days=60)
    asked([10] * 4 + [7] * 4 + [0] * 2, survey=survey, now=before)
    wish = {"metric": survey.series.name, "baseline": "measured", "target": "40", "owner": "Max"}
    found = preview({**wish, "start": "2026-10-01", "due": "2026-12-31", "kind": "move"}, now=NOW)
    said = {each["code"]: each["message"] for each in found.warnings}
    assert "10 answers a wave cannot show a move of 20 points" in said["too_few_answers"]
    assert "answers in each wave" in said["too_few_answers"]
    from throughline.objectives.telling import telling

    told = telling(found.draft, now=NOW)
    assert told.power < 0.15
    assert told.smallest_change(20) > 80


def test_a_wave_is_asked_by_a_shared_link_by_personal_ones_or_by_both():
    found = opened(made(), personal=7, asked=20)
    assert found.shared.startswith("/s/")
    assert len({token_of(path) for path in (found.shared, *found.personal)}) == 8
    assert Wave.objects.get().asked == 20
    stored = {*Invitation.objects.values_list("token_hash", flat=True), Wave.objects.get().token_hash}
    assert not stored & {token_of(path) for path in (found.shared, *found.personal)}


def test_personal_links_alone_say_how_many_were_asked():
    assert opened(made(), shared=False, personal=9).wave.asked == 9


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shared": False}, "choose a shared link, personal links, or both"),
        ({"personal": 1001}, "expected 0 to 1,000 personal links"),
        ({"shared": False, "personal": 4}, "4 links would show nothing"),
        ({"asked": 4}, "nothing is shown before 5 answers"),
    ],
)
def test_a_wave_that_could_say_nothing_is_refused(given, said):
    survey = made()
    with pytest.raises(Refused, match=said):
        opened(survey, **given)
    assert not Wave.objects.exists()


def test_one_wave_at_a_time():
    survey = made()
    wave = opened(survey).wave
    with pytest.raises(Refused, match="wave 1 is still open: close it first"):
        opened(survey)
    close(wave)
    with pytest.raises(Refused, match="closed already"):
        close(wave)
    assert opened(survey).wave.number == 2


def test_a_personal_link_takes_one_answer():
    found = opened(made(), shared=False, personal=5)
    answer(found.personal[0], 9)
    assert door_behind(token_of(found.personal[0])).is_used
    with pytest.raises(Refused, match="This link was used"):
        answer(found.personal[0], 9)


def test_a_new_shared_link_ends_the_one_before():
    found = opened(made(), personal=5)
    path = waves.renew_link(ACTOR, found.wave, now=NOW)
    assert door_behind(token_of(found.shared)) is None
    assert door_behind(token_of(path)).wave == found.wave
    assert door_behind(token_of(found.personal[0])) is not None


def test_nobody_answers_a_closed_wave():
    found = opened(made())
    close(found.wave)
    with pytest.raises(Refused, match="This survey is closed"):
        answer(found.shared, 5)


@pytest.mark.parametrize(
    ("kind", "score", "why", "place"),
    [
        ("nps", 11, "", "score"),
        ("nps", -1, "", "score"),
        ("agreement", 0, "", "score"),
        ("agreement", 6, "", "score"),
        ("nps", 5, "x" * 2001, "why"),
        ("nps", 5, "a\x07b", "why"),
    ],
)
def test_what_is_no_answer_is_refused_and_uses_no_link_up(kind, score, why, place):
    found = opened(made(kind=kind), shared=False, personal=5)
    with pytest.raises(Refused) as refused:
        answer(found.personal[0], score, why)
    assert refused.value.place == place
    assert not door_behind(token_of(found.personal[0])).is_used


def test_waves_are_compared_and_chance_is_no_change():
    survey = made()
    close(asked([10, 9, 8, 7, 3], survey=survey))
    close(asked([10, 9, 9, 7, 3], survey=survey))
    close(asked([3], survey=survey))
    asked([10] * 30, survey=survey)
    first, second, silent, last = results(survey)
    assert first.change is None
    assert (second.change.difference, second.change.is_shown, second.against) == (20.0, False, 1)
    assert silent.score is None
    assert (last.against, last.change.is_shown) == (2, True)


def test_a_survey_of_agreement_has_a_mean_and_its_ladder():
    survey = made(kind="agreement")
    asked([1, 3, 4, 4, 5], survey=survey, asked=10)
    found = results(survey)[0]
    assert (found.score.mean, found.score.counts) == (3.4, (1, 0, 1, 2, 1))
    assert found.among[0] > found.score.low
    assert found.among[1] < found.score.high


def test_an_archived_survey_is_asked_no_more_until_it_is_taken_out():
    survey = made()
    wave = opened(survey).wave
    with pytest.raises(Refused, match="a wave of it is open"):
        actions.archive(ACTOR, survey, now=NOW)
    close(wave)
    actions.archive(ACTOR, survey, now=NOW)
    with pytest.raises(Refused, match="archived"):
        opened(survey)
    actions.restore(ACTOR, survey, now=NOW)
    assert opened(survey).wave.number == 2


def test_a_wave_that_was_opened_two_weeks_ago_can_be_closed():
    survey = made()
    wave = opened(survey, now=NOW - timedelta(days=15)).wave
    assert to_be_closed(now=NOW) == [survey]
    assert to_be_closed(now=NOW - timedelta(days=5)) == []
    close(wave)
    assert to_be_closed(now=NOW) == []
