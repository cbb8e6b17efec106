"""Training: one question after the other, what is right only after the answer, at the end what it taught."""

from __future__ import annotations

import html
import math

import pytest
from tests.calibration.training import NOW, QUANTITIES, STATEMENTS, begun, ended, ranged, trained

from throughline.audit.models import Entry
from throughline.calibration import actions, queries
from throughline.calibration.models import Answer, Run
from throughline.calibration.question_sets import all_sets
from throughline.calibration.scoring import marked
from throughline.calibration.sentences import of_part
from throughline.engine.refusals import Refused


def text_of(response) -> str:
    return response.content.decode()


def first(slug: str = STATEMENTS):
    return all_sets()[slug].questions[0]


def test_a_run_goes_from_question_to_question_to_its_end(organisation):
    run = begun(organisation.mia)
    assert queries.going(run).next == first()
    actions.answer_statement(organisation.mia, run, first().key, probability=0.8, now=NOW)
    going = queries.going(run)
    assert (going.number, going.next) == (2, all_sets()[STATEMENTS].questions[1])
    # Begun again it goes on where it was left.
    assert begun(organisation.mia) == run
    for each in all_sets()[STATEMENTS].questions[1:]:
        actions.answer_statement(organisation.mia, run, each.key, probability=0.8, now=NOW)
    assert ended(run).finished_at == NOW
    assert queries.going(run).next is None
    assert begun(organisation.mia) != run


def test_what_was_answered_stands(organisation):
    run = begun(organisation.mia)
    actions.answer_statement(organisation.mia, run, first().key, probability=0.8, now=NOW)
    with pytest.raises(Refused, match="answered already"):
        actions.answer_statement(organisation.mia, run, first().key, probability=0.1, now=NOW)
    assert Answer.objects.get().probability == 0.8


@pytest.mark.parametrize("low_high", [(1900, 1900), (1990, 1980)])
def test_a_reversed_or_empty_range_is_refused(organisation, low_high):
    low, high = low_high
    with pytest.raises(Refused, match="upper end has to be above") as refused:
        actions.answer_quantity(
            organisation.mia,
            begun(organisation.mia, QUANTITIES),
            first(QUANTITIES).key,
            low=low,
            high=high,
            now=NOW,
        )
    assert refused.value.place == "high"


@pytest.mark.parametrize(
    ("low", "high", "place"),
    [(0, math.inf, "high"), (-math.inf, 0, "low"), (math.nan, 1, "low"), (0, 1e16, "high")],
)
def test_a_range_without_an_end_is_none(organisation, low, high, place):
    run = begun(organisation.mia, QUANTITIES)
    with pytest.raises(Refused, match="two ends") as refused:
        actions.answer_quantity(organisation.mia, run, first(QUANTITIES).key, low=low, high=high, now=NOW)
    assert refused.value.place == place
    assert not Answer.objects.exists()


def test_an_answer_to_another_kind_of_question_is_refused(organisation):
    run = begun(organisation.mia, QUANTITIES)
    for key in (first(QUANTITIES).key, first().key, "nothing"):
        with pytest.raises(Refused, match="no such question"):
            actions.answer_statement(organisation.mia, run, key, probability=0.5, now=NOW)


def test_a_range_is_scored_by_its_width_and_by_how_far_it_missed(organisation):
    run, question = begun(organisation.mia, QUANTITIES), first(QUANTITIES)
    unit = question.yardstick[1] - question.yardstick[0]
    low, high = question.value - 10, question.value + 20
    held = actions.answer_quantity(organisation.mia, run, question.key, low=low, high=high, now=NOW)
    assert marked(held).score == pytest.approx(30 / unit)
    other = all_sets()[QUANTITIES].questions[1]
    unit = other.yardstick[1] - other.yardstick[0]
    missed = actions.answer_quantity(
        organisation.mia, run, other.key, low=other.value + 3, high=other.value + 10, now=NOW
    )
    assert marked(missed).score == pytest.approx((7 + 20 * 3) / unit)


def test_the_widest_range_does_not_win(organisation):
    run, questions = begun(organisation.mia, QUANTITIES), all_sets()[QUANTITIES].questions
    scores = []
    for question, (low, high) in zip(questions, [(0, 1e9), (1800, 1950)], strict=False):
        made = actions.answer_quantity(organisation.mia, run, question.key, low=low, high=high, now=NOW)
        scores.append(marked(made).score)
    assert marked(made).is_right is (questions[1].value <= 1950)
    assert scores[0] > 1e6
    [said] = of_part(queries.result_of(run))
    assert said.endswith("so it scores badly too.")


def test_who_is_surer_than_right_is_told_so_with_the_interval(organisation):
    [said] = of_part(queries.result_of(trained(organisation.mia, right=5)))
    assert said == (
        "Overconfident: 90 % sure on average, right 50 % of 10 times (95 % interval 24 % to 76 %)."
    )


def test_who_is_right_more_often_than_sure_is_told_so(organisation):
    [said] = of_part(queries.result_of(trained(organisation.mia, right=10, sure=0.6)))
    assert said.startswith("Underconfident: 60 % sure on average, right 100 % of 10 times")


def test_ranges_that_held_too_seldom_are_counted_beside_what_should_have_held(organisation):
    [said] = of_part(queries.result_of(ranged(organisation.mia, held=5)))
    assert said == (
        "9 of 10 ranges should have held; 5 did. "
        "Too narrow: 50 % of 10 intervals held what came, 90 % were to (95 % interval 24 % to 76 %)."
    )


def test_so_few_answers_that_fit_prove_nothing(organisation):
    [said] = of_part(queries.result_of(ranged(organisation.mia, held=9)))
    assert "About as wide as claimed, as far as this can tell" in said


def test_the_curve_counts_the_first_answer_to_a_question_only(organisation):
    trained(organisation.mia, right=5)
    again = trained(organisation.mia, right=10)
    training = queries.mine(organisation.mia).training
    assert (training.said.n, training.said.leaning.right.value) == (10, 0.5)
    assert queries.result_of(again).said.leaning.right.value == 1.0
    assert [each.part.said.leaning.right.value for each in queries.finished(organisation.mia)] == [1.0, 0.5]


def test_what_training_scored_is_the_mean_of_the_squares(organisation):
    trained(organisation.mia, right=8, sure=0.9)
    found = queries.mine(organisation.mia).training.said
    assert found.brier.value == pytest.approx((8 * 0.01 + 2 * 0.81) / 10)
    assert found.log == pytest.approx(-(8 * math.log(0.9) + 2 * math.log(0.1)) / 10)
    at_ninety = found.bins[-1]
    assert (at_ninety.said, at_ninety.happened.n) == (pytest.approx(0.9), 10)


def test_the_audit_tells_that_she_trained_and_nothing_of_how(organisation):
    trained(organisation.mia, right=5, sure=0.9)
    entries = Entry.objects.filter(object_type="training run")
    assert [each.action for each in entries] == [
        "training begun",
        *["training answered"] * 9,
        "training finished",
    ]
    assert all(each.detail == {} for each in entries)


def test_a_page_asks_without_telling_and_tells_after_the_answer(organisation, browser_of):
    browser = browser_of(organisation.mia)
    begin = browser.post(f"/calibration/sets/{STATEMENTS}/")
    address = begin["Location"]
    asked = text_of(browser.get(address))
    assert first().text in asked
    hidden = [each.explanation for each in all_sets()[STATEMENTS].questions]
    pages = [
        asked,
        text_of(browser.get(address[:-1] + ".json")),
        text_of(browser.get(f"/calibration/sets/{STATEMENTS}/")),
    ]
    assert not [said for said in hidden for page in pages if said in page]
    assert browser.get(f"{address}answers/1/").status_code == 404
    given = {"question": first().key, "says": "true", "confidence": "80"}
    sent = browser.post(address, given)
    assert sent["Location"] == f"{address}answers/1/"
    told = text_of(browser.get(sent["Location"]))
    assert first().explanation in told
    assert not [said for said in hidden[1:] if said in told]
    for said in ("It is true.", "with 80 %", "Brier 0.04"):
        assert said in told
    # Sent again, or from another tab, the first answer stands.
    again = browser.post(address, given | {"says": "false"})
    assert again["Location"] == f"{address}answers/1/"
    assert Answer.objects.get().probability == 0.8


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"confidence": "80"}, "Choose true or false"),
        ({"says": "true"}, "Say how sure you are."),
        ({"says": "true", "confidence": "40"}, "you think the opposite"),
        ({"says": "true", "confidence": "0.8"}, "you think the opposite"),
        ({"says": "true", "confidence": "120"}, "Nobody is surer than 100 %."),
        ({"says": "true", "confidence": "very"}, "Expected a percentage from 50 to 100."),
        ({"says": "perhaps", "confidence": "80"}, "perhaps is not one of the available choices"),
    ],
)
def test_a_bad_answer_says_beside_the_field_why(organisation, browser_of, given, message):
    run = begun(organisation.mia)
    sent = browser_of(organisation.mia).post(
        f"/calibration/runs/{run.pk}/", {"question": first().key, **given}
    )
    assert (sent.status_code, message in text_of(sent)) == (422, True)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ("1900", "", "Say the upper end."),
        ("a", "2", "Expected a number in figures"),
        ("5", "1", "has to be above"),
    ],
)
def test_a_bad_range_says_beside_the_field_why(organisation, browser_of, low, high, message):
    run = begun(organisation.mia, QUANTITIES)
    given = {"question": first(QUANTITIES).key, "low": low, "high": high}
    sent = browser_of(organisation.mia).post(f"/calibration/runs/{run.pk}/", given)
    assert (sent.status_code, message in text_of(sent)) == (422, True)


def test_a_form_without_its_question_is_refused(organisation, browser_of):
    run = begun(organisation.mia)
    assert browser_of(organisation.mia).post(f"/calibration/runs/{run.pk}/", {}).status_code == 400


def test_the_end_shows_scores_lessons_and_every_answer(organisation, browser_of):
    run = ranged(organisation.mia, held=5)
    page = text_of(browser_of(organisation.mia).get(f"/calibration/runs/{run.pk}/"))
    for said in (
        "9 of 10 ranges should have held; 5 did",
        "How to get better",
        "Bet on it",
        "1883",
        "missed",
    ):
        assert said in page


def test_one_s_own_history_is_there_for_programs(organisation, browser_of):
    trained(organisation.mia, right=5)
    ranged(organisation.mia, held=5)
    browser = browser_of(organisation.mia)
    document = browser.get("/calibration.json").json()
    assert document["training"]["said"]["n"] == 10
    assert document["training"]["ranges"]["held"]["value"] == 0.5
    assert [each["set"] for each in document["runs"]] == [QUANTITIES, STATEMENTS]
    lines = b"".join(browser.get("/calibration.csv").streaming_content).decode().splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("run,set,question,answered_at,probability,low,high,right_answer")


def test_before_anything_is_answered_the_page_says_what_comes(organisation, browser_of):
    page = text_of(browser_of(organisation.vera).get("/calibration/"))
    for said in ("You have not trained yet", "Nothing is resolved yet", "On the wire", "Years of security"):
        assert said in page
    assert not Run.objects.exists()


def test_a_range_of_years_is_asked_for_in_a_sentence(organisation, browser_of):
    run = begun(organisation.mia, QUANTITIES)
    at = next(each for each in all_sets()[QUANTITIES].questions if each.unit == "year")
    for each in all_sets()[QUANTITIES].questions:
        if each is at:
            break
        actions.answer_quantity(organisation.mia, run, each.key, low=0, high=9, now=NOW)
    page = browser_of(organisation.mia).get(f"/calibration/runs/{run.pk}/").content.decode()
    assert at.text in html.unescape(page)
    assert "From which year to which year are you 90 % sure?" in page
