"""The home page: the quarter at a glance, in the scope of the person who looks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from tests.objectives.register import record, terms

from throughline.accounts.models import Team
from throughline.cycles.actions import comment as say
from throughline.cycles.queries import asked_of as halves_asked_of
from throughline.cycles.queries import halves_waiting_for
from throughline.jobs.models import Job
from throughline.objectives import actions, efforts, items
from throughline.objectives.models import Cycle, KeyResult
from throughline.ui.glance import overdue_where
from throughline.vulnerabilities.models import SlaPolicy

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def ago(days: float) -> str:
    return f"{now() - timedelta(days=days):%Y-%m-%d}"


def added(**fields):
    running = {"start": ago(30), "due": f"{now() + timedelta(days=30):%Y-%m-%d}", "window": "60 days"}
    return actions.add_key_result("test", now=now(), **terms(**running | fields))


def glance(client) -> dict:
    return client.get("/home.json").json()


def counted(found: list[dict]) -> dict[str, int]:
    return {each["name"]: each["n"] for each in found}


def test_an_empty_home_teaches_in_three_lines_with_one_primary_action(organisation, browser_of):
    seen = browser_of(organisation.ada).get("/").content.decode()
    assert seen.count("button primary") == 1
    assert "Import a file" in seen
    assert "Show me with sample data" in seen
    assert "Show me with sample data" not in browser_of(organisation.max).get("/").content.decode()
    assert "A manager can import" in browser_of(organisation.vera).get("/").content.decode()


def test_the_sample_is_loaded_in_the_background_into_an_empty_home_only(organisation, browser_of):
    client = browser_of(organisation.ada)
    assert browser_of(organisation.max).post("/sample/").status_code == 404
    answer = client.post("/sample/")
    assert answer.headers["Location"] == f"/jobs/{Job.objects.get().pk}/"
    record(ago(1), known_at=now())
    assert client.post("/sample/").status_code == 400
    assert Job.objects.count() == 1


def test_the_sentence_counts_what_is_on_course_and_names_the_worst(organisation, browser_of):
    for _ in range(7):
        record(ago(2), known_at=now())
    added(title="On its way", baseline="45")
    added(title="Hopeless", baseline="5", target="1")
    found = glance(browser_of(organisation.vera))
    assert found["sentence"].startswith("1 of 2 key results is on course. Hopeless is off track: it went")
    seen = browser_of(organisation.vera).get("/").content.decode()
    assert '<a href="/key-results/?status=on_track">1 of 2</a>' in seen
    assert f"week {found['week']} of {found['weeks']}" in seen


def test_silence_is_counted_and_never_on_course(organisation, browser_of):
    record(ago(2), known_at=now() - timedelta(days=30))
    added()
    sentence = glance(browser_of(organisation.vera))["sentence"]
    assert sentence == "0 of 1 key result is on course. 1 rests on data that is too old to say."


def test_the_last_seven_days_are_counted_in_the_scope_of_who_looks(organisation, browser_of):
    payments, search = Team.objects.get(name="Payments"), Team.objects.get(name="Search")
    record(ago(2), ago(1), known_at=now(), team=payments)
    record(ago(3), known_at=now(), team=payments)
    record(ago(3), known_at=now(), team=search)
    record(ago(10), known_at=now(), team=search)
    record(ago(40), known_at=now(), team=search)
    said = {name: week(browser_of(getattr(organisation, name))) for name in ("vera", "omar", "max")}
    assert said["vera"] == ({"arrived": 2, "closed": 1, "net": 1}, {"arrived": 0, "closed": 0})
    assert said["omar"] == ({"arrived": 1, "closed": 0, "net": 1}, {"arrived": 1, "closed": 0})
    assert said["max"] == ({"arrived": 3, "closed": 1, "net": 2}, {"arrived": 1, "closed": 0})
    page = browser_of(organisation.max).get("/").content.decode()
    assert "Arrived was 1 the week before, no clear change" in page


def week(client) -> tuple[dict, dict]:
    """The counts of the last seven days, and of the seven before."""
    found = glance(client)["this_week"]
    before = found.pop("before")
    return found, {name: each["value"] for name, each in before.items()}


def test_overdue_is_counted_by_team_by_the_policy_of_each_severity(organisation, browser_of):
    SlaPolicy.objects.all().delete()
    SlaPolicy.objects.create(severity=4, days=7)
    SlaPolicy.objects.create(severity=3, days=30)
    payments = Team.objects.get(name="Payments")
    record(ago(10), known_at=now(), severity=4, team=payments)
    record(ago(10), known_at=now(), severity=3, team=payments)
    record(ago(40), known_at=now(), severity=3)
    record(ago(40), ago(1), known_at=now(), severity=3, team=payments)
    record(ago(400), known_at=now(), severity=1, team=payments)
    record(ago(40), known_at=now(), severity=4, team=payments, state="potential")
    assert counted(glance(browser_of(organisation.max))["overdue"]) == {"Payments": 1, "No team": 1}
    assert counted(glance(browser_of(organisation.vera))["overdue"]) == {"Payments": 1}


def test_without_a_policy_nothing_is_overdue_and_the_page_says_so(organisation, browser_of):
    SlaPolicy.objects.all().delete()
    record(ago(400), known_at=now(), severity=4)
    assert "No SLA policy" in browser_of(organisation.vera).get("/").content.decode()


def test_a_policy_that_nobody_set_is_called_the_usual_one_and_can_be_reached(organisation, browser_of):
    from throughline.vulnerabilities.policy import set_limits

    record(ago(400), known_at=now(), severity=4)
    client = browser_of(organisation.max)
    usual = "By the days that come with Throughline, which nobody has set yet"
    seen = client.get("/").content.decode()
    assert usual in seen
    assert '<a href="/services/policy/">' in seen
    set_limits("test", {(4, None): 3}, now=now())
    seen = client.get("/").content.decode()
    assert usual not in seen
    assert '<a href="/services/policy/">' in seen


def test_a_limit_of_a_tier_goes_before_the_one_of_the_severity_alone():
    policies = [SlaPolicy(severity=4, days=7), SlaPolicy(severity=4, tier=1, days=2)]
    said = overdue_where(policies, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert (
        "(severity = 'critical' and (tier is null or tier not in (1)) and identified < '2026-11-14')" in said
    )
    assert "(severity = 'critical' and tier = 1 and identified < '2026-11-19')" in said
    assert overdue_where([], now=datetime(2026, 11, 21, tzinfo=UTC)) == ""


def test_each_person_reads_what_waits_for_her(organisation, browser_of):
    payments = Team.objects.get(name="Payments")
    record(ago(2), known_at=now(), team=payments, state="potential")
    ran_out = now() - timedelta(days=3)
    record(ago(9), known_at=now(), team=payments, state="accepted", accepted_until=ran_out)
    added(owner="Mia", baseline="20", target="25")
    needs = counted(glance(browser_of(organisation.mia))["needs_you"])
    assert needs == {
        "of your key results is off track": 1,
        "check-in is due": 1,
        "accepted risks have run out": 1,
        "findings wait for triage": 1,
    }
    assert glance(browser_of(organisation.vera))["needs_you"] == []


def test_what_ended_and_waits_for_its_last_days_is_named_to_a_manager(organisation, browser_of):
    record(ago(40), known_at=now() - timedelta(days=2))
    added(start=ago(60), due=ago(1))
    found = glance(browser_of(organisation.max))["needs_you"]
    assert counted(found) == {"key results ended and wait for data": 1}
    seen = browser_of(organisation.max).get("/").content.decode()
    assert "/key-results/?status=pending" in seen


def test_a_manager_is_asked_for_newer_data(organisation, browser_of):
    record(ago(30), known_at=now() - timedelta(days=20))
    needs = counted(glance(browser_of(organisation.max))["needs_you"])
    assert needs == {"days since the last import: bring newer data": 20}
    assert "too old to judge by" in browser_of(organisation.max).get("/").content.decode()


def test_past_quarters_keep_their_grades(organisation, browser_of):
    for _ in range(30):
        record("2026-04-05", known_at=now())
    quarter = {"start": "2026-04-01", "due": "2026-06-30", "window": "period"}
    added(**quarter)
    added(**quarter, title="Fewer of them", target="30")
    seen = browser_of(organisation.vera).get("/").content.decode()
    summary = " ".join(re.sub(r"<[^>]+>", " ", seen.split("<summary>")[1].split("</summary>")[0]).split())
    assert summary == "2026-Q2 Arrivals 0.50 · Fewer of them 1.00"


def test_the_home_page_takes_at_most_twenty_queries(organisation, browser_of):
    from django.db import connection

    for _ in range(3):
        record(ago(3), known_at=now())
    for _ in range(5):
        added()
    client = browser_of(organisation.max)
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get("/")
    assert len(captured) <= 20, "\n".join(query["sql"][:150] for query in captured)


def test_what_was_given_up_runs_no_more_and_is_no_part_of_how_the_quarter_goes(organisation, browser_of):
    for _ in range(7):
        record(ago(2), known_at=now())
    added(title="On its way", baseline="45")
    given_up = added(title="Hopeless", baseline="5", target="1")
    KeyResult.objects.filter(pk=given_up.pk).update(dropped_at=now(), dropped_reason="The service is gone")
    browser = browser_of(organisation.vera)
    assert glance(browser)["sentence"] == "1 of 1 key result is on course."
    assert "Hopeless" not in browser.get("/").content.decode()
    assert "Hopeless" in browser.get("/key-results/").content.decode()


def test_the_asked_team_and_who_leads_the_plan_learn_what_waits_for_them(organisation, browser_of):
    record(ago(2), known_at=now())
    days = {"start": now().date(), "end": now().date() + timedelta(days=80)}
    cycle = items.add_cycle("test", title="Next", now=now(), **days)
    objective = items.add_item("test", "objective", title="Deploy daily", cycle=cycle, now=now())
    half = {"title": "Build it", "outcome": "It is built", "owner": "Omar", "due": days["end"]}
    efforts.ask("test", objective, team=Team.objects.get(name="Search"), now=now(), **half)
    Cycle.objects.update(state=Cycle.State.PROPOSED)
    say(organisation.vera, cycle, of="", text="Why now?", now=now())
    waits = {"name": "half that your team is asked for and has not answered", "n": 1}
    said = {"name": "open comment on Next", "n": 1}
    for person, expected in ((organisation.omar, waits), (organisation.max, said)):
        answer = browser_of(person).get("/")
        found = [{"name": each.name, "n": each.n} for each in answer.context["glance"].needs]
        assert expected in found
        assert 1 == sum(each in found for each in (waits, said))
        # The address leads to where she answers.
        address = next(
            each.address for each in answer.context["glance"].needs if each.name == expected["name"]
        )
        assert browser_of(person).get(address.split("#")[0]).status_code == 200


def test_the_number_of_halves_is_that_of_the_list_whatever_they_are_asked_for(organisation):
    days = {"start": now().date(), "end": now().date() + timedelta(days=80)}
    cycle = items.add_cycle("test", title="Next", now=now(), **days)
    objective = items.add_item("test", "objective", title="Deploy daily", cycle=cycle, now=now())
    work = items.add_item("test", "initiative", title="A robot", cycle=cycle, now=now())
    half = {"title": "Build it", "outcome": "It is built", "owner": "Omar", "due": days["end"]}
    team = Team.objects.get(name="Search")
    for asked in (objective, work):
        efforts.ask("test", asked, team=team, now=now(), **half)
    for state, n in ((Cycle.State.DRAFT, 2), (Cycle.State.PROPOSED, 2), (Cycle.State.CLOSED, 0)):
        Cycle.objects.update(state=state)
        assert halves_waiting_for(organisation.omar).count() == len(halves_asked_of(organisation.omar)) == n
        assert halves_waiting_for(organisation.vera).count() == 0
