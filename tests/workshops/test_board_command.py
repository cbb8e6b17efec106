"""`throughline board`: the same board from the command line, for those who come in their own time."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner
from tests.workshops.meeting import a_board, counted, revealed, voting, write

from throughline.cli import main
from throughline.workshops.access import own_ballot, own_notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def board_command(monkeypatch):
    """Runs the command on the database of the test."""
    monkeypatch.setattr("throughline.cli.board.open_home", lambda home: None)
    monkeypatch.setattr("throughline.cli.board.there", lambda home: home)

    def run(*words: object, code: int = 0):
        answer = CliRunner().invoke(
            main, ["board", *map(str, words), "--home", os.environ["THROUGHLINE_HOME"]]
        )
        assert answer.exit_code == code, answer.output
        return json.loads(answer.stdout) if "--json" in words else answer.output

    return run


def test_a_note_is_written_and_shown_to_its_author_only(board_command, organisation):
    board = a_board(organisation)
    made = board_command("note", board.pk, "Rotate the keys", "--by", "mia@example.org", "--json")
    assert [each.handle for each in own_notes(organisation.mia, board)] == [made["note"]]
    mine = board_command("show", board.pk, "--by", "mia@example.org", "--json")
    assert [each["text"] for each in mine["own_notes"]] == ["Rotate the keys"]
    for words in (("--json",), ("--by", "ada@example.org", "--json")):
        assert "Rotate" not in json.dumps(board_command("show", board.pk, *words))


def test_boards_are_listed_with_what_waits(board_command, organisation):
    board = a_board(organisation)
    write(organisation.ada, board, "One")
    found = board_command("list", "--by", "mia@example.org", "--json")["boards"]
    assert [(each["id"], each["phase"], each["notes"], each["waits_for_you"]) for each in found] == [
        (board.pk, "write", 1, "notes")
    ]
    assert "What next: write, 1 notes" in board_command("list")


def test_sorting_and_ranking_by_command(board_command, organisation):
    board, notes = revealed(organisation)
    by = ("--by", "mia@example.org", "--json")
    assert board_command("move", board.pk, notes[0].handle, "--to", "new", "--title", "Keys", *by)["moved"]
    keys = board_command("show", board.pk, "--json")["clusters"][0]
    assert (keys["title"], [each["text"] for each in keys["notes"]]) == ("Keys", ["Rotate the keys"])
    assert not board_command("move", board.pk, notes[0].handle, "--to", keys["id"], *by)["moved"]
    ranked, ids = voting(organisation)
    order = [ids[title] for title in "CABDE"]
    board_command("vote", ranked.pk, *order, *by)
    assert own_ballot(organisation.mia, ranked).order == order


def test_exports_are_what_the_page_gives(board_command, organisation, browser_of):
    board, _ = counted(organisation)
    browser = browser_of(organisation.vera)
    assert board_command("export", board.pk) == browser.get(f"/boards/{board.pk}.md").content.decode()
    for kind, address in (("csv", f"/boards/{board.pk}.csv"), ("ballots", f"/boards/{board.pk}/ballots.csv")):
        page = b"".join(browser.get(address).streaming_content).decode()
        assert board_command("export", board.pk, "--as", kind, "--json")[kind] == page


def test_bad_input_is_one_message_and_two(board_command, organisation):
    board, ids = voting(organisation)
    private = a_board(organisation)
    by = ("--by", "mia@example.org")
    told = [
        (("show", 987), "ID: there is no board 987"),
        (("note", private.pk, " ", *by), "TEXT: write something on it first"),
        (("note", private.pk, "x", "--by", "vera@example.org"), "--by: Vera is a viewer"),
        (("note", private.pk, "x", "--by", "nobody@example.org"), "Nobody active has the e-mail address"),
        (("note", private.pk, "x", "--link", "nowhere", *by), "--link: a link starts with"),
        (("vote", board.pk, ids["A"], *by), "CLUSTER: rank exactly five: expected 5, found 1"),
        (("move", board.pk, "x", "--to", "else", *by), "--to: expected the id of a cluster, new or out"),
        (("export", private.pk), "ID: its notes are private until the reveal"),
        (("export", board.pk, "--as", "ballots"), "ID: its ballots are private until the vote is over"),
    ]
    for words, said in told:
        output = board_command(*words, code=2)
        assert said in output
        assert "Traceback" not in output
