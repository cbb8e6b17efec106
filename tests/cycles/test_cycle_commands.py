"""`throughline cycle`: the same steps as the pages, with the same gate."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from tests.cycles.plans import ACTOR, NOW, a_plan
from tests.objectives.register import import_of

from throughline.accounts.models import Team
from throughline.cli import main
from throughline.cycles import actions
from throughline.objectives import efforts
from throughline.objectives.models import Cycle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> str:
    """A data folder that is open already: the commands work on the database of the tests."""
    import throughline.cli.cycle as command

    monkeypatch.setattr(command, "open_home", lambda home: None)
    (tmp_path / "throughline.sqlite3").touch()
    return str(tmp_path)


def run(home: str, *words: str, code: int = 0) -> str:
    answer = CliRunner().invoke(main, ["cycle", *words, "--home", home])
    assert answer.exit_code == code, answer.output
    return answer.output


def said(home: str, *words: str, code: int = 0) -> dict:
    return json.loads(run(home, *words, "--json", code=code))


def test_a_cycle_is_added_listed_and_shown(home):
    assert "`throughline cycle add`" in run(home, "list")
    made = said(home, "add", "--title", "2027-Q1", "--start", "2027-01-01", "--end", "2027-03-31")
    assert (made["key"], made["state"]) == ("2027-q1", "draft")
    assert [each["rule"] for each in made["gate"]] == ["empty"]
    assert said(home, "list")["cycles"][0]["end"] == "2027-03-31"
    assert "It has no objective yet." in run(home, "show", "2027-q1")


def test_without_days_it_is_the_next_quarter_that_has_none(home):
    first, second = (said(home, "add") for _ in range(2))
    assert first["cycle"]["end"] < second["cycle"]["start"]


def test_bad_input_names_the_place(home):
    assert "--start: expected a date such as 2027-01-01" in run(home, "add", "--start", "soon", code=2)
    assert "there is no cycle 'nothing'" in run(home, "show", "nothing", code=2)


def test_a_step_that_the_gate_holds_up_answers_with_its_findings_and_code_1(home):
    run(home, "add", "--title", "Empty")
    found = said(home, "propose", "empty", code=1)
    assert (found["blocked"], found["state"]) == (True, "draft")
    assert [each["blocks"] for each in found["gate"]] == ["proposing"]
    assert "! Empty: It has no objective yet." in run(home, "propose", "empty", code=1)


def test_a_step_out_of_order_is_bad_input(home):
    run(home, "add", "--title", "Empty")
    assert "it cannot be set now" in run(home, "set", "empty", code=2)


def test_a_plan_is_proposed_set_and_shown_in_force(home, organisation):
    cycle, objective, _ = a_plan()
    import_of("tracker", datetime.now(UTC) - timedelta(minutes=5))
    half = efforts.ask(
        ACTOR,
        objective,
        team=Team.objects.get(name="Search"),
        title="Deploy daily",
        outcome="Live",
        owner="Omar",
        due=cycle.end,
        now=NOW,
    )
    assert said(home, "propose", cycle.key)["state"] == "proposed"
    assert {each["rule"] for each in said(home, "set", cycle.key, code=1)["gate"] if each["blocks"]} == {
        "halves"
    }
    efforts.answer(ACTOR, half, confirmed=True, now=NOW)
    done = said(home, "set", cycle.key)
    assert done["state"] == "set"
    assert done["objectives"][0]["key_results"][0]["in_force"]


def test_a_cycle_that_is_over_is_closed(home):
    cycle, _, _ = a_plan()
    actions.propose(ACTOR, cycle, now=NOW)
    actions.set_cycle(ACTOR, cycle, now=NOW)
    if datetime.now(UTC).date() <= cycle.end:
        assert "still run" in run(home, "close", cycle.key, code=2)
        actions.close_cycle(ACTOR, cycle, now=datetime(2027, 1, 2, tzinfo=UTC))
    else:
        assert said(home, "close", cycle.key)["state"] == "closed"
    assert Cycle.objects.get().state == "closed"


def test_another_team_s_half_is_declined_and_confirmed(home):
    cycle, _, key_result = a_plan()
    half = {"title": "Deploy on the day", "outcome": "It is live", "owner": "Omar", "due": cycle.end}
    asked = efforts.ask(ACTOR, key_result, team=Team.objects.create(name="Search"), **half, now=NOW)
    answer = ("answer", cycle.key, "search")
    run(home, *answer, "--decline", "Our quarter is full")
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("declined", "Our quarter is full")
    run(home, *answer, "--half", "deploy on the day")
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("confirmed", "command line")
    assert "TEAM: 2026-Q4 asks 'Platform' for nothing; it asks Search" in run(
        home, "answer", cycle.key, "Platform", code=2
    )
    assert "--half: there is no half 'More'; Search is asked for 'Deploy on the day'" in run(
        home, *answer, "--half", "More", code=2
    )
