"""Scenario pages: written, estimated and linked by forms; wrong input stands beside its field."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.risk.asked import ASKED, estimated, scenario

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]
OFTEN = {"stage": "residual", "how": "probability", "often": "9 %", "per": "year"}
DEAR = {"dear": "ci90", "low": "100k", "high": "2 M"}


def test_the_first_page_teaches_and_has_one_action(organisation, browser_of):
    page = browser_of(organisation.max).get("/risk/").content.decode()
    assert "No scenario yet" in page
    assert "Write the first" in page
    assert "A manager writes the first one." in browser_of(organisation.vera).get("/risk/").content.decode()


def test_a_scenario_is_written_by_a_form(organisation, browser_of):
    from throughline.risk.models import Scenario

    browser = browser_of(organisation.max)
    said = {**ASKED, "period": "quarter", "tags": "cloud, access", "steps": "", "owner": "Mia"}
    answer = browser.post("/scenarios/new", said)
    made = Scenario.objects.get()
    assert answer["Location"] == f"/scenarios/{made.key}/"
    assert (made.tags, made.judge) == (["cloud", "access"], organisation.max)
    page = browser.get(answer["Location"]).content.decode()
    assert "until 31 Mar 2027" in page
    assert "without it the scenario counts in no figure" in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("statement", "", "say what may happen"),
        ("criteria", "", "say how the judge will tell"),
        ("judge", "", "name the person"),
        ("start", "soon", "expected the first day"),
        ("steps", "only one", "one step is the statement itself"),
    ],
)
def test_what_is_missing_in_a_new_scenario_is_said_beside_its_field(
    field, value, message, organisation, browser_of
):
    said = {**ASKED, "period": "quarter", field: value}
    answer = browser_of(organisation.max).post("/scenarios/new", said)
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors[field])


def test_what_is_asked_stands_after_an_estimate_and_the_form_says_the_way_out(organisation, browser_of):
    made = estimated(owner="Mia")
    browser = browser_of(organisation.max)
    said = {**ASKED, "period": "quarter", "statement": "Something else", "owner": "Mia"}
    answer = browser.post(f"/scenarios/{made.key}/edit", said)
    assert answer.status_code == 422
    assert "archive this scenario and write another" in str(answer.context["form"].errors["statement"])
    made.refresh_from_db()
    assert made.statement == ASKED["statement"]


def estimate(browser, **given):
    return browser.post("/scenarios/prod-access/estimate", {**OFTEN, **DEAR, **given}, follow=True)


def test_an_estimate_says_how_it_was_read_and_what_it_means_in_other_periods(organisation, browser_of):
    scenario()
    page = estimate(browser_of(organisation.mia)).content.decode()
    assert "Read as 9 % a year, each 100,000 to 2 million." in page
    assert "0.783 % in a month, 2.33 % in a quarter, 9 % in a year" in page


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"often": "40"}, "often", "write 40 % or 0.4"),
        ({"often": ""}, "often", "say how often"),
        ({"low": "3 M"}, "high", "swap them"),
        ({"low": "a fortune"}, "low", "expected an amount such as"),
        ({"high": "9" * 20}, "high", "expected at most"),
        ({"how": "rate_90ci", "often": "2", "often_to": "1"}, "often_to", "swap them"),
        ({"cap": "-1"}, "cap", "expected an amount above 0"),
        ({"low": "1", "high": "1 tn"}, "high", "narrow it"),
    ],
)
def test_a_wrong_estimate_is_refused_beside_its_field(given, field, message, organisation, browser_of):
    made = scenario()
    answer = estimate(browser_of(organisation.mia), **given)
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors[field])
    assert not made.estimates.exists()


def test_the_mean_of_one_event_stands_beside_an_estimate_so_that_it_is_checked_by_hand(
    organisation, browser_of
):
    from throughline.risk.models import Estimate
    from throughline.risk.shown import rows_of

    estimated(frequency={"probability": 0.25, "per": "year"}, loss={"ci90": [1e5, 2e6], "cap": 5e5})
    page = browser_of(organisation.vera).get("/scenarios/prod-access/").content.decode()
    assert "one event costs" in page
    [row] = rows_of([("residual", Estimate.objects.get())])
    assert row.event * 0.25 == pytest.approx(row.mean)
    assert row.event < 5e5


def test_every_estimate_stays_on_the_page(organisation, browser_of):
    estimated()
    page = estimate(browser_of(organisation.mia), note="A study").content.decode()
    assert "Every estimate" in page
    assert "A study" in page
    table = b"".join(browser_of(organisation.vera).get("/scenarios/prod-access.csv").streaming_content)
    assert table.decode().count("\r\n") == 3


def objective():
    from datetime import date

    from throughline.objectives.items import add_cycle, add_item

    cycle = add_cycle("test", title="2027-Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), now=NOW)
    return add_item("test", "objective", title="Fewer surprises", cycle=cycle, now=NOW)


def test_a_scenario_bears_on_an_objective_whose_page_shows_it(organisation, browser_of):
    made, end = scenario(), objective()
    browser = browser_of(organisation.max)
    choice = {"to": f"objective:{end.key}"}
    assert browser.post(f"/scenarios/{made.key}/link", choice).status_code == 302
    assert end.title in browser.get(f"/scenarios/{made.key}/").content.decode()
    assert made.statement.replace("'", "&#x27;") in browser.get(f"/objectives/{end.key}/").content.decode()
    browser.post(f"/scenarios/{made.key}/unlink", choice)
    assert not made.links.exists()


def test_twins_among_what_it_may_bear_on_are_told_apart_and_running_cycles_come_first(organisation):
    from datetime import date

    from throughline.objectives.items import add_cycle, add_item
    from throughline.objectives.models import Cycle
    from throughline.risk.linking import choices

    objective()
    old = add_cycle("test", title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=NOW)
    twins = [add_item("test", "objective", title="Fewer surprises", cycle=old, now=NOW) for _ in range(2)]
    Cycle.objects.filter(pk=old.pk).update(state=Cycle.State.SET)
    assert [name for _, name in choices(scenario())] == [
        *(f"Objective, 2026-Q4: Fewer surprises ({each.key})" for each in twins),
        "Objective, 2027-Q1: Fewer surprises",
    ]


def test_a_link_to_nothing_is_refused(organisation, browser_of):
    made = scenario()
    answer = browser_of(organisation.max).post(f"/scenarios/{made.key}/link", {"to": ""})
    assert answer.status_code == 422
    assert "choose what it bears on" in answer.content.decode()


@pytest.fixture
def known(db):
    """A record, without which the home page is that of the first day."""
    from io import BytesIO

    from throughline.measures.readside.columns import forget
    from throughline.sources.actions import import_file
    from throughline.sources.wishes import Wish

    forget()
    import_file(BytesIO(b"id\nV-1\n"), name="register.csv", wish=Wish(), actor="test", now=NOW)
    yield
    forget()


def test_the_home_page_says_the_risk_in_money(known, organisation, browser_of):
    browser = browser_of(organisation.vera)
    assert "Risk in money" not in browser.get("/").content.decode()
    estimated("one")
    scenario("untold")
    page = browser.get("/").content.decode()
    assert "Risk in money" in page
    assert '<a href="/risk/?stale=yes">1</a>' in page
    told, register = browser.get("/home.json").json()["risk"], browser.get("/risk.json").json()
    assert (told["mean"], told["stale"]) == (register["mean"], 1)


def test_only_those_whom_the_record_lets_write_see_the_forms(organisation, browser_of):
    estimated()
    viewer = browser_of(organisation.vera).get("/scenarios/prod-access/").content.decode()
    member = browser_of(organisation.mia).get("/scenarios/prod-access/").content.decode()
    assert "Keep the estimate" not in viewer
    assert "Keep the estimate" in member
    assert "/scenarios/prod-access/edit" not in member


def test_all_that_is_wrong_with_an_estimate_is_marked_at_once(organisation, browser_of):
    scenario()
    answer = estimate(browser_of(organisation.mia), often="40", low="3 M", cap="none")
    assert set(answer.context["form"].errors) == {"often", "high", "cap"}
    answer = estimate(browser_of(organisation.mia), often="40", low="")
    assert set(answer.context["form"].errors) == {"often", "low"}


def test_a_cap_below_the_whole_range_is_refused_with_the_reason(organisation, browser_of):
    scenario()
    answer = estimate(browser_of(organisation.mia), cap="50k")
    assert "nearly every event would cost 50k" in str(answer.context["form"].errors["cap"])
    assert estimate(browser_of(organisation.mia), cap="60k", retention="50k").status_code == 200


def test_a_scenario_whose_period_is_over_is_refused_when_it_is_written(organisation, browser_of):
    said = {**ASKED, "period": "month", "start": "2020-01-01", "judge": "Ines, Bob"}
    errors = browser_of(organisation.max).post("/scenarios/new", said).context["form"].errors
    assert set(errors) == {"judge"}
    assert "one person judges" in str(errors["judge"])
    again = browser_of(organisation.max).post("/scenarios/new", {**said, "judge": "Ines"})
    assert "its period ended on 31 Jan 2020" in str(again.context["form"].errors["start"])


def test_short_criteria_are_kept_with_a_question(organisation, browser_of):
    said = {**ASKED, "period": "year", "criteria": "It burns."}
    page = browser_of(organisation.max).post("/scenarios/new", said, follow=True).content.decode()
    assert "is said in 9 characters: would two judges say the same?" in page


def test_stages_that_contradict_each_other_are_said_in_words(organisation, browser_of):
    scenario()
    browser = browser_of(organisation.mia)
    estimate(browser)
    estimate(browser, stage="inherent", often="3 %")
    page = estimate(browser, stage="target", high="9 M").content.decode()
    assert "controls that make it dearer are a slip" in page
    assert "a target above today is reached already" in page
