"""What should I work on next: three suggestions with their reasons, costs, and what would change them."""

from __future__ import annotations

import csv
import io
import re
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.assignments.quarter import a_work, move, say, serve, tie
from tests.organisation import NOW

from throughline.assignments import matched
from throughline.assignments.models import Answer, Matched, Weighing
from throughline.audit.models import Entry
from throughline.jobs import queue
from throughline.jobs.worker import run
from throughline.live.models import Change
from throughline.narratives.models import Story
from throughline.objectives.models import Cycle, Edge, Goal
from throughline.people import actions

pytestmark = pytest.mark.django_db
RULES, ROBOT, COUNCIL = "initiative:rules", "initiative:robot", "initiative:council"


@pytest.fixture
def mia(works, organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def max_(works, organisation, browser_of):
    return browser_of(organisation.max)


def text_of(answer) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(plain.replace("&#x27;", "'").split())


def hers(browser, address: str = "/next.json") -> dict:
    return browser.get(address).json()["people"][0]


def of_work(person: dict, key: str) -> dict:
    return next(each for each in person["suggestions"] if each["work"] == key)


def answer(browser, work: str, said: str, reason: str = ""):
    return browser.post("/next/answer", {"work": work, "said": said, "reason": reason})


def test_she_sees_three_suggestions_with_the_largest_term_in_words(mia):
    said = text_of(mia.get("/next/"))
    assert "1. Rules that catch" in said
    assert "Mostly because it is what you like: Detection is all of it." in said
    assert len(hers(mia)["suggestions"]) == 3


def test_the_largest_term_may_be_the_value_with_its_reason(mia, works, quarter):
    Weighing.objects.create(
        cycle=quarter,
        business=1,
        interest=0,
        growth=0,
        beta=0.1,
        phi=0.5,
        continuity=0.05,
        author="t",
        at=NOW,
    )
    works["robot"].value_why = "Two customers wait for it."
    works["robot"].save()
    said = text_of(mia.get("/next/"))
    assert "Mostly for its value to the business, 0.9 of 1. Two customers wait for it." in said


def test_who_grows_in_it_is_told_in_what(works, organisation, browser_of):
    said = text_of(browser_of(organisation.ada).get("/next/"))
    assert "Mostly because you grow in it: Teaching is all of it." in said


def test_the_thread_is_told_up_to_the_goal(mia, works):
    objective = serve(works["rules"], "see-more")
    goal = Goal.objects.create(key="trust", title="Win trust", created_at=NOW)
    Edge.objects.create(
        from_kind="objective",
        from_id=objective.pk,
        to_kind="goal",
        to_id=goal.pk,
        kind="contributes",
        created_at=NOW,
    )
    move(works["rules"], works["doors"])
    said = text_of(mia.get("/next/"))
    assert "“Rules that catch” is expected to move “Close the old doors”" in said
    assert "The company wants it because of its goal “Win trust”." in said


def test_owning_a_key_result_is_told_by_the_key_result(organisation, works, browser_of):
    said = text_of(browser_of(organisation.max).get("/next/"))
    assert "Own: Close the old doors" in said
    assert "No initiative is expected to move “Close the old doors”." in said


def test_its_story_is_told_to_three_readers_with_when_it_fails(mia, works):
    Story.objects.create(
        initiative=works["rules"].initiative,
        board="Attacks are seen the same day.",
        customer="You hear of it from us.",
        fails="Nobody reads the alerts.",
        author="test",
        at=NOW,
    )
    said = text_of(mia.get("/next/"))
    assert "To the board : Attacks are seen the same day." in said
    assert "To a customer : You hear of it from us." in said
    assert "When this story fails : Nobody reads the alerts." in said


def test_work_that_nobody_told_is_said_to_have_no_story(mia):
    assert "no story yet" in text_of(mia.get("/next/"))


def test_what_the_plan_gives_costs_nothing_and_another_costs_what_it_costs(mia, works, organisation):
    tie(works["doors"], organisation.max, "must")
    person = hers(mia)
    assert of_work(person, RULES)["planned"]
    assert of_work(person, RULES)["opportunity_cost"] == 0
    other = next(each for each in person["suggestions"] if not each["planned"])
    assert other["opportunity_cost"] > 0.01
    said = text_of(mia.get("/next/"))
    assert "The plan gives it to you: it costs the team nothing." in said
    assert f"the team loses {other['opportunity_cost']:.2f} person-quarters" in said


def test_a_toss_up_is_said_to_be_one(mia, works, quarter):
    a_work(quarter, "twin", "More rules that catch", {"detection": 1.0}, value=0.8)
    said = text_of(mia.get("/next/"))
    assert "toss-up: choose what you like" in said.lower()


def test_what_would_change_it_is_drawn_and_said(mia):
    page = mia.get("/next/").content.decode()
    assert page.count('class="whisker"') >= 3
    assert "first while interest counts" in text_of(mia.get("/next/")).lower()


def test_who_complements_her_is_named(mia, works, organisation):
    works["rules"].kinds = {"detection": 0.6, "coordination": 0.4}
    works["rules"].save()
    actions.share(organisation.max, interests=True, goals=False, now=NOW)
    assert "Who complements you : Max." in text_of(mia.get("/next/"))


def test_what_is_not_known_leads_to_where_it_is_said(mia):
    page = mia.get("/next/")
    assert "Nothing is known of your interest in Coordination: it counts as none." in text_of(page)
    assert 'href="/me/work/#interests"' in page.content.decode()
    assert "You have no growth goal" in text_of(page)
    assert 'href="/me/work/#goals"' in page.content.decode()


def test_kinds_that_no_work_of_the_cycle_has_are_not_asked_about(mia):
    assert "Red team" not in text_of(mia.get("/next/"))


def test_who_was_never_asked_is_led_to_the_five_questions(works, organisation, browser_of, quarter):
    from tests.organisation import NOW as now

    from throughline.accounts.actions import add_person

    ines = add_person("test", name="Ines", email="ines@example.org", role="member", teams=[], now=now)
    page = browser_of(ines).get("/next/")
    assert "You have not answered the five questions yet." in text_of(page)
    assert 'href="/me/work/first/"' in page.content.decode()


def test_exchanges_with_others_say_what_they_cost(mia):
    swaps = hers(mia)["swaps"]
    assert swaps
    assert f"You and {swaps[0]['with']} could exchange" in text_of(mia.get("/next/"))


def test_no_cycle_no_work_and_no_fitting_work_each_teach_what_to_do(organisation, browser_of):
    mia = browser_of(organisation.mia)
    assert "No cycle is open" in text_of(mia.get("/next/"))
    assert mia.get("/next.json").json() == {"cycle": None, "people": []}
    from tests.assignments.quarter import a_quarter

    cycle = a_quarter()
    assert "The match sees no work yet" in text_of(mia.get("/next/"))
    a_work(cycle, "long", "Longer than she has", {"tooling": 1.0}, weeks=40.0)
    assert "No work fits" in text_of(mia.get("/next/"))


def test_what_cannot_be_is_said_in_names_and_titles(mia, works, organisation):
    tie(works["rules"], organisation.mia, "must")
    tie(works["rules"], organisation.mia, "never")
    said = text_of(mia.get("/next/"))
    assert "No plan meets what must be done" in said
    assert "'Mia' must do 'Rules that catch' and never may" in said


def test_another_cycle_is_shown_by_its_address(mia, quarter):
    from datetime import date

    Cycle.objects.create(
        key="2027-q2", title="Q2 2027", start=date(2027, 4, 2), end=date(2027, 7, 1), created_at=NOW
    )
    assert mia.get("/next.json").json()["cycle"] == "2027-q2"
    assert mia.get("/next.json?cycle=2027-q1").json()["cycle"] == "2027-q1"
    assert mia.get("/next/?cycle=nothing").status_code == 404


def test_what_she_takes_is_hers_and_everybody_who_looks_is_told(mia, works, organisation, quarter):
    other = next(each for each in hers(mia)["suggestions"] if not each["planned"])
    before = Change.objects.filter(topic=f"cycle:{quarter.pk}", what="match").count()
    assert answer(mia, other["work"], "accepted").status_code == 302
    assert of_work(hers(mia), other["work"])["planned"]
    assert Change.objects.filter(topic=f"cycle:{quarter.pk}", what="match").count() > before
    assert "Taken : " + other["title"] in text_of(mia.get("/next/"))


def test_not_now_needs_a_reason_and_says_so_beside_the_field(mia):
    refused = answer(mia, RULES, "not_now", "  ")
    assert refused.status_code == 422
    assert "Say in a few words why not now." in text_of(refused)
    assert "details" in refused.content.decode()
    assert not Answer.objects.exists()
    assert answer(mia, RULES, "not_now", "x" * 201).status_code == 422


def test_a_page_with_a_refusal_asks_for_its_parts_where_they_are_read(mia):
    refused = mia.post("/next/answer?cycle=2027-q1", {"work": RULES, "said": "not_now"})
    assert 'hx-get="/next/?cycle=2027-q1"' in refused.content.decode()


def test_not_now_takes_it_out_of_her_suggestions_and_can_be_taken_back(mia):
    answer(mia, RULES, "not_now", "I am away in February")
    assert RULES not in {each["work"] for each in hers(mia)["suggestions"]}
    said = text_of(mia.get("/next/"))
    assert "Not now : Rules that catch – I am away in February" in said
    answer(mia, RULES, "taken_back")
    assert RULES in {each["work"] for each in hers(mia)["suggestions"]}
    assert "I am away in February" not in text_of(mia.get("/next/"))


def test_saying_the_same_twice_is_one_answer(mia):
    answer(mia, RULES, "accepted")
    answer(mia, RULES, "accepted")
    assert Answer.objects.count() == 1


def test_what_she_takes_and_cannot_have_is_said_with_the_reason(mia, max_, works, organisation, quarter):
    say(works["council"], organisation.max, "accepted", quarter)
    tie(works["rules"], organisation.mia, "continues")
    answer(mia, COUNCIL, "accepted")
    said = text_of(mia.get("/next/"))
    assert "You take “A council of owners”, and it cannot be beside what must be" in said
    assert "Max" in said


def test_what_she_must_do_and_puts_off_is_said_with_the_reason(mia, max_, works, organisation, quarter):
    tie(works["rules"], organisation.mia, "must")
    assert answer(mia, RULES, "not_now", "on leave").status_code == 302
    said = text_of(mia.get("/next/"))
    assert "Not now for you is “Rules that catch”, and it cannot be beside what must be" in said
    assert "1. Rules that catch" in said
    assert "Somebody’s answer cannot be beside the rest" in text_of(max_.get(f"/match/{quarter.key}/"))


def test_the_audit_says_what_was_answered_and_not_why(mia, works):
    answer(mia, RULES, "not_now", "I am away in February")
    entry = Entry.objects.get(action="suggestion answered")
    assert entry.detail == {"cycle": "2027-q1", "work": RULES, "said": "not_now"}
    assert not Entry.objects.filter(detail__icontains="February").exists()


@pytest.mark.parametrize(("work", "said"), [("initiative:nothing", "accepted"), (RULES, "maybe"), ("", "")])
def test_what_is_no_answer_is_refused_with_one_message(mia, work, said):
    refused = answer(mia, work, said)
    assert refused.status_code == 400
    assert "expected one of" in text_of(refused) or "there is no work" in text_of(refused).lower()


def test_nothing_is_answered_in_a_closed_cycle(mia, quarter):
    Cycle.objects.filter(pk=quarter.pk).update(state="closed")
    page = mia.post("/next/answer?cycle=2027-q1", {"work": RULES, "said": "accepted"})
    assert page.status_code == 400
    assert "is closed" in text_of(page)
    assert "I take it" not in text_of(mia.get("/next/?cycle=2027-q1"))


def test_who_plans_reads_her_answers_and_cannot_give_them(mia, max_, organisation):
    answer(mia, RULES, "not_now", "I am away in February")
    page = text_of(max_.get(f"/next/{organisation.mia.pk}/"))
    assert "What Mia said" in page
    assert "I am away in February" in page
    assert "I take it" not in page


def test_a_member_reads_nobody_elses_page(mia, organisation):
    for ending in ("/", ".json", ".csv"):
        assert mia.get(f"/next/{organisation.max.pk}{ending}").status_code == 404
    assert mia.get(f"/next/{organisation.mia.pk}/").status_code == 200


def test_who_plans_sees_words_where_she_does_not_share_and_numbers_where_she_does(max_, organisation):
    address = f"/next/{organisation.mia.pk}.json"
    private = of_work(hers(max_, address), RULES)
    assert private["scores"] == {"business": 0.8, "interest": None, "growth": None}
    assert private["suits"] == {"interest": "suits well", "growth": "not known"}
    assert private["score"] is None
    assert "What makes up the score" not in text_of(max_.get(f"/next/{organisation.mia.pk}/"))
    actions.share(organisation.mia, interests=True, goals=False, now=NOW)
    half = of_work(hers(max_, address), RULES)
    assert (half["scores"]["interest"], half["scores"]["growth"], half["score"]) == (1.0, None, None)
    actions.share(organisation.mia, interests=True, goals=True, now=NOW)
    whole = of_work(hers(max_, address), RULES)
    assert whole["score"] == pytest.approx(0.6)
    assert "What makes up the score" in text_of(max_.get(f"/next/{organisation.mia.pk}/"))


def test_what_who_plans_is_told_is_not_known_rests_on_no_answer(max_, organisation):
    page = text_of(max_.get(f"/next/{organisation.mia.pk}/"))
    assert "Mia has said nothing of Coordination." in page
    assert "Mia has no growth goal, so growth counts nothing here." in page
    assert "it is what Mia likes." in page
    assert "Detection is all" not in page


def test_costs_are_handed_out_to_the_hundredth(mia):
    costs = [each["opportunity_cost"] for each in hers(mia)["suggestions"]]
    assert all(round(each, 2) == each for each in costs)


def test_the_table_holds_the_same_as_the_page(mia):
    rows = list(csv.DictReader(io.StringIO(b"".join(mia.get("/next.csv").streaming_content).decode())))
    assert [each["work"] for each in rows] == [each["work"] for each in hers(mia)["suggestions"]]
    assert rows[0]["title"] == "Rules that catch"


def test_a_large_team_waits_for_the_worker_and_sees_how_far_it_is(mia, monkeypatch, quarter):
    monkeypatch.setattr(matched, "SMALL", dict.fromkeys(Matched.What.values, 0))
    page = mia.get("/next/")
    assert "waiting for its turn" in text_of(page)
    waiting = Matched.objects.get()
    assert mia.get("/next.json").status_code == 202
    assert mia.get("/next.csv").status_code == 400
    address = f"/cycles/{quarter.key}/match/worked/{waiting.pk}/"
    assert "HX-Trigger" not in mia.get(address).headers
    while found := queue.claim(now=NOW):
        run(found, threading.Event())
    assert mia.get(address)["HX-Trigger"] == "live-match"
    assert "1. Rules that catch" in text_of(mia.get("/next/"))


def test_it_is_cancelled_and_begun_anew_from_the_page(mia, monkeypatch, quarter):
    monkeypatch.setattr(matched, "SMALL", dict.fromkeys(Matched.What.values, 0))
    mia.get("/next/")
    address = f"/cycles/{quarter.key}/match/worked/{Matched.objects.get().pk}/"
    assert mia.post(f"{address}cancel?back=/next/%3Fcycle%3D2027-q1")["Location"] == "/next/?cycle=2027-q1"
    assert "Working it out was cancelled." in text_of(mia.get("/next/"))
    mia.post(f"{address}again?back=https://elsewhere.example/")
    assert "waiting for its turn" in text_of(mia.get("/next/"))


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"]
)
def test_nobody_is_led_elsewhere(mia, monkeypatch, quarter, back):
    monkeypatch.setattr(matched, "SMALL", dict.fromkeys(Matched.What.values, 0))
    mia.get("/next/")
    address = f"/cycles/{quarter.key}/match/worked/{Matched.objects.get().pk}/"
    assert mia.post(f"{address}cancel", QUERY_STRING=f"back={back}")["Location"] == "/next/"


def test_more_work_and_more_people_ask_nothing_more_of_the_database(mia, quarter):
    from throughline.accounts.actions import add_person

    def asked() -> int:
        mia.get("/next/")
        with CaptureQueriesContext(connection) as captured:
            assert mia.get("/next/").status_code == 200
        return len(captured)

    before = asked()
    for number in range(2):
        a_work(quarter, f"more-{number}", f"More {number}", {"tooling": 1.0})
        add_person("test", name=f"P{number}", email=f"p{number}@example.org", role="member", now=NOW)
    assert asked() <= before
