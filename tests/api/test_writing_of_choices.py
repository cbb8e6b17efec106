"""What programs write of candidates, of what is chosen, of risk, and of finished work: a story each."""

from __future__ import annotations

import pytest
from tests.api.programs import Program, assert_problem
from tests.rules.shared import house, objects, organisation

from throughline.api.models import Kept
from throughline.audit.models import Entry
from throughline.objectives.models import Initiative, KeyResult

pytestmark = pytest.mark.usefixtures("in_november")

__all__ = ["house", "objects", "organisation"]


def pointers(answer, said: str = "") -> list[str]:
    """Where a refusal points."""
    return [each["pointer"] for each in assert_problem(answer, 422, said)["errors"]]


def test_a_candidate_gets_all_its_ranges_is_chosen_under_rules_and_becomes_an_initiative(
    objects, organisation
):
    program, cycle = Program(organisation.max), f"/cycles/{objects['cycle']}"
    moved = KeyResult.objects.get(pk=objects["sketch"])
    work = {
        "title": "Keys that expire",
        "objective": objects["objective"],
        "effort_low": 2,
        "effort_high": 4,
        "delay_low": 1000,
        "delay_high": 5000,
        "delay_profile": "decaying",
        "delay_fades": 0.1,
        "kinds": {"big-bet": 0.4},
        "impacts": [{"key_result": moved.key, "low": -9, "high": -3}],
    }
    wrong = {**work, "impacts": [{"key_result": moved.key, "low": 3, "high": -3}]}
    assert pointers(program.post(f"{cycle}/candidates", wrong), "reversed") == ["/impacts/0/high"]
    made = program.post(f"{cycle}/candidates", work).json()
    assert (made["impacts"], made["delay"]) == (work["impacts"], {"low": 1000, "high": 5000})
    kept = program.ask("PATCH", f"/candidates/{made['id']}", {"effort_high": 5, "effort_low": 2}).json()
    assert (kept["effort"]["high"], kept["impacts"]) == (5, work["impacts"])

    other = program.post(f"{cycle}/candidates", {"title": "A game day", "effort_low": 1}).json()
    rules = {
        "capacity": 40,
        "weights": {objects["objective"]: 2},
        "balance": [{"of": "kind:big-bet", "at_most": 0.5, "price": 0.1}],
        "relations": [{"candidate": made["key"], "kind": "requires", "other": other["key"]}],
    }
    twisted = {**rules, "balance": [{"of": "kind:big-bet", "at_least": 0.5, "at_most": 0.1}]}
    assert pointers(program.ask("PUT", f"{cycle}/portfolio/rules", twisted)) == ["/balance/0/at_most"]
    unknown = {**rules, "weights": {"no-such": 2}}
    assert pointers(program.ask("PUT", f"{cycle}/portfolio/rules", unknown)) == ["/weights/no-such"]
    stated = program.ask("PUT", f"{cycle}/portfolio/rules", rules).json()
    assert stated["relations"] == rules["relations"]
    assert (stated["balance"][0]["of"], stated["balance"][0]["at_most"]) == ("kind:big-bet", 0.5)

    tight = program.get(f"{cycle}/portfolio?capacity=0&weight={objects['objective']}=3").json()
    assert (tight["current"], tight["answer"]["capacity"]["weeks"]) == (True, 0)
    assert_problem(program.get(f"{cycle}/portfolio?weight=no-such=3"), 400, "weight: there is no objective")
    chosen = [each["id"] for each in program.get(f"{cycle}/portfolio/initiatives").json()["candidates"]]
    assert made["id"] in chosen
    late = program.post(f"{cycle}/portfolio/initiatives", {"candidates": [*chosen, 987654]})
    assert_problem(late, 422, "has changed since", code="changed")
    done = program.post(f"{cycle}/portfolio/initiatives", {"candidates": chosen}).json()["initiatives"]
    assert Initiative.objects.filter(key__in=done).count() == len(chosen)
    said = Entry.objects.get(action="initiative made of candidate", object_id=str(made["id"])).actor
    assert said.endswith("Max (token Test)")


def test_what_work_leaves_of_a_scenario_is_stated_by_its_parts_and_taken_back(objects, organisation):
    program, work = Program(organisation.max), f"/initiatives/{objects['initiative']}"
    treatment = f"{work}/treatments/{objects['scenario']}"
    swapped = {"loss": {"low": 0.9, "high": 0.2}}
    assert pointers(program.ask("PUT", treatment, swapped), "swap them") == ["/loss/low"]
    assert pointers(program.ask("PUT", f"{work}/cost", {"low": 2, "high": 1})) == ["/low"]
    stated = program.ask("PUT", treatment, {"loss": {"low": 0.2, "high": 0.9}}).json()
    assert stated["treatments"][0]["loss"] == {"low": 0.2, "high": 0.9}
    assert program.ask("DELETE", treatment).json()["treatments"] == []
    rarer = [{"loss": 1e6, "probability": 0.1}, {"loss": 1e7, "probability": 0.2}]
    refused = program.ask("PUT", "/risk/appetite", {"points": rarer})
    assert pointers(refused) == ["/points/1/probability"]
    asked = program.ask("PUT", f"/scenarios/{objects['scenario']}/archived", {"archived": True})
    assert_problem(asked, 422, "a room asks about it", code="room_open")


def test_a_base_rate_is_counted_updated_and_withdrawn(objects, organisation):
    program, rates = Program(organisation.mia), f"/scenarios/{objects['scenario']}/base-rates"
    counted = {"kind": "beta_binomial", "title": "Peers", "events": 3, "exposure": 2}
    assert pointers(program.post(rates, counted)) == ["/exposure"]
    made = program.post(rates, {**counted, "exposure": 30}).json()
    assert made["low"] < made["chance"] < made["high"]
    bad = program.post(
        f"{rates}/file?kind=kev&file_name=kev.csv", b"a,b\n1,2\n", content_type="application/octet-stream"
    )
    assert_problem(bad, 422, "cveID")
    program.ask("PUT", f"/base-rates/{made['id']}/withdrawn", {"withdrawn": True})
    assert made["id"] not in [each["id"] for each in program.get(rates).json()["items"]]


def test_grades_stand_in_ones_own_list_alone_which_needs_a_scope_of_its_own(objects, organisation):
    program, path = Program(organisation.ada), f"/outcomes/initiatives/{objects['finished_work']}"
    grades = {"overall": 2, "growth": 5, "note": "Quaggas"}
    answer = program.ask("PUT", path, grades, idempotency_key="once")
    assert answer.json() == {"id": objects["own_outcome"], "counts": False}
    [own] = program.get("/me/outcomes").json()["outcomes"]
    assert (own["overall"], own["growth"], own["note"]) == (2, 5, "Quaggas")
    assert_problem(Program(organisation.ada, ["read"]).get("/me/outcomes"), 403, code="scope")
    assert "Quaggas" not in str([*Kept.objects.values(), *Entry.objects.values()])
    felt = Program(organisation.max).ask("PUT", path, {"overall": 4, "growth": 3})
    assert pointers(felt, "only those who did the work") == ["/growth"]
    program.ask("DELETE", f"/me/outcomes/{own['id']}")
    assert objects["finished_work"] in str(program.get("/me/outcomes").json()["waiting"])


def test_a_room_is_opened_answered_revealed_talked_in_and_closed_and_its_outcome_said(objects, organisation):
    lead, judge = Program(organisation.mia), Program(organisation.max)
    asked = {
        "statement": "A key leaks",
        "criteria": "The log says so.",
        "judge": "Max",
        "start": "2027-01-01",
    }
    key = judge.post("/scenarios", asked).json()["key"]
    nobody = lead.post(f"/scenarios/{key}/rooms", {"panel": ["Mia", "Nobody"]})
    assert pointers(nobody) == ["/panel/1"]
    naming = lead.post(f"/scenarios/{key}/rooms", {"panel": ["Mia"], "facilitator": "Max"})
    assert pointers(naming, "only managers") == ["/facilitator"]
    opened = lead.post(f"/scenarios/{key}/rooms", {"panel": ["Mia", "Max"], "asks_loss": False}).json()
    room, steps = f"/rooms/{opened['id']}", f"/rooms/{opened['id']}/steps"
    assert (opened["state"], opened["panel"]) == ("round 1", ["Mia", "Max"])
    early = lead.post(steps, {"step": "reveal"})
    assert_problem(early, 422, "with fewer than two", code="too_few")
    for program, chance in ((lead, 0.2), (judge, 0.4)):
        program.ask("PUT", f"{room}/number", {"probability": chance})
    assert_problem(lead.post(f"{room}/messages", {"text": "Why?"}), 422, code="private")
    assert lead.post(steps, {"step": "reveal"}).json()["state"] == "discussion"
    lead.post(f"{room}/messages", {"text": "Why so high?"})
    assert lead.post(steps, {"step": "close"}).json()["state"] == "closed"
    assert lead.get(room).json()["messages"][0]["text"] == "Why so high?"
    ended = judge.post(f"/scenarios/{key}/outcome", {"outcome": "void", "evidence": "The system is gone."})
    assert ended.json()["outcome"] == "void"
    assert_problem(lead.post(f"/scenarios/{key}/outcome", {"outcome": "void", "evidence": "No."}), 404)


def test_training_is_answered_by_program_and_what_was_said_is_read_in_the_run_alone(objects, organisation):
    program = Program(organisation.vera)
    run = program.post("/me/calibration/runs", {"set": "on-the-wire"}).json()
    answers = f"/me/calibration/runs/{run['id']}/answers"
    said = {"question": run["next"]["question"], "probability": 0.8713}
    assert pointers(program.post(answers, {"question": said["question"]})) == ["/probability"]
    after = program.post(answers, said, idempotency_key="once").json()
    assert (after["answered"], after["next"] != run["next"]) == (1, True)
    assert program.get(f"/me/calibration/runs/{run['id']}").json()["answers"][0]["probability"] == 0.8713
    assert "0.8713" not in str([*Kept.objects.values(), *Entry.objects.values()])
    assert_problem(Program(organisation.ada).post(answers, said), 404)
