"""Rooms on the command line: the same steps, the same refusals, and the same privacy as on the pages."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.forecasts.rooms import a_room, a_scenario, answered

from throughline.cli import main
from throughline.forecasts.models import Forecast, Room
from throughline.forecasts.states import stand_of

pytestmark = pytest.mark.django_db
MIA, MAX, VERA = (f"{name}@example.org" for name in ("mia", "max", "vera"))
GIVEN = ("--p", "37.19 %", "--loss", "1234567", "7654321", "--why", "quaggas")
# Far enough ahead of the clock of the machine that runs the tests.
AHEAD = {"start": "2199-01-01"}


@pytest.fixture
def say(monkeypatch, tmp_path):
    """Runs a command on the database of the tests."""
    monkeypatch.setattr("throughline.cli.room.open_home", lambda home: home)

    def run(*words: object, code: int = 0):
        answer = CliRunner().invoke(main, ["room", *map(str, words), "--home", str(tmp_path), "--json"])
        assert answer.exit_code == code, answer.output
        return answer.output if code else json.loads(answer.stdout)

    return run


def test_a_panel_is_asked_from_opening_to_closing(say, organisation):
    of = a_scenario(**AHEAD)
    panel = ("--panel", MIA, "--panel", MAX, "--panel", VERA)
    id = say("open", of.key, *panel, "--title", "Laptops", "--by", MIA)["id"]
    assert say("give", id, *GIVEN, "--by", MIA)["mine"]["probability"] == 0.3719
    say("give", id, "--p", "0.2", "--loss", "1k", "2k", "--by", MAX)
    shown = say("reveal", id, "--by", MIA)
    assert [each["probability"] for each in shown["rounds"][0]["answers"]] == [0.2, 0.3719]
    say("again", id, "--by", MIA)
    for email in (MIA, MAX):
        say("give", id, "--p", "25%", "--loss", "1k", "2k", "--by", email)
    say("reveal", id, "--by", MIA)
    assert say("close", id, "--by", MIA)["state"] == "closed"
    assert of.series.readings.get().value == pytest.approx(0.25)
    repeated = say("open", of.key, "--repeats", id, "--by", MAX)
    assert [each["name"] for each in repeated["panel"]] == ["Max", "Mia", "Vera"]


def test_nobody_reads_another_number_by_command_before_the_reveal(say, organisation):
    room = a_room(organisation, a_scenario(**AHEAD))
    say("give", room.pk, *GIVEN, "--by", MIA)
    for by in ((), ("--by", MAX), ("--by", VERA)):
        for command in (("show", room.pk), ("list",)):
            told = json.dumps(say(*command, *by))
            assert not any(sentinel in told for sentinel in ("3719", "1234567", "7654321", "quagga"))
    assert "0.3719" in json.dumps(say("show", room.pk, "--by", MIA))
    assert "3719" not in say("reveal", room.pk, "--by", MIA, code=2)


@pytest.mark.parametrize("by", [MIA, MAX, ""])
def test_a_closed_room_marks_to_each_her_own_number_and_to_nobody_another_s(
    by, monkeypatch, tmp_path, organisation
):
    from tests.forecasts.rooms import closed

    monkeypatch.setattr("throughline.cli.room.open_home", lambda home: home)
    room = closed(organisation, 0.1, 0.2)
    asked = ["room", "show", str(room.pk), "--home", str(tmp_path), *(["--by", by] if by else [])]
    shown = CliRunner().invoke(main, asked).stdout
    said = {MIA: "0.1 (yours), 0.2", MAX: "0.1, 0.2 (yours)", "": "0.1, 0.2"}
    assert f"Round 1: {said[by]}\n" in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--p", "40"), "--p: 40 has no sign: write 40 % or 0.4"),
        (("--p", "often"), "--p: expected a probability"),
        ((), "--p: write a probability"),
        (("--p", "0.2", "--loss", "5M", "1M"), "--loss: the upper end (1M) is below"),
        (("--p", "0.2", "--loss", "a lot", "more"), "--loss: expected an amount"),
        (("--p", "0.2"), "--loss: this room asks for a loss too"),
        (("--p", "0.2", "--p", "0.3", "--loss", "1k", "2k"), "--p: this scenario has no steps"),
    ],
)
def test_what_cannot_be_read_is_one_message_and_exit_code_2(given, said, say, organisation):
    room = a_room(organisation, a_scenario(**AHEAD))
    assert said in say("give", room.pk, *given, "--by", MIA, code=2)
    assert not Forecast.objects.exists()


def test_who_may_not_is_told_who_may(say, organisation):
    room = answered(organisation, a_room(organisation, a_scenario(**AHEAD)), 0.1, 0.2)
    assert "Vera does not lead this room: Mia does" in say("reveal", room.pk, "--by", VERA, code=2)
    of = a_scenario(**AHEAD)
    assert "a member opens rooms" in say("open", of.key, "--panel", MIA, "--by", VERA, code=2)
    assert "there is no scenario" in say("open", "nothing", "--panel", MIA, "--by", MIA, code=2)
    assert "at least two people" in say("open", of.key, "--by", MIA, code=2)
    assert "there is no room 99" in say("show", 99, code=2)
    assert "Nobody active" in say("show", room.pk, "--by", "x@example.org", code=2)
    assert stand_of(Room.objects.get(pk=room.pk)).is_asking
