"""`throughline stories` and `throughline narratives`: the pages' words on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from throughline.cli import main
from throughline.narratives.actions import tell
from throughline.narratives.library import KEYS, narrative_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BOARD = "Deals no longer wait for our answers."


@pytest.fixture
def throughline(tmp_path, monkeypatch):
    """Runs a command on the database of the test."""
    for module in ("stories", "narratives"):
        monkeypatch.setattr(f"throughline.cli.{module}.open_home", lambda home: None)
    (tmp_path / "throughline.sqlite3").touch()

    def run(*words: str, code: int = 0):
        answer = CliRunner().invoke(main, [*words, "--home", str(tmp_path)])
        assert answer.exit_code == code, answer.output
        return json.loads(answer.stdout) if "--json" in words else answer.output

    return run


def test_work_without_a_story_is_said_first_and_marked(throughline, plan):
    tell("test", plan.work, board=BOARD, narrative="customer-assurance", now=NOW)
    said = throughline("stories", "--cycle", "2026-q4")
    assert said.startswith("! Scan more initiative:scan\n    no story:")
    assert f"The report, Mia initiative:report\n    To the board: {BOARD}\n" in said
    assert f"    It fails when: {narrative_of('customer-assurance').fails.signs[0]}\n" in said
    assert "! nobody has named a deal that waits for it" in said
    assert said.endswith("\n2 of 3 without a story.\n")


def test_what_work_unlocks_is_said_with_its_deals_and_in_all(throughline, plan):
    tell("test", plan.work, board=BOARD, revenue=4e5, revenue_from="Acme, Borealis", now=NOW)
    said = throughline("stories", "--cycle", "2026-q4")
    assert "    Unlocks 400,000: Acme, Borealis\n" in said
    assert said.endswith("Together they unlock 400,000.\n")
    found = throughline("stories", "--cycle", "2026-q4", "--json")
    assert (found["cycle"], found["untold"], found["revenue"]) == ("2026-q4", 2, 4e5)


def test_without_work_the_command_says_what_brings_it_in(throughline, db):
    assert throughline("stories").startswith("There is no work to tell of yet.")
    assert throughline("stories", "--json") == {"cycle": None, "untold": 0, "revenue": 0, "work": []}


def test_a_story_is_set_piece_by_piece_and_twice_is_once(throughline, plan):
    work = "initiative:report"
    found = throughline(
        "stories", "set", work, "--board", BOARD, "--fails", "Nobody asks", "--fails", "Deals wait", "--json"
    )
    assert (found["changed"], found["board"], found["fails"]) == (True, BOARD, "Nobody asks\nDeals wait")
    money = ("--revenue", "400k", "--revenue-from", "Acme")
    assert throughline("stories", "set", work, *money) == f"{work}: The story is kept.\n"
    assert throughline("stories", "set", work, *money) == f"{work}: Nothing changed.\n"
    assert (plan.work.story.board, plan.work.story.revenue) == (BOARD, 4e5)
    emptied = throughline("stories", "set", work, "--revenue", "", "--revenue-from", "", "--json")
    assert (emptied["board"], emptied["revenue"]) == (BOARD, None)
    told = throughline("stories", "set", f"key_result:{plan.promise.key}", "--engineer", "Less noise")
    assert told.endswith("The story is kept.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("initiative:reprot", "--board", BOARD), "WORK: there is no initiative 'reprot' (did you mean"),
        (("report", "--board", BOARD), "WORK: expected initiative:KEY or key_result:KEY, found 'report'"),
        (("initiative:report",), "WORK: say at least one of --board"),
        (("initiative:report", "--board", "x" * 301), "--board: expected at most 300 characters"),
        (("initiative:report", "--revenue", "much"), "--revenue: expected an amount such as 250,000"),
        (("initiative:report", "--revenue", "4k"), "--revenue-from: say which deals"),
        (("initiative:report", "--narrative", "blockchain"), "--narrative: there is no story 'blockchain'"),
    ],
)
def test_a_story_that_cannot_be_set_is_refused_by_its_option(throughline, plan, words, said):
    assert said in throughline("stories", "set", *words, code=2)


def test_a_cycle_that_is_not_there_is_refused(throughline, plan):
    said = throughline("stories", "--cycle", "2031-q1", code=2)
    assert "there is no cycle '2031-q1'" in said


def test_the_library_is_listed(throughline, db):
    assert [each["key"] for each in throughline("narratives", "--json")["narratives"]] == list(KEYS)
    said = throughline("narratives")
    assert f"Paved road paved-road\n  {narrative_of('paved-road').board}\n" in said


def test_one_story_is_shown_whole_with_the_work_that_tells_it(throughline, plan):
    tell("test", plan.work, board=BOARD, narrative="secrets", now=NOW)
    said = throughline("narratives", "secrets")
    secrets = narrative_of("secrets")
    for part in (secrets.customer, secrets.threat.told, secrets.fails.signs[-1]):
        assert part in said
    assert "  move: Cut the keys that get into code: arrivals where cwe_within = 'CWE-798'\n" in said
    assert said.endswith("Told by:\n  initiative:report: The report\n")


def test_a_story_that_the_library_lacks_is_refused_with_those_that_it_has(throughline, db):
    said = throughline("narratives", "blockchain", code=2)
    assert "KEY: there is no story 'blockchain' in the library; there are: zero-trust, paved-road" in said
