"""Pages of what is said of key results: who may, what is shown, what is refused beside its field."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.reviews.quarter import ACTOR, ended, key_result, next_cycle

from throughline.objectives.models import KeyResult
from throughline.reviews import actions
from throughline.reviews.models import CheckIn, MonthlyReview, Override, PostMortem


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def running(organisation) -> KeyResult:
    """A key result of Mia's that runs now."""
    from throughline.objectives.actions import add_key_result

    now = datetime.now(UTC)
    days = {"start": f"{now - timedelta(days=45):%Y-%m-%d}", "due": f"{now + timedelta(days=45):%Y-%m-%d}"}
    given = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Mia", "title": "Fewer are open"}
    return add_key_result(ACTOR, now=now - timedelta(days=45), **given, **days)


@pytest.fixture
def over(organisation) -> KeyResult:
    return ended(key_result(), value=30)


def test_the_owner_finds_her_check_in_due_at_home_and_sends_it_there(running, organisation, browser_of):
    browser = browser_of(organisation.mia)
    assert "check-in is due" in text_of(browser.get("/"))
    page = text_of(browser.get("/check-ins/"))
    assert "Fewer are open" in page
    assert "due now" in page
    address = f"/key-results/{running.pk}/check-in/"
    sent = browser.post(address, {"confidence": "70", "line": "Going well", "next": "/check-ins/"})
    assert (sent.status_code, sent["Location"]) == (302, "/check-ins/")
    assert CheckIn.objects.get().confidence == pytest.approx(0.7)
    assert "Going well" in text_of(browser.get(f"/key-results/{running.pk}/"))
    assert "check-in is due" not in text_of(browser.get("/"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"confidence": ""}, "Say it in percent"),
        ({"confidence": "often"}, "Expected a percentage"),
        ({"confidence": "120"}, "less than or equal to 100"),
        ({"confidence": "70", "line": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_bad_check_in_says_beside_the_field_why(running, organisation, browser_of, given, message):
    answer = browser_of(organisation.mia).post(f"/key-results/{running.pk}/check-in/", given)
    assert (answer.status_code, message in text_of(answer)) == (422, True)
    assert not CheckIn.objects.exists()


def test_nobody_else_but_a_manager_checks_in(running, organisation, browser_of):
    address = f"/key-results/{running.pk}/check-in/"
    for person, status in ((organisation.vera, 404), (organisation.omar, 404), (organisation.max, 302)):
        assert browser_of(person).post(address, {"confidence": "50"}).status_code == status


def test_a_check_in_never_leads_to_another_site(running, organisation, browser_of):
    for elsewhere in ("https://example.com/", "//example.com/", "/\\example.com"):
        sent = browser_of(organisation.mia).post(
            f"/key-results/{running.pk}/check-in/", {"confidence": "70", "next": elsewhere}
        )
        assert sent["Location"] == f"/key-results/{running.pk}/"


def test_a_post_mortem_and_another_grade_are_shown_with_the_computed_one(over, organisation, browser_of):
    browser = browser_of(organisation.max)
    lesson = {"cause": "no capacity", "next_step": "try again", "lesson": "Plan for leave"}
    assert browser.post(f"/key-results/{over.pk}/post-mortem/", lesson).status_code == 302
    graded = {"grade": "0.9", "reason": "A scanner was down"}
    assert browser.post(f"/key-results/{over.pk}/override/", graded).status_code == 302
    page = text_of(browser.get(f"/cycles/{over.objective.cycle.key}/grades/"))
    for said in ("0.90", "computed 0.50", "A scanner was down", "Plan for leave", "No capacity"):
        assert said in page


def test_what_is_missing_is_said_beside_its_field(over, organisation, browser_of):
    browser = browser_of(organisation.max)
    for address, given, message in (
        ("post-mortem", {"cause": "external", "next_step": "drop"}, "what was learnt"),
        ("override", {"grade": "0.9"}, "Say why"),
        ("override", {"grade": "9", "reason": "x"}, "less than or equal to 1"),
    ):
        answer = browser.post(f"/key-results/{over.pk}/{address}/", given)
        assert (answer.status_code, message in text_of(answer)) == (422, True)
    assert not PostMortem.objects.exists()
    assert not Override.objects.exists()


def test_a_lesson_is_carried_into_the_planned_cycle(over, organisation, browser_of):
    planned, browser = next_cycle(), browser_of(organisation.max)
    actions.write_post_mortem(
        ACTOR, over, cause="external", next_step="try again", lesson="Ask sooner", now=datetime.now(UTC)
    )
    grades = f"/cycles/{over.objective.cycle.key}/grades/"
    assert "Carry over" in text_of(browser.get(grades))
    browser.post(f"/key-results/{over.pk}/carry/", {"into": planned.key, "next": grades})
    assert "carried into 2026-Q4" in text_of(browser.get(grades))
    assert "Carry over" not in text_of(browser.get(grades))


def test_only_who_may_write_a_post_mortem_is_led_to_it(over, organisation, browser_of):
    grades = f"/cycles/{over.objective.cycle.key}/grades/"
    for person, may in ((organisation.mia, True), (organisation.max, True), (organisation.vera, False)):
        assert ("Write the post-mortem" in text_of(browser_of(person).get(grades))) is may
    over.versions.update(owner=organisation.max)
    assert "not written yet" in text_of(browser_of(organisation.mia).get(grades))


def test_an_event_is_said_as_one_and_never_as_a_share(running, organisation, browser_of):
    browser = browser_of(organisation.mia)
    running.versions.update(kind="binary", acceptance="The report is signed.", metric="")
    actions.check_in(ACTOR, running, confidence=0.8, now=datetime.now(UTC))
    assert '<span class="figure">not yet</span>' in text_of(browser.get("/check-ins/"))
    KeyResult.objects.update(closed_at=datetime.now(UTC), grade=0, graded_value=0)
    page = text_of(browser.get(f"/key-results/{running.pk}/"))
    assert '<p class="name">Graded</p><p class="value">not done</p>' in page
    assert "not done yet" not in page


def test_a_review_is_kept_by_a_manager_and_read_by_everybody(over, organisation, browser_of):
    address = f"/cycles/{over.objective.cycle.key}/review/"
    given = {"month": "2026-08", "text": "Move Mia to <the backlog>"}
    assert browser_of(organisation.mia).post(address, given).status_code == 404
    assert browser_of(organisation.max).post(address, given).status_code == 302
    assert "Move Mia to &lt;the backlog&gt;" in text_of(browser_of(organisation.omar).get(address))
    refused = browser_of(organisation.max).post(address, {"month": "soon", "text": "x"})
    assert (refused.status_code, "2026-11" in text_of(refused)) == (422, True)
    assert MonthlyReview.objects.count() == 1


def test_predictability_teaches_until_there_is_something_to_score(organisation, browser_of):
    assert "Nothing to score yet" in text_of(browser_of(organisation.vera).get("/predictability/"))


def test_predictability_is_of_the_team_and_names_nobody(organisation, browser_of):
    found = key_result()
    actions.check_in("person:1 Mia", found, confidence=0.8, now=found.created_at + timedelta(days=30))
    ended(found, value=20)
    browser = browser_of(organisation.vera)
    page = text_of(browser.get("/predictability/"))
    assert "0.04" in page
    assert "Mia" not in page
    answer = json.loads(browser.get("/predictability.json").content)
    assert answer["quarters"][0]["headline"]["value"] == pytest.approx(0.04)
    rows = b"".join(browser.get("/predictability.csv").streaming_content).decode().splitlines()
    assert rows[1].startswith("2026-Q3,0.0")


def test_each_quarter_stands_beside_the_one_before():
    from throughline.engine.intervals import Estimate
    from throughline.engine.predictability import Confidence as Said
    from throughline.engine.predictability import Effects, by_quarter
    from throughline.reviews.comparing import by_quarter as compared
    from throughline.reviews.queries import Predictability

    at = datetime(2026, 5, 1, tzinfo=UTC)
    said = [
        *(Said(f"a{n}", "2026-Q2", at, 0.9, hit=n == 0) for n in range(3)),
        *(Said(f"b{n}", "2026-Q3", at, 0.8, hit=True) for n in range(3)),
    ]
    nothing = Estimate(None, None, None, 0)
    first, second = compared(
        Predictability(by_quarter(said, seed=1), None, Effects(nothing, None, nothing, 0, 0))
    )
    assert (first.headline, first.document["hit_rate"]) == (None, None)
    assert second.headline.said == "was 0.54 in 2026-Q2"
    assert second.hit_rate.change_said.startswith("+66.7 points")
    assert second.said.change_said == "−10 points"


def test_the_plan_leads_to_check_ins_reviews_grades_and_predictability(over, organisation, browser_of):
    browser = browser_of(organisation.vera)
    plan = text_of(browser.get("/cycles/"))
    assert all(f'href="{address}"' in plan for address in ("/check-ins/", "/predictability/"))
    address = f"/cycles/{over.objective.cycle.key}/"
    cycle = text_of(browser.get(address))
    assert all(f'href="{address}{page}/"' in cycle for page in ("review", "grades"))


def test_an_event_that_has_not_happened_is_no_percentage(organisation, browser_of):
    from throughline.objectives.actions import add_key_result

    now = datetime.now(UTC)
    days = {"start": f"{now - timedelta(days=45):%Y-%m-%d}", "due": f"{now + timedelta(days=45):%Y-%m-%d}"}
    given = {"kind": "binary", "acceptance": "An auditor signed the report.", "owner": "Mia"}
    add_key_result(ACTOR, now=now, **given, **days)
    assert '<span class="figure">not yet</span>' in text_of(browser_of(organisation.mia).get("/check-ins/"))


@pytest.mark.parametrize(
    ("address", "title"),
    [("/check-ins/", "Plan"), ("/predictability/", "Plan"), ("/plan/", "Plan"), ("/series/", "Metrics")],
)
def test_the_navigation_says_to_what_a_page_belongs(address, title, organisation, browser_of):
    page = text_of(browser_of(organisation.max).get(address))
    _, _, marked = page.partition('aria-current="page"')
    assert marked.partition("</a>")[0].endswith(f">{title}")
    assert address in json.dumps(browser_of(organisation.max).get("/palette.json").json())


def test_a_confidence_below_one_per_cent_is_asked_about_beside_its_field(running, organisation, browser_of):
    browser, address = browser_of(organisation.mia), f"/key-results/{running.pk}/check-in/"
    answer = browser.post(address, {"confidence": "0.4", "line": "Two are on it"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["confidence"] == ["40 or 0.4 %? Write 40 for 40 %."]
    assert "40 or 0.4 %? Write 40 for 40 %." in text_of(answer)
    assert not running.check_ins.exists()
    for given in ("0", "1", "40"):
        assert browser.post(address, {"confidence": given}).status_code == 302
    assert [each.confidence for each in running.check_ins.order_by("id")] == [0, 0.01, 0.4]
