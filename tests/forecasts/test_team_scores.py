"""How good panels were: every way to pool, by quarter, round one beside round two, and no person in it."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from tests.forecasts.resolved import OVER, START, WITHIN, asked, did_not, happened, room, scenario

from throughline.engine import pooling, ranges
from throughline.forecasts import together
from throughline.forecasts.learning import Learnt, learnt
from throughline.forecasts.models import Forecast
from throughline.forecasts.resolving import resolve
from throughline.forecasts.score_documents import document
from throughline.forecasts.scores import team_scores


def pooled(chances: list[float], losses: list[tuple[float, float]] | None = None) -> dict:
    """What a room keeps at its reveal."""
    answers = [
        Forecast(person_id=number, probability=p, loss_low=loss[0], loss_high=loss[1])
        for number, (p, loss) in enumerate(zip(chances, losses or [(None, None)] * len(chances), strict=True))
    ]
    return together.pooled(answers, {}, widenings={}, learnt=Learnt(0, None, False))


@pytest.fixture
def panel(organisation):
    return [organisation.mia, organisation.max, organisation.vera]


def question(panel, first, second=None, *, came: bool, losses=None, loss=None, start=START, at=WITHIN):
    """A scenario that a panel of three forecast in one round or two, resolved."""
    made = scenario(start=start, end=start + timedelta(days=89))
    told = room(made, panel[1], panel)
    for number, chances in enumerate([first, *([second] if second else [])], 1):
        asked(told, number, dict(zip(panel, chances, strict=True)), at=at, result=pooled(chances, losses))
    if came:
        happened(made, loss=loss)
    else:
        did_not(made)
    return made


def test_each_way_to_pool_is_scored_over_the_same_questions(panel):
    first, second = [0.1, 0.2, 0.6], [0.2, 0.3, 0.5]
    question(panel, first, came=False)
    question(panel, second, came=True)
    overall = team_scores().overall
    assert [each.method for each in overall.methods] == ["headline", *pooling.METHODS]
    by = {each.method: each for each in overall.methods}
    mean = [sum(each) / 3 for each in (first, second)]
    assert by["mean"].brier.value == pytest.approx((mean[0] ** 2 + (1 - mean[1]) ** 2) / 2)
    assert by["median"].log == pytest.approx(-(math.log(1 - 0.2) + math.log(0.3)) / 2)
    assert by["headline"].brier == by[pooling.GEOMETRIC].brier
    assert (overall.n, overall.is_enough) == (2, False)


def test_the_last_round_of_a_room_counts_and_both_are_compared(panel):
    question(panel, [0.5, 0.5, 0.5], [0.1, 0.1, 0.1], came=False)
    question(panel, [0.4, 0.4, 0.4], came=False)
    found = team_scores()
    assert found.overall.headline.brier.value == pytest.approx((0.01 + 0.16) / 2)
    assert (found.rounds.n, found.rounds.first, found.rounds.second) == (
        1,
        pytest.approx(0.25),
        pytest.approx(0.01),
    )


def test_scores_are_told_by_the_quarter_in_which_the_question_ended(panel):
    question(panel, [0.5] * 3, came=False)
    question(panel, [0.1] * 3, came=False, start=date(2026, 10, 1), at=WITHIN - timedelta(days=60))
    assert [(each.label, each.n) for each in team_scores().quarters] == [("2026-Q4", 1), ("2027-Q1", 1)]


def test_void_open_and_late_questions_are_in_no_score(panel):
    void = scenario()
    asked(room(void, panel[1], panel), 1, dict.fromkeys(panel, 0.3), result=pooled([0.3] * 3))
    resolve("test", void, outcome="void", evidence="The log is gone", now=OVER)
    waits = scenario()
    asked(room(waits, panel[1], panel), 1, dict.fromkeys(panel, 0.3), result=pooled([0.3] * 3))
    late = scenario()
    after = WITHIN + timedelta(days=50)
    asked(room(late, panel[1], panel), 1, dict.fromkeys(panel, 0.9), at=after, result=pooled([0.9] * 3))
    happened(late, on=WITHIN.date())
    hidden = scenario()
    asked(room(hidden, panel[1], panel), 1, dict.fromkeys(panel, 0.3), revealed=False)
    did_not(hidden)
    assert team_scores().overall is None
    assert document(team_scores(), learnt())["sentences"] == [
        "No question that a panel forecast is resolved yet."
    ]


def test_a_panel_of_one_is_no_panel_since_its_score_is_hers(panel):
    alone = scenario()
    asked(room(alone, panel[1], panel[:1]), 1, {panel[0]: 0.3}, result=pooled([0.3]))
    did_not(alone)
    assert team_scores().overall is None
    assert learnt().questions == 0


def test_ranges_are_scored_where_the_loss_is_known(panel):
    given = [(1e4, 2e5), (2e4, 1e6), (5e3, 4e5)]
    question(panel, [0.5] * 3, came=True, losses=given, loss=1e5)
    question(panel, [0.5] * 3, came=True, losses=given)
    question(panel, [0.5] * 3, came=True, losses=given, loss=5e6)
    losses = team_scores().losses
    pool = ranges.pool(*map(list, zip(*given, strict=True)))
    width = pool.value.high - pool.value.low
    missed = width + 20 * (5e6 - pool.value.high)
    assert (losses.held.value, losses.held.n) == (0.5, 2)
    assert losses.interval_score.value == pytest.approx((width + missed) / 2)
    assert losses.crps.value == pytest.approx((pool.linear.crps(1e5) + pool.linear.crps(5e6)) / 2)


def test_fewer_than_ten_are_too_few_to_say(panel):
    for _ in range(9):
        question(panel, [0.2] * 3, came=False)
    assert document(team_scores(), learnt())["sentences"][0] == (
        "Too few to say: 9 questions are resolved (Brier 0.04); under 10 a score is mostly luck."
    )
    question(panel, [0.3] * 3, came=False)
    assert document(team_scores(), learnt())["sentences"][0].startswith(
        "Over 10 resolved questions the headline scored a Brier of 0.045"
    )


def test_extremising_becomes_the_headline_only_after_a_hundred_resolved_scenarios_that_it_served(panel):
    question(panel, [0.2, 0.2, 0.2], came=False)
    found = learnt()
    assert (found.questions, found.is_better, found.speaks) == (1, True, False)
    assert (
        "1 of the 100 scenarios that extremised pools need" in document(team_scores(), found)["sentences"][-1]
    )
    for _ in range(99):
        question(panel, [0.2, 0.2, 0.2], came=False)
    found = learnt()
    assert (found.questions, found.speaks) == (100, True)
    assert found.exponent == pytest.approx(3.0)
    # Where what was said with 20 % happens half of the time, being bolder is worse.
    for _ in range(120):
        question(panel, [0.2, 0.2, 0.2], came=True)
    assert (learnt().is_better, learnt().speaks) == (False, False)


def test_the_page_shows_methods_sentences_and_no_name(panel, organisation, browser_of):
    for _ in range(10):
        question(panel, [0.2, 0.3, 0.1], [0.1, 0.1, 0.1], came=False)
    browser = browser_of(organisation.vera)
    page = browser.get("/forecasts/scores/").content.decode()
    for said in ("Geometric mean of odds", "Extremised", "Median", "2027-Q1", "talking helped", "n = 10"):
        assert said in page
    document = browser.get("/forecasts/scores.json").json()
    assert document["overall"]["n"] == 10
    csv = b"".join(browser.get("/forecasts/scores.csv").streaming_content).decode()
    assert csv.splitlines()[0] == "quarter,method,brier,low,high,brier_two_sided,log,n,enough"
    assert len(csv.splitlines()) == 1 + 2 * 5
    for name in ("Mia", "Max"):
        assert name not in csv
        assert name not in str(document)
        assert name not in page


def test_before_anything_is_resolved_the_page_says_what_comes(organisation, browser_of):
    page = browser_of(organisation.vera).get("/forecasts/scores/").content.decode()
    assert "Nothing to score yet" in page
