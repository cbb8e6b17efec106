"""What programs write of forecasts, of the plan as code, and of tickets."""

from __future__ import annotations

import pytest
from tests.api.programs import Program, assert_problem
from tests.api.rows_of_subjects import PLAN
from tests.organisation import NOW
from tests.rules.shared import house, objects, organisation

from throughline.api.models import Kept
from throughline.audit.models import Entry
from throughline.connectors.models import Connector
from throughline.forecasts.models import Forecast
from throughline.objectives.models import Goal

pytestmark = pytest.mark.usefixtures("in_november")

__all__ = ["house", "objects", "organisation"]
NUMBER = {"probability": 0.3719, "loss_low": 1000, "loss_high": 2000, "rationale": "Quaggas"}


def test_ones_own_number_is_kept_and_stands_in_no_answer_audit_entry_or_kept_answer(objects, organisation):
    program, room = Program(organisation.mia), objects["room"]
    answer = program.ask("PUT", f"/rooms/{room}/number", NUMBER, idempotency_key="once")
    assert answer.json() == {"room": room, "round": 1}
    assert program.get(f"/rooms/{room}").json()["mine"]["probability"] == NUMBER["probability"]
    assert Forecast.objects.get(person=organisation.mia).rationale == "Quaggas"
    written = str([*Kept.objects.values(), *Entry.objects.values()])
    assert "forecast given" in written
    assert "0.3719" not in written
    assert "Quaggas" not in written


def test_half_a_loss_is_refused_at_its_missing_end(objects, organisation):
    half = {name: value for name, value in NUMBER.items() if name != "loss_high"}
    refused = assert_problem(
        Program(organisation.mia).ask("PUT", f"/rooms/{objects['room']}/number", half), 422
    )
    assert refused["errors"][0]["pointer"] == "/loss_high"


def test_a_plan_is_compared_then_applied_and_what_is_wrong_with_it_is_said_with_its_line(
    objects, organisation
):
    program = Program(organisation.max)
    compared = program.post("/plan", {"text": PLAN, "dry_run": True}).json()
    assert [each["item"] for each in compared["changes"]] == ["goal:calm"]
    assert not Goal.objects.filter(key="calm").exists()
    assert program.post("/plan", {"text": PLAN}).json()["applied"] is True
    assert program.post("/plan", {"text": PLAN}).json()["changes"] == []
    refused = assert_problem(program.post("/plan", {"text": PLAN + "    titel: Calm\n"}), 422, code="plan")
    assert refused["errors"][0]["detail"].startswith("plan.yaml:6:")


def test_a_ticket_is_asked_for_once_and_read_with_the_vulnerability(objects, organisation):
    settings = {"deployment": "cloud", "address": "https://10.0.0.1", "projects": ["SEC"], "writes": True}
    tool = Connector.objects.create(name="Jira", kind="jira", settings=settings, made_by="test", made_at=NOW)
    member, record = Program(organisation.mia), f"/vulnerabilities/{objects['vulnerability']}"
    path, where = f"{record}/tickets", f"{tool.pk}:SEC"
    Connector.objects.filter(pk=tool.pk).update(settings=settings | {"writes": False})
    assert_problem(member.post(path, {"where": where}), 422, "switch Write back on", code="where")
    Connector.objects.filter(pk=tool.pk).update(settings=settings)
    assert_problem(member.post(path, {"where": f"{tool.pk}:NOPE"}), 422, "not open", code="where")
    [place] = member.get(path).json()["places"]
    assert (place["where"], place["label"]) == (where, "Jira, SEC")
    assert Program(organisation.vera).get(path).json()["places"] == []
    unseen = assert_problem(member.post(path, {"where": where, "title": "\u001b[31m"}), 422)
    assert unseen["errors"][0]["pointer"] == "/title"
    answer = member.post(path, {"where": where, "type": "Bug"}, idempotency_key="once")
    [asked] = answer.json()["asked"]
    assert (answer.status_code, asked["step"], asked["state"]) == (202, "create", "waiting")
    assert (answer.json()["tickets"], answer.json()["places"]) == ([], [])
    twice = member.post(f"{path}/links", {"where": where, "key": "sec-7"})
    assert_problem(twice, 422, "being made", code="has_ticket")
    # What the worker does once the tool has answered.
    tool.tickets.update(key="SEC-1", url="https://10.0.0.1/browse/SEC-1", status="To Do")
    told = {"connector": "Jira", "key": "SEC-1", "url": "https://10.0.0.1/browse/SEC-1", "status": "To Do"}
    assert member.get(record).json()["tickets"] == member.get(path).json()["tickets"] == [told]
    assert Entry.objects.filter(action="ticket asked for").count() == 1
