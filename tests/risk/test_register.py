"""The register: who makes the mean and who the tail, what is stale, and what an address chooses."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from tests.organisation import NOW
from tests.risk.asked import LOSS, estimated, scenario

from throughline.risk.documents import document
from throughline.risk.documents import estimated as estimates_of
from throughline.risk.register import Chosen, known_then, register, sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]
RARE = {"probability": 0.02, "per": "year"}
OFTEN = {"rate": 4.0, "per": "year"}


def found(now=NOW, **chosen):
    from throughline.risk.models import Scenario

    return register(Scenario.objects.all(), Chosen(**chosen), now=now)


def two():
    """One that happens all the time and is cheap, and one that is rare and ruinous."""
    estimated("daily", frequency=OFTEN, loss={"ci90": [10_000, 60_000]}, tags="web", owner="Mia")
    estimated("ruinous", frequency=RARE, loss={"ci90": [2e6, 3e7]}, tags="cloud", owner="Max")


def test_the_dearest_a_year_comes_first_and_the_rare_one_makes_the_tail():
    two()
    first, second = found().lines
    assert (first.scenario.key, second.scenario.key) == ("ruinous", "daily")
    assert first.of_mean + second.of_mean == pytest.approx(1)
    assert first.share + second.share == pytest.approx(1)
    assert first.share > first.of_mean


def test_shares_are_of_the_whole_register_whatever_is_shown():
    two()
    only = found(tag="web").lines
    assert [each.scenario.key for each in only] == ["daily"]
    [same] = [each for each in found().lines if each.scenario.key == "daily"]
    assert (only[0].share, only[0].of_mean) == (same.share, same.of_mean)
    assert 0 < only[0].of_mean < 1


def test_the_register_is_one_sentence_first():
    two()
    said = sentence(found())
    assert said.startswith("These 2 scenarios cost ")
    assert "there is a 5 % chance of losing more than " in said
    assert sentence(found(tag="nowhere")) == "No scenario is estimated yet."


def test_what_is_rarer_than_once_in_twenty_years_says_how_likely_no_loss_is():
    estimated("rare", frequency=RARE)
    assert "a year without any loss has a chance of 98 %" in sentence(found())


def test_an_archived_scenario_costs_nothing_any_more():
    from throughline.risk.actions import archive
    from throughline.risk.models import Scenario

    two()
    archive("test", Scenario.objects.get(key="ruinous"), now=NOW)
    assert [each.scenario.key for each in found().lines] == ["daily"]


def test_the_newest_estimate_of_a_stage_counts_and_the_others_are_kept():
    from throughline.risk.actions import add_estimate

    made = estimated(frequency={"probability": 0.1, "per": "year"})
    before = found().lines[0].mean
    add_estimate(
        "test", made, frequency={"probability": 0.05, "per": "year"}, loss=LOSS, now=NOW + timedelta(days=1)
    )
    line = found().lines[0]
    assert line.mean == pytest.approx(before / 2)
    assert line.course == pytest.approx((before, before / 2))
    assert made.estimates.count() == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, ""), (100, ""), (101, "its estimate is 101 days old")],
)
def test_an_estimate_older_than_a_hundred_days_is_stale(days, said):
    estimated(start="2027-01-01", period="year")
    assert found(now=NOW + timedelta(days=days)).lines[0].stale == said


def test_a_scenario_without_an_estimate_says_so_and_counts_in_no_figure():
    scenario("untold")
    line = found().lines[0]
    assert (line.stale, line.mean) == ("no estimate yet", None)
    assert found().figures is None


def test_a_period_that_is_over_without_a_word_of_the_judge_is_stale():
    from throughline.forecasts.models import Resolution

    made = estimated(start="2026-08-01", period="quarter", written=NOW - timedelta(days=90))
    assert made.end < NOW.date()
    assert "its period is over" in found().lines[0].stale
    Resolution.objects.create(scenario=made, outcome="did_not", evidence="No report", author="test", at=NOW)
    assert found().lines[0].stale == ""


def test_what_is_resolved_costs_no_year_to_come_and_the_page_says_so(browser_of, organisation):
    from django.urls import reverse

    from throughline.forecasts.models import Resolution
    from throughline.risk.models import Scenario
    from throughline.risk.portfolios import figures_of

    two()
    before = found().figures
    gone = Scenario.objects.get(key="ruinous")
    at = NOW + timedelta(days=2)
    Resolution.objects.create(scenario=gone, outcome="did_not", evidence="No report", author="test", at=at)
    now = found(now=at + timedelta(days=200))
    assert (now.figures.n, now.resolved, now.unestimated) == (1, 1, 0)
    assert now.figures.mean == pytest.approx(before.mean - before.means["ruinous"])
    line = next(each for each in now.lines if each.scenario == gone)
    assert (line.mean, line.share, line.stale) == (None, 0.0, "")
    # What was known before stays what it was.
    then = known_then(Scenario.objects.all(), Chosen(), until=at - timedelta(days=1))
    assert figures_of(document(then)).mean == pytest.approx(before.mean)
    page = browser_of(organisation.vera).get(reverse("risk")).content.decode()
    assert "1 resolved scenario counts in none of this any more" in page


def test_a_register_of_which_all_is_resolved_says_that():
    from throughline.forecasts.models import Resolution

    made = estimated()
    Resolution.objects.create(scenario=made, outcome="void", evidence="No log", author="test", at=NOW)
    assert sentence(found()) == "No open scenario is estimated."


def test_filters_and_orders_stand_in_the_address():
    two()
    scenario("untold", owner="Mia")
    assert {each.scenario.key for each in found(owner="Mia").lines} == {"daily", "untold"}
    assert [each.scenario.key for each in found(stale="yes").lines] == ["untold"]
    assert found(sort="share").lines[0].scenario.key == "ruinous"
    assert found().tags == ("cloud", "web")


def test_the_baseline_is_the_register_as_it_was_known_then():
    from throughline.risk.actions import add_estimate, archive
    from throughline.risk.models import Scenario

    early = estimated("early", frequency={"probability": 0.1, "per": "year"})
    gone = estimated("gone", frequency={"probability": 0.1, "per": "year"})
    later = NOW + timedelta(days=10)
    add_estimate("test", early, frequency={"probability": 0.2, "per": "year"}, loss=LOSS, now=later)
    archive("test", gone, now=later)
    then = known_then(Scenario.objects.all(), Chosen(), until=NOW + timedelta(days=1))
    assert {each.scenario.key: each.residual.frequency["probability"] for each in then} == {
        "early": 0.1,
        "gone": 0.1,
    }
    assert known_then(Scenario.objects.all(), Chosen(), until=NOW - timedelta(days=1)) == []


def test_a_panel_counts_with_every_view_it_holds():
    from throughline.risk.actions import add_estimate
    from throughline.risk.portfolios import mean_of

    made = scenario()
    sure = {"weight": 1.0, "frequency": {"probability": 0.1, "per": "year"}, "loss": LOSS}
    doubtful = {**sure, "frequency": {"probability": 0.3, "per": "year"}}
    kept = add_estimate("test", made, beliefs=[sure, doubtful], source="round:3", now=NOW)
    middle = {"probability": 0.2, "per": "year"}
    one = add_estimate("test", scenario("other"), frequency=middle, loss=LOSS, now=NOW)
    assert mean_of(kept) == pytest.approx(mean_of(one))


def test_an_estimate_that_cannot_be_worked_out_is_not_kept():
    from throughline.engine.refusals import Refused
    from throughline.risk.actions import add_estimate

    made = scenario()
    for frequency, loss, place in (
        ({"probability": 40, "per": "year"}, LOSS, "frequency"),
        ({"rate": 1, "probability": 0.1}, LOSS, "frequency"),
        ({"probability": 0.1}, {"ci90": [5e6, 1e6]}, "loss"),
        ({"probability": 0.1}, {"ci90": ["much", "more"]}, "loss"),
        ({"probability": 0.1}, {"guess": 1}, "loss"),
    ):
        with pytest.raises(Refused) as refused:
            add_estimate("test", made, frequency=frequency, loss=loss, now=NOW)
        assert refused.value.place == place
    assert not made.estimates.exists()


def test_many_scenarios_are_read_with_as_few_questions_as_one(django_assert_num_queries):
    from throughline.risk.models import Scenario

    two()
    with django_assert_num_queries(2):
        estimates_of(Scenario.objects.all())


@pytest.fixture
def answers(tmp_path, organisation, browser_of):
    """What the page and `risk curve` say of the same register."""
    two()
    often = {"rate_90ci": [0.1, 0.9], "per": "year"}
    panel = {"weight": 2.0, "frequency": often, "loss": {**LOSS, "cap": 1e6}}
    from throughline.risk.actions import add_estimate

    add_estimate("test", scenario("panel"), beliefs=[panel, {**panel, "weight": 1.0}], now=NOW)
    estimated("pert", frequency=OFTEN, loss={"pert": [1e3, 5e3, 2e5], "retention": 2e3})
    browser = browser_of(organisation.vera)
    file = tmp_path / "register.json"
    file.write_bytes(browser.get("/risk.curve.json").content)
    from throughline.cli import main

    answer = CliRunner().invoke(main, ["risk", "curve", str(file), "--json", "--at", "5000000"])
    assert answer.exit_code == 0, answer.output
    return browser, json.loads(answer.output)


def test_the_numbers_of_the_page_are_those_of_risk_curve_on_the_exported_document(answers):
    browser, curve = answers
    page = browser.get("/risk.json").json()
    assert page["mean"] == pytest.approx(curve["mean"], rel=1e-12)
    for level in ("0.95", "0.99"):
        assert page["quantiles"][level] == pytest.approx(curve["quantiles"][level], rel=1e-9)
    assert page["tvar"]["0.95"] == pytest.approx(curve["tvar"]["0.95"], rel=1e-9)
    shares = {each["id"]: each["tvar_share"] for each in curve["scenarios"]}
    shown = {each["key"]: each["share_of_tail"] for each in page["scenarios"]}
    assert shown == pytest.approx(shares, rel=1e-9)
    asked = browser.get("/risk/curve.json?loss=5M").json()
    assert asked["answer"]["residual"] == pytest.approx(curve["exceedance"][0]["probability"], rel=1e-9)
    assert page["formula_version"] == curve["formula_version"]


def test_what_a_year_costs_stands_beside_what_it_cost_when_the_quarter_began(browser_of, organisation):
    browser, past = browser_of(organisation.vera), NOW - timedelta(days=200)
    estimated("two")
    assert browser.get("/risk.json").json()["before"] is None
    estimated("one", at=past, written=past)
    page, told = browser.get("/risk/"), browser.get("/risk.json").json()
    was = page.context["was"]["mean"]
    assert (was.value, was.change.value) == (pytest.approx(told["mean"] / 2), pytest.approx(told["mean"] / 2))
    assert f"{was.said}: " in page.content.decode()
    assert told["before"]["mean"]["when"] == "when the quarter began"


def test_its_file_says_of_each_scenario_what_it_cost_when_the_quarter_began(browser_of, organisation):
    from throughline.risk.actions import add_estimate

    past = NOW - timedelta(days=200)
    made = estimated("older", at=past, written=past, frequency={"probability": 0.1, "per": "year"})
    add_estimate("test", made, frequency={"probability": 0.05, "per": "year"}, loss=LOSS, now=NOW)
    estimated("newer")
    body = b"".join(browser_of(organisation.vera).get("/risk.csv").streaming_content).decode("utf-8-sig")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(body))}
    older = rows["older"]
    assert float(older["before"]) == pytest.approx(2 * float(older["mean"]))
    assert float(older["change"]) == pytest.approx(-float(older["mean"]))
    assert (older["before_when"], rows["newer"]["before"]) == ("when the quarter began", "")


def test_a_part_of_the_register_says_its_share_of_the_whole_and_is_not_held_against_what_is_borne(
    browser_of, organisation
):
    from throughline.risk.treating import state_appetite

    estimated("one", tags="cloud")
    estimated("two")
    state_appetite("test", [{"loss": 1e5, "probability": 0.2}, {"loss": 1e6, "probability": 0.01}], now=NOW)
    browser = browser_of(organisation.vera)
    page = browser.get("/risk/?tag=cloud")
    assert page.context["register"].lines[0].share == pytest.approx(0.5, abs=0.01)
    assert "Of the whole register, tag cloud makes 50 % of the mean" in page.content.decode()
    assert "Borne at most" not in page.context["chart"].columns
    assert "Borne at most" in browser.get("/risk/").context["chart"].columns
    assert "appetite" not in browser.get("/risk.curve.json?tag=cloud").json()
    assert "a part of it is not held against that" in browser.get("/risk/curve/?tag=cloud").content.decode()
