"""The team's plan as a page: weights by the address, what a change costs, what is left, and publishing it."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.assignments.quarter import say, serve, tie
from tests.organisation import NOW

from throughline.assignments.models import Answer, Plan, Tie, Weighing
from throughline.objectives.models import Assignment
from throughline.people.actions import set_capacity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_question_is_worked_out_once")]
PAGE = "/match/2027-q1/"


@pytest.fixture
def manager(organisation, browser_of):
    return browser_of(organisation.max)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def plan_of(answer) -> set[tuple[str, str]]:
    return {(each["name"], each["work"]) for each in answer.json()["answer"]["plan"]}


def test_the_page_says_who_does_what_and_how_full_everybody_is(works, manager):
    said = text_of(manager.get(PAGE))
    assert "Rules that catch" in said
    assert "The team's plan" in said
    assert "pieces of work are staffed" in said


def test_weeks_that_nobody_said_are_not_shown_as_if_somebody_had(works, quarter, organisation, manager):
    assert "The weeks of Mia, Max and Ada were never said: the whole" in text_of(manager.get(PAGE))
    for person in (organisation.ada, organisation.max):
        set_capacity(person, person, quarter, weeks=9, now=NOW)
    assert "The weeks of Mia were never said" in text_of(manager.get(PAGE))


def test_without_a_cycle_it_teaches(organisation, browser_of):
    assert "No cycle is being planned" in text_of(browser_of(organisation.max).get("/match/"))


def test_the_short_address_leads_to_the_cycle_that_is_planned(works, manager):
    answer = manager.get("/match/?business=1&interest=0&growth=0")
    assert answer["Location"] == f"{PAGE}?business=1&interest=0&growth=0"


def test_without_work_it_says_what_the_match_needs(quarter, manager):
    assert "No work is described yet" in text_of(manager.get(PAGE))


def test_other_weights_give_another_plan_and_write_nothing(works, manager):
    stated = plan_of(manager.get("/match/2027-q1.json"))
    other = plan_of(manager.get("/match/2027-q1.json?business=1&interest=0&growth=0"))
    assert stated
    assert other
    assert not Weighing.objects.exists()
    said = text_of(manager.get(PAGE + "?business=0.2&interest=0.6&growth=0.2"))
    assert 'value="0.60"' in said


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("business=lots", "Expected a weight from 0, such as 0.5, found &#x27;lots&#x27;"),
        ("business=0&interest=0&growth=0", "One weight at least must be above 0"),
        ("business=-1", "Expected 0 to 1,000,000, found &#x27;-1&#x27;"),
        ("must=3000~initiative:rules", "Choose a person of the team, found &#x27;3000&#x27;"),
        ("person=&how=must&work=", "Choose a person of the team, found &#x27;nothing&#x27;"),
        ("person=&work=initiative:rules", "Choose a person of the team, found &#x27;nothing&#x27;"),
    ],
)
def test_an_address_that_cannot_be_read_is_said_beside_its_field(works, manager, query, says):
    answer = manager.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert manager.get(f"/match/2027-q1.json?{query}").status_code == 400


def test_what_choices_cost_is_said_by_the_stated_weights_alone(works, manager):
    stated = manager.get("/match/2027-q1.json").json()["answer"]
    assert "opportunity_cost" in stated["people"][0]["suggestions"][0]
    tried = manager.get("/match/2027-q1.json?business=0&interest=1&growth=0").json()["answer"]
    assert all(set(each) == {"id", "name", "capacity", "load"} for each in tried["people"])
    assert "person-quarters" not in text_of(manager.get(f"{PAGE}?business=0&interest=1&growth=0"))


def test_one_change_says_what_it_costs_and_what_becomes_different(works, organisation, manager):
    mia = organisation.mia.pk
    said = text_of(manager.get(f"{PAGE}?must={mia}~initiative:council"))
    assert "Mia does “A council of owners”" in said
    assert "It costs the team" in said
    assert "Mia gets “A council of owners”" in said
    same = text_of(manager.get(f"{PAGE}?must={mia}~initiative:rules"))
    assert "It costs nothing: the plan has it so." in same


def test_a_change_by_which_the_team_gains_says_so(works, organisation, manager):
    tie(works["council"], organisation.mia, "must")
    said = text_of(manager.get(f"{PAGE}?never={organisation.mia.pk}~initiative:council"))
    assert re.search(r"The team gains 0\.\d\d person-quarters\.", said)
    assert "toss-up: it costs" not in said.split("What counts how much")[0].split("Two who could")[0]


def test_the_form_of_one_change_asks_the_same(works, organisation, manager):
    mia = organisation.mia.pk
    by_form = manager.get(f"/match/2027-q1.json?person={mia}&work=initiative:council&how=must")
    by_hand = manager.get(f"/match/2027-q1.json?must={mia}~initiative:council")
    assert by_form.json() == by_hand.json()
    assert ("Mia", "initiative:council") in plan_of(by_form)


def test_a_change_that_cannot_be_says_why_in_names_and_shows_the_plan_as_it_is(works, organisation, manager):
    works["council"].weeks = 40
    works["council"].save()
    said = text_of(manager.get(f"{PAGE}?must={organisation.mia.pk}~initiative:council"))
    assert "It cannot be." in said
    assert "&#x27;Mia&#x27;" in said
    assert "The team&#x27;s plan" in said or "The team's plan" in said
    assert "Keep it" not in said


def test_keeping_a_change_ties_it_and_the_plan_holds_it(works, organisation, manager):
    mia = organisation.mia.pk
    answer = manager.post("/match/2027-q1/keep", {"must": f"{mia}~initiative:council"})
    assert answer.status_code == 302
    made = Tie.objects.get()
    assert (made.person, made.work, made.kind) == (organisation.mia, works["council"], "must")
    assert ("Mia", "initiative:council") in plan_of(manager.get("/match/2027-q1.json"))


def test_keeping_the_contrary_ends_the_tie(works, organisation, manager):
    tie(works["council"], organisation.mia, "must")
    manager.post("/match/2027-q1/keep", {"never": f"{organisation.mia.pk}~initiative:council"})
    assert Tie.objects.get().kind == "never"


def test_who_is_kept_from_work_does_not_go_on_with_it(works, organisation, manager):
    tie(works["council"], organisation.mia, "continues")
    manager.post("/match/2027-q1/keep", {"never": f"{organisation.mia.pk}~initiative:council"})
    assert list(Tie.objects.values_list("kind", flat=True)) == ["never"]


def test_keeping_nothing_is_refused(works, manager):
    answer = manager.post("/match/2027-q1/keep")
    assert answer.status_code == 400
    assert "choose a person and a piece of work first" in text_of(answer).lower()


def test_work_that_nobody_does_is_said_with_its_reason(works, organisation, manager):
    works["council"].weeks = 40
    works["council"].save()
    works["school"].skills = {"teaching": 0.9}
    works["school"].save()
    said = text_of(manager.get(PAGE))
    assert "It takes 40 weeks of a person, and nobody has more than 13." in said
    assert "meets its floor in Teaching" in said


def test_answers_of_people_stand_on_it_with_their_reason(works, organisation, quarter, manager):
    say(works["rules"], organisation.mia, Answer.Said.NOT_NOW, quarter, reason="After the audit")
    said = text_of(manager.get(PAGE))
    assert "“After the audit”" in said


def test_an_answer_that_cannot_be_met_is_said_with_whose_and_of_what(works, organisation, quarter, manager):
    say(works["council"], organisation.max, "accepted", quarter)
    say(works["council"], organisation.mia, "accepted", quarter)
    assert "Mia takes “A council of owners” and cannot have it: " in text_of(manager.get(PAGE))


def test_the_balance_and_its_price_are_said(works, quarter, manager, organisation):
    serve(works["school"], "teach")
    manager.post(
        "/match/2027-q1/weights",
        {
            "business": "1", "interest": "1", "growth": "1", "reason": "Owners have to learn",
            "objective_1": "teach", "at_least_1": "60 %", "price_1": "0.2",
        },
    )  # fmt: skip
    said = text_of(manager.get(PAGE))
    assert "At least 60% for “teach” costs" in said
    assert "“Owners have to learn”" in said


def test_a_wrong_weight_is_said_beside_its_field_and_nothing_is_stated(works, manager):
    said = {"business": "a lot", "interest": "1", "growth": "1", "reason": "Because"}
    answer = manager.post("/match/2027-q1/weights", said)
    assert answer.status_code == 422
    assert "id_business_error" in text_of(answer)
    assert not Weighing.objects.exists()


def test_the_form_of_the_weights_starts_with_those_of_the_address(works, manager):
    said = text_of(manager.get("/match/2027-q1/weights?business=0.6&interest=0.3&growth=0.1"))
    assert 'value="0.6"' in said


def test_the_triangle_has_every_mix_as_a_table(works, manager):
    # All but the work of one kind each would take the worker's time; what is small is answered at once.
    from throughline.assignments import matched
    from throughline.assignments.models import Matched

    assert matched.SMALL[Matched.What.TRIANGLE] >= 3 * 5
    content = b"".join(manager.get("/match/2027-q1/triangle.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 231
    assert all(
        abs(sum(float(row[name]) for name in ("business", "interest", "growth")) - 1) < 1e-9 for row in rows
    )
    said = manager.get("/match/2027-q1/triangle.json").json()["answer"]
    assert max(each["plan"] for each in said["points"]) == len(said["plans"])
    best, shown = ({each[name] for each in said["points"]} for name in ("plan", "shown"))
    assert shown <= best
    assert [int(row["shown"]) for row in rows] == [each["shown"] for each in said["points"]]
    assert "Every mix of the weights" in text_of(manager.get(PAGE))


def test_where_plans_nearly_tie_the_triangle_says_that_one_stands_for_another(works, manager):
    from throughline.assignments.models import Matched

    manager.get(PAGE)
    kept = Matched.objects.get(what=Matched.What.TRIANGLE)
    one, other = kept.answer["plans"][0], kept.answer["plans"][-1]
    for number, each in enumerate(kept.answer["points"]):
        each["plan"], each["shown"] = number % 2, 0
    kept.answer["plans"] = [one, other]
    kept.save()
    said = text_of(manager.get(PAGE))
    assert "2 plans are the best somewhere; one stands for them, each within 0.01 of the best" in said
    # An answer that was kept before pictures were calmed is drawn as it was.
    for each in kept.answer["points"]:
        del each["shown"]
    kept.save()
    assert "2 plans are the best somewhere; plan A at 50% of mixes" in text_of(manager.get(PAGE))


def test_the_table_of_the_triangle_calls_that_plan_the_stated_one_which_is(works, manager):
    from throughline.assignments.models import Matched

    manager.get(PAGE)
    stated = Matched.objects.get(what=Matched.What.MATCH).answer["plan"]
    kept = Matched.objects.get(what=Matched.What.TRIANGLE)
    # The stated weights are a third each, which is no point: the plan of the nearest may be another.
    same = [{"person": each["person"], "work": each["work"]} for each in stated]
    kept.answer["plans"] = [same[1:], same]
    for number, each in enumerate(kept.answer["points"]):
        each["plan"] = each["shown"] = 1 if number == 0 else 0
    kept.save()
    rows = re.findall(r"<tr>.*?</tr>", text_of(manager.get(PAGE)))
    other, own = (next(row for row in rows if f"Plan {letter}" in row) for letter in "AB")
    assert "it is that plan" in own
    assert "it is that plan" not in other
    assert "gives up" in other


def test_the_table_has_who_does_what_and_those_without_work(works, organisation, manager):
    content = b"".join(manager.get("/match/2027-q1.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {row["name"] for row in rows} == {"Mia", "Max", "Ada"}


def test_publishing_shows_first_what_it_writes_and_members_then_read_it(
    works, organisation, manager, browser_of
):
    page = manager.get("/match/2027-q1/publish")
    assert "Nothing is written yet" in text_of(page)
    assert not Plan.objects.exists()
    seen = page.context["ready"].fingerprint
    answer = manager.post("/match/2027-q1/publish", {"seen": seen, "note": "Agreed"})
    assert answer["Location"] == "/match/2027-q1/published/"
    assert Assignment.objects.filter(initiative__key="rules").exists()
    mia = browser_of(organisation.mia)
    assert "Rules that catch" in text_of(mia.get("/match/2027-q1/published/"))
    assert mia.get("/match/2027-q1/").status_code == 404
    assert mia.get("/match/2027-q1/published.json").json()["published"]["note"] == "Agreed"


def test_members_are_led_to_the_plan_once_one_is_published(works, organisation, manager, browser_of):
    mia, way = browser_of(organisation.mia), 'href="/match/2027-q1/published/"'
    pages = ("/me/work/", "/next/", "/cycles/2027-q1/")
    assert [page for page in pages if way in text_of(mia.get(page))] == []
    seen = manager.get("/match/2027-q1/publish").context["ready"].fingerprint
    manager.post("/match/2027-q1/publish", {"seen": seen})
    assert [page for page in pages if way not in text_of(mia.get(page))] == []


def test_publishing_what_is_not_what_was_seen_says_so_and_writes_nothing(works, manager):
    answer = manager.post("/match/2027-q1/publish", {"seen": "earlier"})
    assert answer.status_code == 409
    assert "has changed since you looked at it" in text_of(answer)
    assert not Plan.objects.exists()


def test_who_plans_sees_where_today_differs_from_what_is_published(works, organisation, manager, browser_of):
    seen = manager.get("/match/2027-q1/publish").context["ready"].fingerprint
    manager.post("/match/2027-q1/publish", {"seen": seen})
    assert "By today's records the plan is the same" in text_of(manager.get("/match/2027-q1/published/"))
    manager.post("/match/2027-q1/keep", {"never": f"{organisation.mia.pk}~initiative:rules"})
    said = text_of(manager.get("/match/2027-q1/published/"))
    assert re.search(r"Mia [^.]*gives up “Rules that catch”", said)
    assert "gives up" not in text_of(browser_of(organisation.mia).get("/match/2027-q1/published/"))


def test_a_closed_cycle_is_published_no_more(works, quarter, manager):
    quarter.state = "closed"
    quarter.save()
    answer = manager.post("/match/2027-q1/publish", {"seen": "x"})
    assert answer.status_code == 400
    assert "closed: what was published stays as it is" in text_of(answer)


def test_glue_work_is_counted_over_quarters(works, organisation, manager):
    from datetime import date

    from tests.assignments.quarter import a_quarter

    before = a_quarter("2026-q4", date(2026, 10, 1), date(2026, 12, 31))
    row = {"person": organisation.max.pk, "name": "Max", "work": "initiative:council", "share": 0.5}
    Plan.objects.create(cycle=before, document=[row], author="test", published_at=NOW)
    said = text_of(manager.get(PAGE))
    assert "2026-Q4 0.50" in said
    assert "comes first now" not in said.split("Max</th>")[0].rsplit("glue", 1)[-1]


def test_a_sheet_says_what_to_talk_about_and_leaves_room(works, organisation, quarter, manager):
    say(works["rules"], organisation.mia, Answer.Said.NOT_NOW, quarter, reason="After the audit")
    said = text_of(manager.get(f"/match/2027-q1/sheets/{organisation.mia.pk}/"))
    for words in ("What to work on next", "What would change it", "After the audit", "Notes"):
        assert words in said
    every = text_of(manager.get("/match/2027-q1/sheets/"))
    assert every.count('<article class="sheet"') == 3


def test_a_sheet_says_what_work_serves_and_the_story_that_is_told_of_it(works, organisation, manager):
    from throughline.narratives.models import Story
    from throughline.objectives.models import Edge, Goal

    goal = Goal.objects.create(key="trust", title="Win trust", created_at=NOW)
    Edge.objects.create(
        from_kind="objective",
        from_id=serve(works["rules"], "see-more").pk,
        to_kind="goal",
        to_id=goal.pk,
        kind="contributes",
        created_at=NOW,
    )
    initiative = works["rules"].initiative
    Story.objects.create(initiative=initiative, board="Attacks are seen at once.", author="test", at=NOW)
    said = text_of(manager.get(f"/match/2027-q1/sheets/{organisation.mia.pk}/"))
    assert "because of its goal “Win trust”" in said
    assert said.count("Attacks are seen at once.") == 1
    assert "None yet: nobody has said why it is worth doing." in said


def test_sheets_of_a_whole_team_ask_no_more_of_its_work_than_one(works, organisation, manager):
    def about_stories(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            manager.get(address)
        return sum("narratives_story" in each["sql"] for each in captured)

    of_one = about_stories(f"/match/2027-q1/sheets/{organisation.mia.pk}/")
    assert about_stories("/match/2027-q1/sheets/") == of_one > 0


def test_an_earlier_answer_that_names_who_left_is_shown_without_her(
    works, organisation, quarter, manager, monkeypatch
):
    from throughline.assignments import matched
    from throughline.assignments.models import Matched

    manager.get(PAGE)
    monkeypatch.setattr(matched, "SMALL", dict.fromkeys(Matched.What.values, 0))
    organisation.mia.is_active = False
    organisation.mia.save()
    works["school"].delete()
    said = text_of(manager.get(PAGE))
    assert "Below is the last answer, from before what was changed" in said
    assert "Being worked out anew" in said
    assert "Mia</a>" not in said


def test_the_weights_of_a_closed_cycle_are_read_and_not_stated(works, quarter, manager):
    quarter.state = "closed"
    quarter.save()
    assert "Its weights stay as they were stated" in text_of(manager.get("/match/2027-q1/weights"))
    said = {"business": "2", "interest": "1", "growth": "1", "reason": "Too late"}
    assert manager.post("/match/2027-q1/weights", said).status_code == 422
    assert not Weighing.objects.exists()
