"""The stages of a cycle: what the records say of each, and what people say beside it."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.planning.quarter import ACTOR, Key, a_quarter_before, key_results, next_cycle, stages, told
from tests.workshops import meeting

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.items import add_item
from throughline.planning import actions

pytestmark = pytest.mark.django_db


def test_a_new_cycle_has_fourteen_stages_of_which_none_is_begun():
    found = stages(next_cycle())
    assert [each.key for each in found.stages] == list(Key)
    assert {each.state for each in found.stages} == {"not_begun"}
    assert all(each.facts.needs and each.facts.stands and each.gives for each in found.stages)


def test_without_an_earlier_quarter_there_is_nothing_to_look_back_on_and_risks_come_first():
    found = stages(next_cycle())
    assert found.stages[0].facts.stands == "There is nothing to look back on."
    assert found.sentence == "Next: risk assessment; no scenario bears on 2027-Q2."


def test_key_results_without_a_post_mortem_are_counted_and_come_first():
    from throughline.reviews.actions import write_post_mortem

    before, cycle = a_quarter_before(ended=3), next_cycle()
    assert stages(cycle).sentence == "Next: post-mortem; 3 key results wait for a post-mortem."
    write_post_mortem(ACTOR, key_results(before)[0], cause="as intended", next_step="drop", now=NOW)
    facts = told(cycle, Key.POST_MORTEM).facts
    assert facts.stands == "2 of 3 key results of 2026-Q3 have no post-mortem."
    assert facts.ways[0].address == "/cycles/2026-q3/grades/"
    for each in key_results(before)[1:]:
        write_post_mortem(ACTOR, each, cause="as intended", next_step="drop", now=NOW)
    assert told(cycle, Key.POST_MORTEM).is_over


def test_a_key_result_that_still_runs_keeps_the_post_mortem_from_being_over():
    a_quarter_before(ended=0, running=2)
    found = told(next_cycle(), Key.POST_MORTEM)
    assert not found.is_over
    assert not found.facts.is_ready
    assert found.facts.needs == "Every key result of 2026-Q3 at its end: 2 key results still run."


def test_the_stages_of_the_board_follow_its_phases(organisation):
    from throughline.workshops import sorting
    from throughline.workshops.opening import open_vote, reveal

    board = meeting.a_board(organisation)
    cycle = board.cycle
    for number in range(6):
        meeting.write(organisation.mia, board, f"Idea {number}")
    assert told(cycle, Key.BRAINSTORM).facts.waits == "6 notes wait for the reveal"
    assert not told(cycle, Key.CLUSTER).facts.is_ready
    reveal(organisation.max, board, now=NOW)
    assert told(cycle, Key.BRAINSTORM).is_over
    assert told(cycle, Key.CLUSTER).facts.stands == "No cluster; 6 notes lie loose."
    sorting.each_its_own(organisation.max, board, now=NOW)
    assert told(cycle, Key.VOTE).facts.waits == "6 clusters wait"
    open_vote(organisation.max, board, now=NOW)
    assert told(cycle, Key.CLUSTER).is_over
    assert told(cycle, Key.VOTE).facts.stands == "0 of 3 have voted."


def test_next_says_vote_and_the_clusters_that_wait(organisation):
    from throughline.workshops import sorting
    from throughline.workshops.opening import reveal

    board = meeting.a_board(organisation)
    for number in range(6):
        meeting.write(organisation.mia, board, f"Idea {number}")
    reveal(organisation.max, board, now=NOW)
    sorting.each_its_own(organisation.max, board, now=NOW)
    for key in (Key.RISKS, Key.INSPIRATION):
        actions.skip(ACTOR, board.cycle, key, reason="Done last week", now=NOW)
    actions.finish(ACTOR, board.cycle, Key.CLUSTER, now=NOW)
    assert stages(board.cycle).sentence == "Next: vote; 6 clusters wait."


def test_a_counted_vote_is_over_and_names_who_leads(organisation):
    board, _ = meeting.counted(organisation)
    facts = told(board.cycle, Key.VOTE).facts
    assert facts.is_met
    assert "leads" in facts.stands


def test_before_the_reveal_no_stage_tells_what_a_note_says(organisation):
    board = meeting.a_board(organisation)
    meeting.write(organisation.mia, board, "A secret worry")
    assert "secret" not in repr(stages(board.cycle))


def test_what_needs_an_objective_leads_a_manager_to_the_first(organisation, browser_of):
    cycle = next_cycle()
    address = f"/cycles/{cycle.key}/objectives/new"
    for key in (Key.OTHER_TEAMS, Key.PRIORITISE, Key.DOCUMENT):
        assert told(cycle, key).facts.ways[0].address == address
    assert address in browser_of(organisation.max).get(f"/cycles/{cycle.key}/plan/").content.decode()
    assert address not in browser_of(organisation.mia).get(f"/cycles/{cycle.key}/plan/").content.decode()
    add_item(ACTOR, "objective", title="Fewer surprises", cycle=cycle, now=NOW)
    assert address not in {way.address for way in told(cycle, Key.OTHER_TEAMS).facts.ways}


def test_a_quarter_that_runs_no_more_is_executed_and_says_that_it_is_to_be_closed():
    over = a_quarter_before(ended=2)
    assert told(over, Key.EXECUTE).is_over
    assert told(over, Key.GRADE).facts.stands.endswith(f"{over.title} is to be closed.")
    assert not told(next_cycle(), Key.EXECUTE).is_over


def test_a_stage_is_begun_done_and_opened_again():
    cycle = next_cycle()
    actions.begin(ACTOR, cycle, Key.VOTE, now=NOW)
    assert told(cycle, Key.VOTE).state == "open"
    actions.finish(ACTOR, cycle, Key.VOTE, now=NOW)
    assert told(cycle, Key.VOTE).is_over
    actions.begin(ACTOR, cycle, Key.VOTE, reason="Two were ill", now=NOW)
    again = told(cycle, Key.VOTE)
    assert (again.state, again.stored.reason, again.is_over) == ("open", "Two were ill", False)


def test_a_stage_is_left_out_only_with_a_reason():
    cycle = next_cycle()
    with pytest.raises(Refused, match="say why it is left out"):
        actions.skip(ACTOR, cycle, Key.INSPIRATION, reason="  ", now=NOW)
    actions.skip(ACTOR, cycle, Key.INSPIRATION, reason="We read all summer", now=NOW)
    assert told(cycle, Key.INSPIRATION).stored.reason == "We read all summer"


def test_the_same_step_twice_is_refused_and_each_step_is_audited():
    cycle = next_cycle()
    actions.begin(ACTOR, cycle, Key.GOALS, now=NOW)
    with pytest.raises(Refused, match="“Company goals” is under way already"):
        actions.begin(ACTOR, cycle, Key.GOALS, now=NOW)
    entries = Entry.objects.filter(action="stage moved")
    assert [each.detail["after"] for each in entries] == ["open"]


def test_a_stage_that_is_said_to_be_done_says_what_still_waits():
    a_quarter_before(ended=1)
    cycle = next_cycle()
    actions.finish(ACTOR, cycle, Key.POST_MORTEM, now=NOW)
    assert told(cycle, Key.POST_MORTEM).doubt == (
        "It is said to be done, and 1 key result waits for a post-mortem."
    )


def test_any_stage_may_be_open_before_those_in_front_of_it():
    cycle = next_cycle()
    actions.begin(ACTOR, cycle, Key.DOCUMENT, now=NOW)
    assert told(cycle, Key.DOCUMENT).state == "open"
    assert told(cycle, Key.RISKS).state == "not_begun"


def test_the_page_shows_every_stage_with_ways_for_the_role(organisation, browser_of):
    cycle = next_cycle()
    manager = browser_of(organisation.max).get(f"/cycles/{cycle.key}/plan/").content.decode()
    viewer = browser_of(organisation.vera).get(f"/cycles/{cycle.key}/plan/").content.decode()
    assert all(each.label in viewer for each in Key)
    assert "Leave it out" in manager
    assert "Leave it out" not in viewer
    assert "Open the board of ideas" in manager
    assert "Open the board of ideas" not in viewer


def test_the_document_names_the_next_stage(organisation, browser_of):
    answer = browser_of(organisation.vera).get(f"/cycles/{next_cycle().key}/plan.json").json()
    assert answer["next"]["stage"] == "risks"
    assert len(answer["stages"]) == 14
    assert {"state", "needs", "gives", "stands", "waits", "met", "links"} <= set(answer["stages"][0])


def test_on_the_page_a_refusal_stands_at_its_stage_with_what_was_written(organisation, browser_of):
    cycle = next_cycle()
    browser = browser_of(organisation.max)
    path = f"/cycles/{cycle.key}/plan/vote/"
    assert browser.post(path, {"do": "skip", "reason": " "}).status_code == 422
    assert browser.post(path, {"do": "dance"}).status_code == 422
    assert browser.post(path, {"do": "skip", "reason": "Three of us"}).status_code == 302
    assert browser.post(path, {"do": "skip", "reason": "Three of us"}).status_code == 409
    assert browser.post(f"/cycles/{cycle.key}/plan/nothing/", {"do": "begin"}).status_code == 404


def test_more_of_everything_costs_no_more_questions(organisation, browser_of, django_assert_max_num_queries):
    from throughline.objectives.items import add_item

    board, _ = meeting.counted(organisation)
    browser = browser_of(organisation.max)
    for number in range(8):
        add_item(ACTOR, "objective", title=f"Objective {number}", cycle=board.cycle, now=NOW)
        add_item(ACTOR, "goal", title=f"Goal {number}", now=NOW)
    with django_assert_max_num_queries(20):
        browser.get(f"/cycles/{board.cycle.key}/plan/")
