"""`throughline kr` with key results of every kind: added, shown, done, changed, checked."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.objectives.kinds import push

from throughline.cli import main
from throughline.cli.common import now
from throughline.objectives.models import KeyResult

pytestmark = pytest.mark.django_db
WHEN = ("--start", "2026-10-01", "--due", "2027-12-31", "--owner", "Ada Okafor")
STEPS = ("--kind", "milestone", "--step", "40: The pilot runs", "--step", "60: All teams use it")
EVENT = ("--kind", "binary", "--acceptance", "An auditor signed the report.")


@pytest.fixture
def kr(monkeypatch):
    monkeypatch.setattr("throughline.cli.kr.open_home", lambda home: home)

    def run(*words: str):
        return CliRunner().invoke(main, ["kr", *words])

    return run


def added(kr, *words: str) -> dict:
    answer = kr("add", *words, *WHEN, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_every_kind_is_added_with_its_own_fields(kr):
    push("2026-09-20", 20)
    push("2026-09-20", 0.5, name="breach", unit="share")
    kept = added(kr, "--kind", "keep", "--metric", "build_minutes", "--high", "12", "--allowed-outside", "5")
    assert (kept["kind"], kept["bound_high"], kept["allowed_outside"]) == ("keep", 12, 5)
    stepped = added(kr, *STEPS, "--commitment", "aspirational", "--weight", "2")
    assert [step["key"] for step in stepped["steps"]] == ["the-pilot-runs", "all-teams-use-it"]
    assert (stepped["commitment"], stepped["weight"]) == ("aspirational", 2)
    assert added(kr, *EVENT, "--judge", "The auditor")["judge"] == "The auditor"
    assert added(kr, "--kind", "baseline", "--metric", "nps")["aim"] == "has data"
    odds = ("--kind", "forecast", "--metric", "breach", "--target", "0.2", "--scale", "log_odds")
    assert added(kr, *odds)["scale"] == "log_odds"
    moved = ("--metric", "build_minutes", "--target", "10", "--phase", "2027-06-30: 15")
    words = ("--why", "Waiting costs", "--why-target", "As others", "--how-measured", "By the pipeline")
    answer = added(kr, *moved, *words)
    assert answer["phases"] == [{"due": "2027-06-30", "target": "15"}]
    assert (answer["why"], answer["why_target"], answer["how_measured"]) == words[1::2]
    listed = kr("list")
    assert listed.exit_code == 0
    assert "at most 12 minutes" in listed.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "dream"), "--kind: expected one of"),
        (("--kind", "keep", "--metric", "count()"), "--high: Say what to stay inside of"),
        (("--kind", "milestone", "--step", "much: Pilot"), "--step: expected a number"),
        (("--kind", "milestone"), "--step: Name at least one step"),
        (("--kind", "binary"), "--acceptance: name the event"),
        ((*STEPS, "--target", "3"), "--target: a key result of the kind 'milestone'"),
        (
            ("--metric", "count()", "--baseline", "4", "--target", "2", "--phase", "now: 3"),
            "--phase: expected",
        ),
        (("--weight", "heavy", *EVENT), "--weight: expected a number"),
        ((), "--metric: say what is measured"),
    ],
)
def test_what_cannot_be_decided_exits_with_2_and_names_its_option(kr, words, said):
    answer = kr("add", *words, *WHEN)
    assert answer.exit_code == 2
    assert answer.output.startswith(f"Error: {said}"), answer.output


def test_a_step_is_done_with_evidence_and_taken_back(kr):
    made = str(added(kr, *STEPS)["id"])
    assert kr("done", made, "the-pilot-runs").output.startswith("Error: --evidence: say by what")
    told = json.loads(kr("done", made, "the-pilot-runs", "--evidence", "ticket 81", "--json").stdout)
    assert (told["value"], told["completions"][0]["evidence"]) == (0.4, "ticket 81")
    assert "[x] 40  the-pilot-runs: The pilot runs" in kr("show", made).output
    assert kr("done", made, "party", "--evidence", "x").output.startswith("Error: STEP: expected one of")
    back = json.loads(kr("done", made, "the-pilot-runs", "--undo", "--json").stdout)
    assert (back["value"], back["completions"][0]["withdrawn_by"]) == (0, "command line")
    assert kr("done", made, "the-pilot-runs", "--undo").output.startswith(
        "Error: STEP: 'The pilot runs' is not"
    )


def test_an_event_is_done_without_a_step(kr):
    made = str(added(kr, *EVENT)["id"])
    assert "now not yet" in kr("show", made).output
    assert "now done" in kr("done", made, "--evidence", "the signed report").output


def test_a_change_takes_the_new_fields_and_leaves_the_others(kr):
    made = str(added(kr, *STEPS, "--why", "To learn")["id"])
    why = ("--reason", "scope changed", "--text", "As agreed.", "--json")
    told = json.loads(kr("change", made, "--step", "100: The pilot runs", "--weight", "3", *why).stdout)
    assert (len(told["steps"]), told["weight"], told["why"], told["version"]) == (1, 3, "To learn", 2)
    kept = json.loads(kr("change", made, "--title", "Pilot", *why).stdout)
    assert len(kept["steps"]) == 1


def test_a_check_fails_with_1_where_one_scores_less_and_says_which(kr):
    made = str(added(kr, *STEPS)["id"])
    kr("done", made, "the-pilot-runs", "--evidence", "ticket 81")
    assert kr("check", "--fail-under", "0.4").exit_code == 0
    answer = kr("check", "--fail-under", "0.5", "--json")
    assert answer.exit_code == 1
    told = json.loads(answer.stdout)
    assert (told["passed"], told["key_results"][0]["score"]) == (False, 0.4)
    assert "1 of 1 below 0.5." in kr("check", made, "--fail-under", "0.5").output
    assert kr("check", "--fail-under", "2").exit_code == 2


def test_a_folder_without_any_key_result_does_not_pass(kr):
    answer = kr("check", "--fail-under", "0")
    assert (answer.exit_code, "that is no pass" in answer.output) == (1, True)
    assert json.loads(kr("check", "--fail-under", "0", "--json").output)["passed"] is False


def test_what_is_graded_is_checked_where_it_is_named(kr):
    made = added(kr, *EVENT)
    KeyResult.objects.update(closed_at=now(), grade=0.0)
    none = kr("check", "--fail-under", "0.5")
    assert (none.exit_code, "No key result runs now, so nothing was checked." in none.output) == (0, True)
    assert kr("check", str(made["id"]), "--fail-under", "0.5").exit_code == 1


def test_what_has_not_started_is_checked_only_where_it_is_named(kr):
    times = ("--start", "2090-01-01", "--due", "2090-12-31", "--owner", "Ada Okafor", "--json")
    made = json.loads(kr("add", *STEPS, *times).stdout)
    none = kr("check", "--fail-under", "0.5")
    assert (none.exit_code, "No key result runs now, so nothing was checked." in none.output) == (0, True)
    assert kr("check", str(made["id"]), "--fail-under", "0.5").exit_code == 1
