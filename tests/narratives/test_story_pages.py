"""Pages of stories: written beside the library, flagged where there is none, and summed where they unlock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from throughline.assignments.models import Work
from throughline.narratives.actions import tell
from throughline.narratives.library import library, narrative_of
from throughline.narratives.models import Story
from throughline.objectives import items
from throughline.objectives.models import Cycle, Initiative, KeyResult

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BOARD = "Deals no longer wait for our answers."


@pytest.fixture
def max_(organisation, browser_of):
    return browser_of(organisation.max)


@pytest.fixture
def mia(organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def vera(organisation, browser_of):
    return browser_of(organisation.vera)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_library_shows_all_fourteen_and_leads_to_each(vera):
    page = text_of(vera.get("/narratives/"))
    for each in library().values():
        assert f'href="/narratives/{each.key}/"' in page
        assert each.title in page
    assert len(vera.get("/narratives.json").json()["narratives"]) == 14


@pytest.mark.parametrize("key", library())
def test_each_story_of_the_library_is_shown_whole(vera, key):
    found, page = narrative_of(key), vera.get(f"/narratives/{key}/").content.decode()
    for said in (found.customer, found.threat.told, found.fails.when, found.key_results[0].title):
        assert said.replace("'", "&#x27;") in page
    assert vera.get(f"/narratives/{key}.json").json()["fails"]["signs"] == list(found.fails.signs)


def test_a_story_that_the_library_lacks_is_absent(vera):
    assert vera.get("/narratives/blockchain/").status_code == 404


def test_a_key_result_of_the_library_is_taken_into_the_quarter_that_is_planned(plan, max_):
    objective = plan.sketch.objective.key
    page = max_.get("/narratives/vulnerability-slos/").content.decode()
    assert f'<option value="{objective}">Q4 2026: Customers sign sooner</option>' in page
    asked = max_.get("/narratives/vulnerability-slos/take", {"objective": objective, "number": "1"})
    editor = max_.get(asked["Location"])
    assert editor.context["form"]["metric"].value() == "within_sla"
    assert editor.context["form"]["target"].value() in (None, "")
    kept = {name: value for name, value in editor.context["form"].initial.items() if value}
    assert max_.post(asked["Location"], kept).status_code == 302
    made = KeyResult.objects.latest("pk")
    assert made.sketch["title"] == "Raise the share repaired within the days that we promise"


def test_steps_and_acceptance_come_along_line_by_line(plan, max_):
    asked = {"objective": plan.sketch.objective.key, "number": "2"}
    editor = max_.get(max_.get("/narratives/zero-trust/take", asked)["Location"])
    assert editor.context["form"]["steps"].value().splitlines()[0].startswith("20: Every application")
    assert editor.context["form"]["kind"].value() == "milestone"


def test_nothing_is_taken_into_a_cycle_that_is_set(plan, max_):
    Cycle.objects.filter(pk=plan.cycle.pk).update(state="set")
    asked = max_.get(
        "/narratives/secrets/take", {"objective": plan.sketch.objective.key, "number": "1"}, follow=True
    )
    assert asked.redirect_chain[-1][0] == "/narratives/secrets/"
    assert "Q4 2026 is set already: choose another." in text_of(asked)


@pytest.mark.parametrize("number", ["0", "4", "one", "", "-1"])
def test_a_key_result_that_the_story_does_not_have_is_absent(plan, max_, number):
    asked = {"objective": plan.sketch.objective.key, "number": number}
    assert max_.get("/narratives/secrets/take", asked).status_code == 404


def test_a_story_is_written_and_shown_on_the_page_of_the_work(plan, max_):
    said = {"board": BOARD, "narrative": "customer-assurance", "revenue": "400k", "revenue_from": "Acme"}
    answer = max_.post("/initiatives/report/story/", said)
    assert answer["Location"] == "/initiatives/report/#story"
    page = text_of(max_.get("/initiatives/report/"))
    assert BOARD in page
    assert 'Unlocks <b class="number">400,000</b>: Acme' in page
    # Nothing was written of how it fails, so what the library says is shown.
    assert narrative_of("customer-assurance").fails.signs[0] in page
    assert "Nobody has told it yet" not in page


def test_the_story_of_a_key_result_is_written_in_force_and_as_a_sketch(plan, max_):
    for found, address in ((plan.promise, "key-result"), (plan.sketch, "sketch")):
        assert (
            max_.post(reverse("key-result-story", args=[found.pk]), {"engineer": "It compiles."}).status_code
            == 302
        )
        assert "It compiles." in text_of(max_.get(reverse(address, args=[found.pk])))


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_written(plan, max_):
    answer = max_.post("/initiatives/report/story/", {"board": BOARD, "revenue": "much"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["revenue"] == [
        "expected an amount such as 250,000 or 250k or 2.5 M, found 'much'"
    ]
    assert BOARD in text_of(answer)
    assert not Story.objects.exists()


def test_an_amount_without_a_deal_is_asked_where_it_comes_from(plan, max_):
    answer = max_.post("/initiatives/report/story/", {"revenue": "400k"})
    assert "say which deals" in answer.context["form"].errors["revenue_from"][0]


def test_the_library_stands_beside_the_form_with_its_signs_filled_in(plan, max_):
    page = max_.get("/initiatives/report/story/?after=secrets")
    secrets = narrative_of("secrets")
    assert page.context["form"]["fails"].value() == secrets.fails.text
    assert secrets.engineer in text_of(page)


def test_choosing_another_story_changes_its_signs_and_leaves_those_that_one_wrote(plan, max_):
    asked = {"narrative": "tabletop", "fails": narrative_of("secrets").fails.text}
    part = max_.get("/narratives/beside", asked)
    assert part.context["form"]["fails"].value() == narrative_of("tabletop").fails.text
    part = max_.get("/narratives/beside", {**asked, "fails": "Nobody came."})
    assert part.context["form"]["fails"].value() == "Nobody came."


def test_who_owns_the_work_tells_it_and_other_members_do_not(plan, mia):
    assert mia.post("/initiatives/report/story/", {"board": BOARD}).status_code == 302
    assert mia.get("/initiatives/scan/story/").status_code == 404
    assert mia.post(reverse("key-result-story", args=[plan.promise.pk]), {"board": BOARD}).status_code == 302
    assert mia.get(reverse("key-result-story", args=[plan.sketch.pk])).status_code == 404
    page = text_of(mia.get("/stories/"))
    assert 'href="/initiatives/report/story/"' in page
    assert 'href="/initiatives/scan/story/"' not in page


def test_work_without_a_story_comes_first_and_is_flagged(plan, vera):
    tell("test", plan.work, board=BOARD, now=NOW)
    tell("test", plan.promise, engineer="Fewer pages at night.", now=NOW)
    answer = vera.get("/stories/?cycle=2026-q4")
    # The sketch has no owner yet, so nobody can tell it.
    assert answer.context["found"].work[0].title == "Scan more"
    assert len(answer.context["found"].work) == 3
    page = text_of(answer)
    assert "1 of 3 pieces of work has no story" in page
    assert page.index("Scan more") < page.index(BOARD)


def test_work_told_in_ones_own_words_has_a_story(plan, vera):
    items.change_item("test", plan.work, narrative="Three customers wait.", now=NOW)
    assert "2 of 3 pieces of work have no story" in text_of(vera.get("/stories/?cycle=2026-q4"))


def test_revenue_is_summed_with_its_deals_and_assurance_without_a_deal_is_asked(plan, vera):
    tell("test", plan.work, board=BOARD, revenue=4e5, revenue_from="Acme, Borealis", now=NOW)
    tell("test", plan.promise, revenue=2.5e6, revenue_from="The bank's renewal", now=NOW)
    Work.objects.create(initiative=plan.other, kinds={"compliance-evidence": 1.0}, author="test", at=NOW)
    answer = vera.get("/stories/?cycle=2026-q4")
    page = text_of(answer)
    assert answer.context["found"].revenue == 2.9e6
    assert page.index("The bank&#x27;s renewal") < page.index("Acme, Borealis")
    assert "nobody has named a deal that waits for it" in page
    found = vera.get("/stories.json?cycle=2026-q4").json()
    assert (found["revenue"], found["untold"]) == (2.9e6, 2)
    assert {each["work"]: each["is_assurance"] for each in found["work"]}["initiative:scan"] is True


def test_work_that_is_told_after_customer_assurance_is_assurance(plan, vera):
    tell("test", plan.other, board=BOARD, narrative="customer-assurance", now=NOW)
    assert "nobody has named a deal that waits for it" in text_of(vera.get("/stories/?cycle=2026-q4"))


def test_the_table_has_one_row_a_piece_of_work(plan, vera):
    tell("test", plan.work, board=BOARD, fails="Nobody reads it.\nNo deal moves.", now=NOW)
    lines = b"".join(vera.get("/stories.csv?cycle=2026-q4").streaming_content).decode().splitlines()
    assert (
        lines[0]
        == "work,title,owner,told,board,customer,engineer,own_words,narrative,fails,revenue,revenue_from"
    )
    assert lines[1].startswith("initiative:scan,Scan more,,False,")
    assert any(line.startswith(f"initiative:report,The report,Mia,True,{BOARD}") for line in lines)


def test_without_any_cycle_the_page_teaches(vera):
    assert "There is no cycle yet" in text_of(vera.get("/stories/"))


def test_archived_and_dropped_work_needs_no_story(plan, vera):
    Initiative.objects.filter(pk=plan.other.pk).update(status="dropped")
    items.archive("test", plan.work, now=NOW)
    assert [each.of[0] for each in vera.get("/stories/?cycle=2026-q4").context["found"].work] == [
        "key_result"
    ]


def test_the_number_of_questions_does_not_grow_with_the_work(plan, vera, django_assert_max_num_queries):
    for number in range(12):
        items.add_item("test", "initiative", title=f"Work {number}", cycle=plan.cycle, now=NOW)
    with django_assert_max_num_queries(22):
        vera.get("/stories/?cycle=2026-q4")


def test_the_library_names_the_work_of_ours_that_tells_it(plan, vera):
    tell("test", plan.promise, board=BOARD, narrative="shift-left", now=NOW)
    assert f'href="/key-results/{plan.promise.pk}/"' in text_of(vera.get("/narratives/shift-left/"))
    told_by = vera.get("/narratives/shift-left.json").json()["told_by"]
    assert [each["work"] for each in told_by] == [f"key_result:{plan.promise.key}"]


def test_a_story_mends_the_broken_thread_of_an_initiative(plan, vera):
    def broken() -> list[str]:
        found = vera.get("/thread.json?cycle=2026-q4").json()["broken"]
        return [each["reason"] for each in found if each["node"] == "initiative:report"]

    assert any("no narrative" in reason for reason in broken())
    tell("test", plan.work, customer="You get the report the same day.", now=NOW)
    assert not any("no narrative" in reason for reason in broken())
    line = vera.get("/thread/?cycle=2026-q4&line=initiative:report").content.decode()
    assert "You get the report the same day." in line


def test_the_gate_asks_for_the_story_of_work_and_holds_nothing_up_for_it(plan):
    from throughline.cycles.gate import gate_of

    def asked() -> list[str]:
        found = gate_of(plan.cycle, now=NOW)
        assert not [each for each in found.asked if each.finding.rule == "story" and each.blocks]
        return [each.of for each in found.asked if each.finding.rule == "story"]

    assert asked() == ["The report", "Scan more"]
    tell("test", plan.work, engineer="It compiles.", now=NOW)
    assert asked() == ["Scan more"]
