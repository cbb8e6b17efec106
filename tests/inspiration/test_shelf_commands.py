"""`throughline shelf`: the page's words and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.planning.quarter import next_cycle
from tests.workshops import meeting

from throughline.cli import main
from throughline.inspiration import cards
from throughline.inspiration.models import Item, Reading
from throughline.workshops.access import own_notes

pytestmark = pytest.mark.django_db
MODEL = Path(__file__).parent / "model.yaml"


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Runs the command on the database of the test."""
    monkeypatch.setattr("throughline.cli.shelf.open_home", lambda home: None)
    (tmp_path / "throughline.sqlite3").touch()

    def run(*words: object, code: int = 0, given: str | None = None):
        answer = CliRunner().invoke(main, ["shelf", *map(str, words), "--home", str(tmp_path)], input=given)
        assert answer.exit_code == code, answer.output
        return json.loads(answer.stdout) if "--json" in words else answer.output

    return run


def test_an_item_is_put_on_the_shelf_read_and_brings_back_one_takeaway(shelf, organisation):
    key = next_cycle().key
    made = shelf("add", "A talk", "--kind", "video", "--address", "https://example.org/talk", "--json")
    assert (made["title"], made["kind"], made["source"]) == ("A talk", "video", "")
    number = made["id"]
    assert shelf("assign", number, key, "--to", "mia@example.org") == "Mia reads “A talk”.\n"
    kept = shelf("takeaway", number, key, "Sign  it", "--by", "mia@example.org", "--json")
    assert (kept["takeaway"], kept["person"], kept["note"]) == ("Sign it", "Mia", None)
    assert shelf("list", key) == f"{number}: A talk [video]  (read by Mia)\n    “Sign it”\n"
    assert shelf("archive", number) == "“A talk” is off the shelf.\n"
    assert shelf("list", key, "--json") == {"cycle": key, "items": []}
    assert Reading.objects.get().takeaway == "Sign it"


def test_a_takeaway_becomes_a_note_of_its_reader(shelf, organisation):
    board = meeting.a_board(organisation)
    number = shelf("add", "A talk", "--json")["id"]
    shelf("assign", number, board.cycle.key, "--to", "mia@example.org")
    said = shelf("takeaway", number, board.cycle.key, "Sign it", "--by", "mia@example.org", "--note")
    assert said == "It is kept, and a note of yours.\n"
    assert [each.text for each in own_notes(organisation.mia, board)] == ["Sign it"]


def test_catalogues_come_in_from_a_file_from_standard_input_and_from_the_product(shelf, tmp_path):
    key = next_cycle().key
    assert shelf("import", MODEL, "--json") == {"new": 4, "changed": 0, "same": 0}
    assert shelf("import", MODEL) == "0 new, 0 changed, 4 as they were.\n"
    assert shelf("import", "-", "--format", "csv", given="title\nA paper\n") == (
        "1 new, 0 changed, 0 as they were.\n"
    )
    assert shelf("cards", "--json")["new"] == len(cards.all_cards())
    assert [
        each["title"]
        for each in shelf("list", key, "--kind", "practice", "--words", "twice", "--json")["items"]
    ] == ["A build is the same twice"]
    assert shelf("list", key, "--read") == "Nothing like that is on the shelf.\n"


def test_bad_input_names_the_place(shelf, organisation, tmp_path):
    key = next_cycle().key
    assert "CYCLE: there is no cycle 'nothing'" in shelf("list", "nothing", code=2)
    assert "--kind: expected article, video" in shelf("list", key, "--kind", "podcast", code=2)
    assert "--kind: expected article, video" in shelf("add", "A", "--kind", "podcast", code=2)
    assert "TITLE: give it a title" in shelf("add", " ", code=2)
    assert "--address: an address starts with https://" in shelf("add", "A", "--address", "x", code=2)
    file = tmp_path / "list.csv"
    file.write_text("title,kind\nA,podcast\n")
    assert "list.csv:2: kind: expected article" in shelf("import", file, code=2)
    assert "no such file" in shelf("import", tmp_path / "none.csv", code=2)
    assert "standard input: expected a file that ends in" in shelf("import", "-", code=2, given="title\n")
    assert not Item.objects.exists()


def test_who_does_not_read_takes_nothing(shelf, organisation):
    key, number = next_cycle().key, shelf("add", "A talk", "--json")["id"]
    words = ("takeaway", number, key, "Sign it", "--by")
    assert "--by: Vera is a viewer" in shelf(*words, "vera@example.org", code=2)
    refused = shelf(*words, "mia@example.org", code=2)
    assert "--by: Mia does not read “A talk”" in refused
    assert f"`throughline shelf assign {number} {key} --to mia@example.org`" in refused
    assert "--to: Vera is a viewer" in shelf("assign", number, key, "--to", "vera@example.org", code=2)
    assert "--to: Nobody active has" in shelf("assign", number, key, "--to", "nobody@example.org", code=2)
    shelf("assign", number, key, "--to", "mia@example.org")
    assert "TEXT: say in one line" in shelf("takeaway", number, key, " ", "--by", "mia@example.org", code=2)
    refused = shelf(*words, "mia@example.org", "--note", code=2)
    assert "--note: there is no board of ideas" in refused
    for unknown in ("99", "x", "9" * 30):
        assert "ITEM: there is no item" in shelf("archive", unknown, code=2)
