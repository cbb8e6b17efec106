"""What programs write of planning, boards, surveys, people and who does what: a story a subject."""

from __future__ import annotations

import pytest
from tests.api.programs import Program, assert_problem
from tests.people.test_ladder import TWO
from tests.rules.shared import house, objects, organisation

from throughline.api.models import Kept
from throughline.audit.models import Entry
from throughline.objectives.models import Initiative

pytestmark = pytest.mark.usefixtures("in_november")

__all__ = ["house", "objects", "organisation"]


def test_what_is_shown_to_oneself_alone_needs_a_scope_of_its_own(objects, organisation):
    mine = {"probability": 0.3719, "loss_low": 1000, "loss_high": 2000}
    Program(organisation.max).ask("PUT", f"/rooms/{objects['room']}/number", mine)
    bare, whole = Program(organisation.max, ["read"]), Program(organisation.max)
    assert bare.get(f"/rooms/{objects['room']}").json()["mine"] is None
    assert whole.get(f"/rooms/{objects['room']}").json()["mine"]["probability"] == 0.3719


def test_what_another_team_wants_is_written_bridged_and_withdrawn(objects, organisation):
    program, cycle = Program(organisation.max), objects["cycle"]
    wanted = {"team": "Search", "title": "Find it", "bridges": [objects["objective"]]}
    made = program.post(f"/cycles/{cycle}/other-teams", wanted).json()
    changed = program.ask("PATCH", f"/other-teams/{made['id']}", {"text": "In a second"}).json()
    assert changed == {**made, "text": "In a second"}
    assert_problem(
        program.post(f"/cycles/{cycle}/other-teams", {**wanted, "title": "FIND IT"}), 422, "/title"
    )
    strange = program.ask("PATCH", f"/other-teams/{made['id']}", {"bridges": ["no-such"]})
    assert assert_problem(strange, 422)["errors"][0]["pointer"] == "/bridges"
    program.ask("DELETE", f"/other-teams/{made['id']}")
    listed = program.get(f"/cycles/{cycle}/other-teams").json()["items"]
    assert made["id"] not in [each["id"] for each in listed]


def test_a_file_of_another_team_is_refused_with_its_line(objects, organisation):
    sent = {"text": "team,title\nSearch,Find it\nSearch,\n", "file_name": "search.csv"}
    refused = Program(organisation.max).post(f"/cycles/{objects['cycle']}/other-teams/import", sent)
    [error] = assert_problem(refused, 422)["errors"]
    assert (error["pointer"], error["detail"][:12]) == ("/text", "search.csv:3")


def test_what_is_taken_from_the_shelf_is_a_note_of_ones_own(objects, organisation):
    program, cycle = Program(organisation.mia), objects["cycle"]
    item = program.post(f"/cycles/{cycle}/shelf", {"title": "A talk", "kind": "video"}).json()["id"]
    reading = program.post(f"/cycles/{cycle}/shelf/{item}/readers", {}).json()
    assert reading["person"] == "Mia"
    others = program.post(f"/cycles/{cycle}/shelf/{item}/readers", {"person": "Max"})
    assert_problem(others, 404)
    taken = {"takeaway": "Begin with one team"}
    kept = program.ask("PUT", f"/readings/{reading['id']}/takeaway", taken).json()
    assert program.get(f"/cycles/{cycle}/readings").json()["items"] == [kept]
    on_the_shelf = program.get(f"/cycles/{cycle}/shelf?read=1").json()["items"]
    assert "Begin with one team" in [each["takeaways"] for each in on_the_shelf]


def test_a_story_keeps_what_a_change_leaves_out_and_names_who_unlocks_what(objects, organisation):
    program, path = Program(organisation.max), f"/initiatives/{objects['initiative']}/story"
    told = program.ask("PATCH", path, {"board": "Fewer surprises", "fails": "Nobody scans"}).json()
    assert (told["board"], told["fails"], told["told"]) == ("Fewer surprises", ["Nobody scans"], True)
    refused = assert_problem(program.ask("PATCH", path, {"revenue": 2e5}), 422)
    assert refused["errors"][0]["pointer"] == "/revenue_from"
    whole = program.ask("PATCH", path, {"revenue": 2e5, "revenue_from": "Two banks"}).json()
    assert (whole["board"], whole["revenue"]) == ("Fewer surprises", 2e5)


def test_a_board_goes_from_private_notes_to_a_count_and_what_came_of_it(objects, organisation):
    leads, writes = Program(organisation.max), Program(organisation.mia)
    opened = {"purpose": "ideas", "asked": ["Mia"]}
    board = leads.post(f"/cycles/{objects['cycle']}/boards", opened).json()
    assert (board["question"], board["seats"]) == ("What should we do next quarter?", 2)
    path = f"/boards/{board['id']}"
    mine = writes.post(f"{path}/notes", {"text": "Quaggas"}, idempotency_key="once").json()["id"]
    writes.ask("PATCH", f"{path}/notes/{mine}", {"link": "https://example.org"})
    leads.post(f"{path}/notes", {"text": "Backups"})
    assert_problem(leads.ask("DELETE", f"{path}/notes/{mine}"), 404)
    own = {"id": mine, "text": "Quaggas", "column": "", "link": "https://example.org", "key_result": None}
    assert writes.get(f"{path}/own").json()["notes"] == [own]
    written = str([*Kept.objects.values(), *Entry.objects.values()])
    assert "note changed" in written
    assert "Quaggas" not in written + leads.get(path).content.decode()
    assert_problem(writes.post(f"{path}/steps", {"step": "reveal"}), 404)
    leads.post(f"{path}/steps", {"step": "reveal"})
    sorted_ = writes.post(f"{path}/sorting", {"what": "own"}).json()["clusters"]
    assert [each["title"] for each in sorted_] == ["Backups", "Quaggas"]
    order = [each["id"] for each in sorted_]
    assert leads.post(f"{path}/steps", {"step": "vote"}).json()["phase"] == "vote"
    assert_problem(writes.ask("PUT", f"{path}/ballot", {"order": order[:1]}), 422, "rank every cluster")
    assert writes.ask("PUT", f"{path}/ballot", {"order": order}).json() == {"board": board["id"]}
    assert writes.get(f"{path}/own").json()["ballot"] == order
    assert leads.post(f"{path}/steps", {"step": "count"}).json()["result"]["points"][0]["option"] == "Backups"
    lesson = {"into": "lesson", "key_result": objects["key_result"], "kind": "lesson"}
    turned = leads.post(f"/clusters/{order[0]}/outcomes", lesson)
    assert turned.json()["outcomes"][0]["text"] == "Backups"


def test_who_is_asked_to_a_board_is_refused_at_her_place(objects, organisation):
    opened = {"purpose": "risks", "asked": ["Mia", "Nobody"]}
    refused = Program(organisation.max).post(f"/cycles/{objects['cycle']}/boards", opened)
    assert assert_problem(refused, 422)["errors"][0]["pointer"] == "/asked/1"


def test_a_survey_is_made_asked_filled_closed_and_put_away(objects, organisation):
    asks, lead = Program(organisation.mia), Program(organisation.max)
    asked = {"title": "Rollout", "question": "Did it help?", "initiative": objects["initiative"]}
    survey = asks.post("/surveys", asked).json()["id"]
    assert_problem(asks.post("/surveys", {**asked, "cycle": "no-such"}), 422, "/cycle")
    assert_problem(asks.post(f"/surveys/{survey}/waves", {}, idempotency_key="once"), 400)
    opened = asks.post(f"/surveys/{survey}/waves", {"personal": 2}).json()
    assert (opened["wave"], len(opened["links"])) == (1, 2)
    renewed = asks.post(f"/surveys/{survey}/link").json()["link"]
    assert asks.client.get(opened["link"]).status_code == 404
    assert asks.client.get(renewed).status_code == 200
    few = lead.post(f"/surveys/{survey}/answers", {"answers": [{"score": 9}] * 4})
    assert assert_problem(few, 422)["errors"][0]["pointer"] == "/answers"
    filled = lead.post(f"/surveys/{survey}/answers", {"answers": [{"score": 9}] * 5}).json()
    assert filled["waves"][0]["n"] == 5
    assert asks.post(f"/surveys/{survey}/close").json()["waves"][0]["closed_at"]
    away = lead.ask("PUT", f"/surveys/{survey}/archived", {"archived": True}).json()
    assert away["archived_at"]


def test_what_one_says_of_oneself_stands_in_no_answer_audit_entry_or_kept_answer(objects, organisation):
    program = Program(organisation.mia)
    said = {"interests": {"tooling": 0.7319}, "skills": {"tooling": 0.5}, "visibility": ["talk"]}
    program.ask("PATCH", "/me/work", said, idempotency_key="once")
    program.ask("PATCH", "/me/work", {"shares": {"goals": True}})
    made = program.post("/me/work/goals", {"text": "Quaggas", "kinds": ["tooling"]}).json()["id"]
    held = program.get("/me/work").json()
    assert next(each for each in held["kinds"] if each["kind"] == "tooling")["interest"] == 0.7319
    assert held["shares"] == {"interests": False, "goals": True}
    assert [(each["id"], each["text"]) for each in held["goals"]] == [(made, "Quaggas")]
    assert_problem(Program(organisation.max).ask("PUT", f"/me/work/goals/{made}", {"ended": True}), 404)
    strange = program.ask("PATCH", "/me/work", {"skills": {"tooling": 1}, "interests": {"juggling": 1}})
    assert assert_problem(strange, 422)["errors"][0]["pointer"] == "/interests/juggling"
    stroke = program.ask("PATCH", "/me/work", {"interests": {"a/b": 1}})
    assert assert_problem(stroke, 422)["errors"][0]["pointer"] == "/interests"
    goal = program.post("/me/work/goals", {"text": "Catch", "kinds": ["juggling"]})
    assert assert_problem(goal, 422)["errors"][0]["pointer"] == "/kinds"
    written = str([*Kept.objects.values(), *Entry.objects.values()])
    assert "interests stated" in written
    assert "0.7319" not in written
    assert "Quaggas" not in written


def test_what_work_was_like_is_said_once_it_is_over(objects, organisation):
    program, work = Program(organisation.ada), Initiative.objects.filter(key=objects["own_work"])
    taps, tap = f"/initiatives/{objects['own_work']}/taps", {"taps": {"tooling": {"again": True}}}
    work.update(status="doing")
    refused = assert_problem(
        program.ask("PUT", taps, tap), 422, "say how it was once it is done", code="not_over"
    )
    assert refused["errors"][0]["pointer"] == "/taps"
    work.update(status="done")
    assert program.ask("PUT", taps, tap).status_code == 200


def test_work_is_described_weighed_answered_and_published_as_it_was_seen(objects, organisation):
    lead, member, cycle = Program(organisation.max), Program(organisation.mia), objects["cycle"]
    work = f"initiative:{objects['initiative']}"
    needs = {"weeks": 4, "value": 0.8, "value_why": "A goal", "kinds": {"tooling": 1}, "must": ["Mia"]}
    assert lead.ask("PATCH", f"/work/{work}", needs).json()["must"] == ["Mia"]
    kept = lead.ask("PATCH", f"/work/{work}", {"weeks": 5}).json()
    assert (kept["weeks"], kept["must"], kept["value"]) == (5, ["Mia"], 0.8)
    strange = lead.ask("PATCH", f"/work/{work}", {"never": ["Max", "Nobody"]})
    assert assert_problem(strange, 422)["errors"][0]["pointer"] == "/never/1"
    weights = {"business": 2, "interest": 1, "growth": 1, "reason": "Value first"}
    rule = {"objective": "no-such", "at_least": 0.2}
    refused = lead.ask("PUT", f"/cycles/{cycle}/match/weights", {**weights, "balance": [rule]})
    assert assert_problem(refused, 422)["errors"][0]["pointer"] == "/balance/0/objective"
    assert lead.ask("PUT", f"/cycles/{cycle}/match/weights", weights).json()["business"] == 0.5
    said = {"cycle": cycle, "work": work, "said": "not_now"}
    assert (
        assert_problem(member.ask("PUT", "/me/next/answer", said), 422)["errors"][0]["pointer"] == "/reason"
    )
    answered = member.ask("PUT", "/me/next/answer", {**said, "reason": "On leave"}).json()
    assert answered["cannot_be"], "she must do it"
    seen = lead.get(f"/cycles/{cycle}/match/publishing").json()
    assert [each["joins"] for each in seen["work"]] == [["Mia"]]
    late = lead.post(f"/cycles/{cycle}/match/publishing", {"seen": "0"})
    assert_problem(late, 422, "changed since", code="changed_meanwhile")
    published = lead.post(f"/cycles/{cycle}/match/publishing", {"seen": seen["seen"]}).json()
    assert [each["name"] for each in published["published"]["document"]] == ["Mia"]
    assert lead.get(f"/initiatives/{objects['initiative']}").json()["people"] == ["Mia"]


def test_what_the_notes_of_a_board_have_in_common_is_suggested_and_taken(objects, organisation):
    leads, member = Program(organisation.max), Program(organisation.mia)
    board = leads.post(f"/cycles/{objects['cycle']}/boards", {"purpose": "ideas", "asked": ["Mia"]}).json()
    path = f"/boards/{board['id']}"
    for text in ("Keys are never rotated", "Rotate the keys", "Test the backups"):
        member.post(f"{path}/notes", {"text": text})
    assert member.get(f"{path}/suggestions").json()["suggestions"] == []
    leads.post(f"{path}/steps", {"step": "reveal"})
    [alike] = member.get(f"{path}/suggestions").json()["suggestions"]
    assert {each["text"] for each in alike["notes"]} == {"Keys are never rotated", "Rotate the keys"}
    taken = {"what": "take", "notes": [each["id"] for each in alike["notes"]]}
    [cluster] = member.post(f"{path}/sorting", taken).json()["clusters"]
    assert sorted(each["id"] for each in cluster["notes"]) == sorted(taken["notes"])
    assert member.get(f"{path}/suggestions").json() == {"board": board["id"], "suggestions": []}


def test_kinds_of_work_are_added_called_something_else_retired_and_brought_back(objects, organisation):
    lead, member = Program(organisation.max), Program(organisation.mia)
    said = {"title": "Talks with customers", "is_glue": True}
    made = lead.post("/work-kinds", said).json()
    assert made == {**said, "key": "talks-with-customers", "about": "", "retired_at": None}
    again = assert_problem(lead.post("/work-kinds", said), 422, code="taken")
    assert again["errors"][0]["pointer"] == "/title"
    path = f"/work-kinds/{made['key']}"
    changed = lead.ask("PATCH", path, {"about": "On site"}).json()
    assert changed == {**made, "about": "On site"}
    assert changed in member.get("/work-kinds?limit=200").json()["items"]
    assert lead.post(f"{path}/retire").json()["retired_at"]
    left = member.get("/work-kinds?limit=200").json()["items"]
    assert made["key"] not in [each["key"] for each in left]
    # What is left out is as it was.
    assert lead.post("/work-kinds", {"title": said["title"]}).json() == changed
    empty = assert_problem(
        lead.post("/work-kinds", {"title": ""}), 422, "/title: it is empty: expected a text"
    )
    assert empty["errors"][0]["pointer"] == "/title"
    actions = Entry.objects.filter(object_type="work kind", object_id=made["key"]).order_by("pk")
    done = [each.action.removeprefix("kind of work ") for each in actions]
    assert done == ["added", "changed", "retired", "added"]


def test_a_ladder_comes_in_as_the_text_of_a_file_and_goes(objects, organisation):
    lead, member = Program(organisation.max), Program(organisation.mia)
    file = {"text": TWO.decode()}
    counts = {"ladder": "Fernwood", "new": 2, "changed": 0, "same": 0, "retired": 0}
    assert lead.post("/ladder/import", file).json() == counts
    assert lead.post("/ladder/import", file).json() == {**counts, "new": 0, "same": 2}
    wrong = file["text"].replace("[teaching]", "[juggling]").replace("level: 2", "level: 1")
    refused = assert_problem(lead.post("/ladder/import", {"text": wrong, "file_name": "ours.yaml"}), 422)
    assert [(each["pointer"], each["detail"][:12]) for each in refused["errors"]] == [
        ("/text", "ours.yaml:7:"), ("/text", "ours.yaml:10"),
    ]  # fmt: skip
    assert lead.post("/ladder/retire", {"ladder": "Fernwood"}).json() == {"ladder": "Fernwood", "retired": 2}
    gone = assert_problem(lead.post("/ladder/retire", {"ladder": "Fernwood"}), 422, code="unknown")
    assert gone["errors"][0]["pointer"] == "/ladder"
    ladders = {each["ladder"] for each in member.get("/ladder?limit=200").json()["items"]}
    assert ladders == {"Throughline"}
    lead.post("/ladder/retire", {"ladder": "Throughline"})
    assert member.get("/ladder").json()["items"] == []
    restored = lead.post("/ladder/restore").json()["changed"]
    assert restored == len(member.get("/ladder?limit=200").json()["items"]) > 0
