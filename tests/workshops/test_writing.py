"""Writing alone: one's own notes, sent once, until the reveal nobody else's to read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.organisation import NOW
from tests.workshops.meeting import a_board, a_cycle, write

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.live.models import Change
from throughline.workshops import actions, opening
from throughline.workshops.access import own_notes, revealed_notes
from throughline.workshops.models import Note, Seat

pytestmark = pytest.mark.django_db


def texts(notes):
    return [note.text for note in notes]


def test_a_note_is_its_authors_alone_until_everybody_reads_it(organisation):
    board = a_board(organisation)
    write(organisation.mia, board, "Rotate the keys")
    assert texts(own_notes(organisation.mia, board)) == ["Rotate the keys"]
    assert texts(own_notes(organisation.max, board)) == []
    assert texts(revealed_notes(board)) == []
    opening.reveal(organisation.max, board, now=NOW)
    assert texts(revealed_notes(board)) == ["Rotate the keys"]


def test_a_note_that_is_sent_twice_is_one_note(organisation):
    board = a_board(organisation)
    first = write(organisation.mia, board, "Once", token="t1")
    assert write(organisation.mia, board, "Once", token="t1").pk == first.pk
    assert write(organisation.ada, board, "Once", token="t1").pk != first.pk
    assert Note.objects.count() == 2
    # The line may be so poor that the notes are revealed and ranked before the second time arrives.
    opening.reveal(organisation.max, board, now=NOW)
    opening.close(organisation.max, board, now=NOW)
    assert write(organisation.mia, board, "Once", token="t1").pk == first.pk


def test_one_changes_and_withdraws_ones_own_note(organisation):
    board = a_board(organisation, columns=["Do", "Stop"])
    note = write(organisation.mia, board, "Rotate", column="Stop")
    to = actions.Written(text="Rotate monthly", link="https://example.org/keys")
    actions.change(organisation.mia, note, to, now=NOW)
    note.refresh_from_db()
    assert (note.text, note.column, note.link) == ("Rotate monthly", "Do", "https://example.org/keys")
    with pytest.raises(Refused, match="withdrawn"):
        actions.change(organisation.ada, note, to, now=NOW)
    actions.withdraw(organisation.mia, note, now=NOW)
    assert texts(own_notes(organisation.mia, board)) == []


def test_what_everybody_has_read_is_not_withdrawn_but_may_be_said_better(organisation):
    board = a_board(organisation)
    note = write(organisation.mia, board, "Rotate")
    opening.reveal(organisation.max, board, now=NOW)
    with pytest.raises(Refused, match="everybody has read it"):
        actions.withdraw(organisation.mia, note, now=NOW)
    actions.change(organisation.mia, note, actions.Written(text="Rotate monthly"), now=NOW)
    assert texts(revealed_notes(board)) == ["Rotate monthly"]


def test_whoever_comes_late_still_adds_a_note_while_the_board_sorts(organisation):
    board = a_board(organisation, asked="mia")
    opening.reveal(organisation.max, board, now=NOW)
    write(organisation.ada, board, "Late")
    assert texts(revealed_notes(board)) == ["Late"]
    assert Seat.objects.filter(board=board, person=organisation.ada).exists()


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        ({"text": " "}, "text", "write something"),
        ({"text": "x" * 501}, "text", "at most 500"),
        ({"text": "a\x07b"}, "text", "control character"),
        ({"text": "x", "column": "Third"}, "column", "expected Do, Stop; found 'Third'"),
        ({"text": "x", "link": "javascript:alert(1)"}, "link", "starts with https://"),
        ({"text": "x", "link": "//evil.example"}, "link", "starts with https://"),
        ({"text": "x", "key_result": 987}, "key_result", "no key result 987"),
    ],
)
def test_what_cannot_be_a_note_is_said_beside_its_field(organisation, given, place, said):
    board = a_board(organisation, columns=["Do", "Stop"])
    with pytest.raises(Refused, match=said) as refused:
        actions.write(organisation.mia, board, actions.Written(**given), now=NOW)
    assert refused.value.place == place
    assert not Note.objects.exists()


def test_the_audit_tells_that_a_note_was_written_and_nothing_of_which(organisation):
    board = a_board(organisation)
    note = write(organisation.mia, board, "Rotate the keys")
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.action, entry.object_type, entry.object_id) == ("note written", "board", str(board.pk))
    assert entry.actor.endswith("Mia")
    assert entry.detail == {}
    assert note.handle not in str(Entry.objects.values_list("detail", flat=True))
    told = set(Change.objects.values_list("topic", "what"))
    assert {(f"board:{board.pk}", "notes"), (f"person:{organisation.mia.pk}", "own-notes")} <= told


def test_an_action_that_is_refused_leaves_no_note_and_no_entry(organisation):
    board = a_board(organisation)
    before = Entry.objects.count()
    with pytest.raises(Refused):
        write(organisation.mia, board, "x", link="nowhere")
    assert Entry.objects.count() == before


def test_somebody_is_here_for_half_a_minute_after_a_page_said_so(organisation):
    from throughline.workshops.queries import present

    board = a_board(organisation)
    actions.be_here(organisation.mia, board, now=NOW)
    found = {each.name: each.is_here for each in present(board, since=NOW - actions.HERE_FOR)}
    assert found == {"Max": True, "Mia": True, "Ada": False}
    later = NOW + timedelta(seconds=31)
    assert not any(each.is_here for each in present(board, since=later - actions.HERE_FOR))


def test_that_somebody_came_is_told_once_and_not_with_every_ping(organisation):
    board = a_board(organisation)
    before = Change.objects.count()
    for second in (0, 10, 20):
        actions.be_here(organisation.mia, board, now=NOW + timedelta(seconds=second))
    assert Change.objects.count() == before + 1


def test_ready_is_counted_and_can_be_taken_back(organisation):
    board = a_board(organisation)
    actions.say_ready(organisation.mia, board, ready=True, now=NOW)
    assert board.seats.filter(is_ready=True).count() == 1
    actions.say_ready(organisation.mia, board, ready=False, now=NOW)
    assert not board.seats.filter(is_ready=True).exists()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"purpose": "fun"}, "purpose"),
        ({"mode": "never"}, "mode"),
        ({"mode": "apart"}, "ends_at"),
        ({"mode": "apart", "ends_at": NOW}, "ends_at"),
        ({"columns": list("abcdefg")}, "columns"),
        ({"columns": ["a", "a"]}, "columns"),
        ({"title": "x" * 161}, "title"),
    ],
)
def test_a_board_that_cannot_be_opened_is_refused_at_its_field(organisation, given, place):
    with pytest.raises(Refused) as refused:
        a_board(organisation, **given)
    assert refused.value.place == place


def test_whether_authors_are_shown_is_fixed_at_the_start(organisation):
    import inspect

    board = a_board(organisation, shows_authors=True)
    assert board.shows_authors
    source = inspect.getsource(opening)
    assert source.count("shows_authors=shows_authors") == 1


def test_the_board_is_handed_over_to_a_member_at_it(organisation):
    board = a_board(organisation, asked="mia")
    with pytest.raises(Refused, match="not at this board"):
        opening.hand_over(organisation.max, board, to=organisation.ada, now=NOW)
    opening.hand_over(organisation.max, board, to=organisation.mia, now=NOW)
    board.refresh_from_db()
    assert board.facilitator == organisation.mia


def test_the_timer_is_set_lengthened_and_taken_away_and_moves_nothing(organisation):
    board = a_board(organisation)
    opening.set_timer(organisation.max, board, minutes=5, now=NOW)
    opening.add_minute(organisation.max, board, now=NOW)
    board.refresh_from_db()
    assert board.ends_at == NOW + timedelta(minutes=6)
    assert board.phase == "write"
    long_after = NOW + timedelta(hours=2)
    write(organisation.mia, board, "After the time", now=long_after)
    opening.add_minute(organisation.max, board, now=long_after)
    board.refresh_from_db()
    assert board.ends_at == long_after + timedelta(minutes=1)
    opening.end_timer(organisation.max, board, now=long_after)
    board.refresh_from_db()
    assert board.ends_at is None
    with pytest.raises(Refused, match="between 1 and 240"):
        opening.set_timer(organisation.max, board, minutes=0, now=NOW)


def test_a_board_over_days_keeps_its_end_through_the_reveal(organisation):
    end = NOW + timedelta(days=3)
    board = a_board(organisation, mode="apart", ends_at=end)
    opening.reveal(organisation.max, board, now=NOW)
    board.refresh_from_db()
    assert board.ends_at == end
    opening.wait_until(organisation.max, board, ends_at=end + timedelta(days=1), now=NOW)
    board.refresh_from_db()
    assert board.ends_at == end + timedelta(days=1)


def test_a_board_belongs_to_its_cycle(organisation):
    assert a_board(organisation).cycle == a_cycle()
