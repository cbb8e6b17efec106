"""The register by command: the same words as the pages, and every refusal names its option."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.organisation import NOW
from tests.risk.asked import estimated

from throughline.cli import main

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A command on the test's own database."""
    monkeypatch.setattr("throughline.cli.risk_register.open_home", lambda home: home)
    monkeypatch.setattr("throughline.cli.risk_register.there", lambda home: home)
    monkeypatch.setattr("throughline.cli.risk_register.made", lambda home: home)
    return lambda *words: CliRunner().invoke(main, ["risk", *words])


ADD = ("add", "--statement", "It burns", "--criteria", "It is seen", "--judge", "Max", "--key", "fire")
FIRE = (*ADD, "--start", "2027-01-01")
ESTIMATE = ("estimate", "fire", "--often", "9%", "--low", "100k", "--high", "2M")


def test_a_scenario_is_added_estimated_listed_and_shown(run):
    assert (
        run(*FIRE, "--step", "A spark", "--step", "It spreads").stdout == "fire: written, until 2027-03-31.\n"
    )
    said = run(*ESTIMATE, "--note", "A study")
    assert said.output == "fire: read as 9 % a year, each 100,000 to 2 million.\n"
    [listed] = json.loads(run("scenarios", "--json").output)["scenarios"]
    assert (listed["key"], listed["share_of_tail"]) == ("fire", 1.0)
    shown = json.loads(run("show", "fire", "--json").output)
    assert shown["steps"] == ["A spark", "It spreads"]
    assert shown["estimates"][0]["frequency"] == {"probability": 0.09, "per": "year"}


def test_the_portfolio_answers_with_the_figures_of_the_curve(run, tmp_path):
    estimated("one")
    estimated("two", frequency={"rate": 2, "per": "year"})
    file = tmp_path / "register.json"
    file.write_text(run("export").output)
    curve = json.loads(CliRunner().invoke(main, ["risk", "curve", str(file), "--json", "--at", "1e6"]).output)
    assert json.loads(run("portfolio", "--json", "--at", "1 M").output) == curve


def test_a_what_if_says_what_is_taken_away(run):
    from throughline.objectives.items import add_item
    from throughline.risk.treating import treat

    vault = add_item("test", "initiative", title="A vault", now=NOW)
    treat("test", vault, estimated(), frequency=(0.5, 0.5), now=NOW)
    found = json.loads(run("what-if", "a-vault", "--json").output)
    mean = found["figures"][0]
    assert found["reduction"]["value"] == pytest.approx(mean["before"] / 2)
    assert found["return"] is None
    assert "nobody has said what “A vault” costs" in found["missing"][0]
    _, _, _, header, *rows = run("what-if", "a-vault").output.splitlines()
    assert header.split() == ["The", "register", "now", "after", "change"]
    assert [row.rpartition("  ")[0] != "" for row in rows] == [True] * 4
    assert rows[0].startswith("A year on average")
    assert "−" in rows[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((*ADD, "--start", "soon"), "--start: expected the first day"),
        ((*FIRE, "--period", "week"), "--period: expected month, quarter or year"),
        (("show", "nothing"), "SCENARIO: there is no scenario 'nothing'"),
        (("portfolio",), "no scenario is estimated yet"),
        (("what-if", "nothing"), "INITIATIVE: there is no initiative 'nothing'"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(run, words, message):
    answer = run(*words)
    assert answer.exit_code == 2
    assert message in answer.output


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--often", "40"), "--often: a chance lies between 0 and 1, found 40: write 40 % or 0.4"),
        (("--often", "150"), "--often: a chance lies above 0 % and at 100 % at most, found '150'"),
        (("--low", "a lot"), "--low: expected an amount such as"),
        (("--low", "3M"), "--high: the range starts at 3M and ends at 2M: swap them"),
        (("--stage", "hoped"), "--stage: expected inherent, residual, target"),
        (("--as", "rate_90ci"), "--often-to: a range has two ends"),
    ],
)
def test_a_wrong_estimate_names_its_option(run, given, message):
    run(*FIRE)
    answer = run(*ESTIMATE, *given)
    assert answer.exit_code == 2
    assert message in answer.output


def test_all_that_is_wrong_with_a_scenario_is_said_at_once(run):
    words = ("add", "--statement", "It burns", "--criteria", " ", "--judge", "Ines and Bob")
    answer = run(*words, "--start", "soon", "--key", "fire")
    assert answer.exit_code == 2
    for said in ("--criteria: say how", "--judge: one person judges", "--start: expected the first day"):
        assert said in answer.output


def test_a_scenario_of_a_period_that_is_over_is_refused(run):
    answer = run(*ADD, "--start", "2020-01-01")
    assert (answer.exit_code, "--start: its period ended on 31 Mar 2020" in answer.output) == (2, True)


def test_what_is_likely_a_slip_is_kept_with_a_warning(run):
    assert "Warning: How the judge will tell is said in 10 characters" in run(*ADD, *FIRE[-2:]).output
    run(*ESTIMATE)
    answer = run(*ESTIMATE, "--stage", "target", "--high", "9M")
    assert (answer.exit_code, "Warning: Where we want to be" in answer.output) == (0, True)
