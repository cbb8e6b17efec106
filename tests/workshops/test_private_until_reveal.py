"""Nobody else receives a note before its reveal, or how somebody ranked: every byte, and every row read.

Mia writes words that occur nowhere else. Then everybody else, the facilitator and the administrator as well,
opens every address that there is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from tests.everything_read import Rows, body_of
from tests.organisation import NOW
from tests.rules import shared
from tests.workshops.meeting import LATER, a_board, rank, voting, write

from throughline.objectives.models import Cycle
from throughline.workshops import actions, opening
from throughline.workshops.models import Ballot, Board, Note
from throughline.workshops.showing import PARTS

pytestmark = pytest.mark.django_db
# Made once: what takes long here is asking, not making.
house, objects, organisation = shared.house, shared.objects, shared.organisation
SOURCE = Path(__file__).parents[2] / "src" / "throughline"
TEXT, LINK = "pangolins dug below the fence", "https://example.org/thylacine"
SENTINELS = re.compile(r"pangolin|thylacine", re.IGNORECASE)


@pytest.fixture
def board(objects, organisation) -> Board:
    hidden, board = with_a_note(objects, organisation)
    objects.update(hidden)
    return board


def with_a_note(objects, organisation) -> tuple[dict[str, int | str], Board]:
    """A board that Max leads and on which Mia has written, one note that stays and one that she withdrew."""
    cycle = Cycle.objects.get(key=objects["cycle"])
    found = a_board(organisation, cycle=cycle, columns=["Do", "Stop"], shows_authors=True)
    note = write(organisation.mia, found, TEXT, link=LINK).handle
    gone = write(organisation.mia, found, f"{TEXT} again")
    actions.withdraw(organisation.mia, gone, now=NOW)
    write(organisation.ada, found, "Mine")
    return {**objects, "board": found.pk, "note": note}, found


def addresses_of(board: Board) -> Iterator[str]:
    """Each part of the board, and where words could be asked for; all others are opened in tests/privacy."""
    yield from (reverse("board-part", args=[board.pk, part]) for part in PARTS)
    for query in ("?q=Mia", "?q=note", "?actor=Mia"):
        yield reverse("audit") + query
        yield reverse("audit-csv") + query
    yield f"/live.json?topic=board:{board.pk}&since=0"
    yield reverse("boards") + f"?cycle={board.cycle.key}"


def test_the_same_watch_sees_the_row_that_is_read_for_who_wrote_it(board, organisation, browser_of):
    rows = Rows()
    with connection.execute_wrapper(rows):
        browser_of(organisation.mia).get(reverse("board", args=[board.pk]))
    assert [row for row in rows.seen if SENTINELS.search(row)]


STEPS = (
    "join",
    "here",
    "ready",
    "sort",
    "rank",
    "vote",
    "sort-again",
    "count",
    "timer",
    "hand-over",
    "clear",
)


@pytest.mark.parametrize("who", ["vera", "omar", "max", "ada"])
def test_what_is_refused_to_others_tells_nothing_either(
    who,
    board,
    objects,
    organisation,
    browser_of,
):
    browser = browser_of(getattr(organisation, who))
    said = {"notes": objects["note"], "what": "move", "to": "new", "order": "1", "text": "?", "minutes": "3"}
    for step in STEPS:
        for given in ({}, said):
            received = body_of(browser.post(reverse(f"board-{step}", args=[board.pk]), given))
            assert not (found := SENTINELS.search(received)), f"{step}: {found}"
    changed = browser.post(reverse("board-note", args=[board.pk, objects["note"]]), {"text": "Theirs"})
    assert changed.status_code == 404
    assert Note.objects.filter(text=TEXT).exists()


def test_the_note_is_in_no_log_and_no_audit_entry(board, organisation, browser_of, caplog):
    from throughline.audit.models import Entry

    own = browser_of(organisation.mia)
    with caplog.at_level("DEBUG", logger="throughline"):
        assert (
            own.post(reverse("board-write", args=[board.pk]), {"text": TEXT, "link": LINK}).status_code == 302
        )
        assert (
            own.post(reverse("board-write", args=[board.pk]), {"text": TEXT, "link": "x"}).status_code == 422
        )
    assert not SENTINELS.search(caplog.text)
    assert not SENTINELS.search(json.dumps([each.detail for each in Entry.objects.all()]))


def test_the_page_of_a_third_is_the_same_whatever_is_written(board, organisation, browser_of):
    viewer, address = browser_of(organisation.vera), reverse("board-json", args=[board.pk])
    before = viewer.get(address).content
    note = Note.objects.get(text=TEXT)
    actions.change(organisation.mia, note, actions.Written(text="Something else"), now=LATER)
    assert viewer.get(address).content == before


def test_after_the_reveal_the_notes_are_there_and_no_author_where_the_board_hides_them(
    organisation, browser_of
):
    board = a_board(organisation, asked="mia")
    write(organisation.mia, board, TEXT)
    write(organisation.mia, board, "Another")
    opening.reveal(organisation.max, board, now=LATER)
    viewer, rows = browser_of(organisation.vera), Rows()
    with connection.execute_wrapper(rows):
        told = viewer.get(reverse("board-json", args=[board.pk])).json()
        sorting = body_of(viewer.get(reverse("board-part", args=[board.pk, "sorting"])))
        lines = body_of(viewer.get(reverse("board-csv", args=[board.pk])))
        text = body_of(viewer.get(reverse("board-md", args=[board.pk])))
    for received in (json.dumps(told["loose"]), sorting, lines, text):
        assert TEXT in received
        assert "Mia" not in received
    # Who wrote a note is not even read, and its place among all notes is not told.
    assert not [row for row in rows.seen if TEXT in row and "Mia" in row]
    assert str(Note.objects.get(text=TEXT).pk) not in {each["id"] for each in told["loose"]}


def test_authors_are_there_where_the_board_shows_them(organisation, browser_of):
    board = a_board(organisation, shows_authors=True)
    write(organisation.mia, board, TEXT)
    opening.reveal(organisation.max, board, now=LATER)
    lines = body_of(browser_of(organisation.vera).get(reverse("board-csv", args=[board.pk])))
    assert f"{TEXT},,,,Mia" in lines


@pytest.mark.parametrize("who", ["vera", "max", "ada"])
def test_how_somebody_ranked_is_read_for_nobody_else_while_the_vote_runs(who, organisation, browser_of):
    board, ids = voting(organisation)
    rank(organisation.mia, board, ids, "EBFCA")
    stored = str(Ballot.objects.get(board=board).order)
    browser, rows = browser_of(getattr(organisation, who)), Rows()
    with connection.execute_wrapper(rows):
        for part in PARTS:
            browser.get(reverse("board-part", args=[board.pk, part]))
        for name in ("board", "board-json", "board-csv", "board-md", "board-ballots", "board-pairwise"):
            body_of(browser.get(reverse(name, args=[board.pk])))
    assert not [row for row in rows.seen if stored in row or stored.replace(" ", "") in row]
    assert browser.get(reverse("board-ballots", args=[board.pk])).status_code == 404
    assert browser.get(reverse("board-json", args=[board.pk])).json()["result"] is None


def test_that_six_of_eight_are_done_is_told_without_who(organisation, browser_of):
    board, ids = voting(organisation)
    rank(organisation.mia, board, ids, "EBFCA")
    seen = body_of(browser_of(organisation.max).get(reverse("board-part", args=[board.pk, "stand"])))
    assert "1 of 3 have voted" in seen
    told = browser_of(organisation.max).get(reverse("board-json", args=[board.pk])).json()
    assert (told["ballots"], told["seats"]) == (1, 3)
    assert "Mia" not in json.dumps(told)


# The models' tables are read here and nowhere else; each of these asks with the condition in its query.
READERS = {"workshops/access.py"}
# Writing, removing, and where a step already knows the note that it moves.
WRITERS = {"workshops/actions.py", "workshops/opening.py", "workshops/sorting.py", "workshops/voting.py"}


def test_notes_and_ballots_are_read_where_the_query_carries_the_condition_and_nowhere_else():
    reads = re.compile(
        r"(?:Note|Ballot)\.objects\.(?!create|update_or_create)|\.(?:notes|ballots)\.(?:all|filter)"
    )
    found = {
        (str(path.relative_to(SOURCE)), line.strip())
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        for line in path.read_text().splitlines()
        if reads.search(line)
    }
    assert {path for path, _ in found} <= READERS | WRITERS
    for path, line in found:
        if path in WRITERS:
            assert ".update(" in line or ".delete()" in line or "pk__in=places" in line, f"{path}: {line}"
