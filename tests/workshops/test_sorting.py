"""Sorting: every step is seen by all, can be taken back, and no note is lost or in two places."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.organisation import NOW
from tests.workshops.meeting import NOTES, a_board, revealed, write

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.workshops import opening, sorting
from throughline.workshops.access import live_clusters, revealed_notes
from throughline.workshops.models import Cluster, Move, Note
from throughline.workshops.queries import sorted_notes, suggested

pytestmark = pytest.mark.django_db


def picture(board) -> dict[str, list[str]]:
    """Titles with the texts of their notes; what is loose stands under nothing."""
    found = sorted_notes(board)
    clusters = {each.title: sorted(note.text for note in each.notes) for each in found.clusters}
    return clusters | {"": sorted(note.text for note in found.loose)}


@pytest.fixture
def board(organisation):
    return revealed(organisation)


def handles(notes, *places: int) -> list[str]:
    return [notes[place].handle for place in places]


def test_notes_are_put_together_and_called_after_the_first(organisation, board):
    board, notes = board
    sorting.put_together(organisation.mia, board, handles(notes, 0, 1), now=NOW)
    assert picture(board)["Keys are never rotated"] == ["Keys are never rotated", "Rotate the keys"]
    sorting.put_together(organisation.mia, board, handles(notes, 4), title="Training", now=NOW)
    assert picture(board)["Training"] == ["Train us"]


def test_nothing_is_sorted_before_the_reveal(organisation):
    board = a_board(organisation)
    note = write(organisation.mia, board, "Private")
    with pytest.raises(Refused, match="private still"):
        sorting.put_together(organisation.mia, board, [note.handle], now=NOW)


def test_a_cluster_goes_with_its_last_note_and_comes_back_with_undo(organisation, board):
    board, notes = board
    sorting.put_together(organisation.mia, board, handles(notes, 0), title="Keys", now=NOW)
    keys = live_clusters(board).get().pk
    sorting.move(organisation.mia, board, handles(notes, 0), to=None, now=NOW)
    assert "Keys" not in picture(board)
    with pytest.raises(Refused, match="merged or emptied since"):
        sorting.move(organisation.ada, board, handles(notes, 1), to=keys, now=NOW)
    sorting.undo(organisation.mia, board, now=NOW)
    assert picture(board)["Keys"] == ["Rotate the keys"]


def test_a_merge_keeps_every_text_and_is_taken_back_whole(organisation, board):
    board, notes = board
    sorting.put_together(organisation.mia, board, handles(notes, 0, 1), title="Keys", now=NOW)
    sorting.put_together(organisation.ada, board, handles(notes, 2, 3), title="Backups", now=NOW)
    before = picture(board)
    ids = dict(live_clusters(board).values_list("title", "pk"))
    sorting.merge(organisation.ada, board, ids["Keys"], into=ids["Backups"], now=NOW)
    assert len(picture(board)["Backups"]) == 4
    assert "Keys" not in picture(board)
    sorting.undo(organisation.ada, board, now=NOW)
    assert picture(board) == before


def test_undo_takes_back_ones_own_last_steps_one_by_one(organisation, board):
    board, notes = board
    start = picture(board)
    sorting.put_together(organisation.mia, board, handles(notes, 0), title="Keys", now=NOW)
    sorting.put_together(organisation.ada, board, handles(notes, 2), title="Backups", now=NOW)
    sorting.move(
        organisation.mia, board, handles(notes, 1), to=live_clusters(board).get(title="Keys").pk, now=NOW
    )
    sorting.undo(organisation.mia, board, now=NOW)
    sorting.undo(organisation.mia, board, now=NOW)
    assert set(picture(board)) == {"Backups", ""}
    with pytest.raises(Refused, match="no step of yours"):
        sorting.undo(organisation.mia, board, now=NOW)
    sorting.undo(organisation.ada, board, now=NOW)
    assert picture(board) == start


def test_undo_is_refused_with_the_name_of_who_moved_it_since(organisation, board):
    board, notes = board
    sorting.put_together(organisation.mia, board, handles(notes, 0), title="Keys", now=NOW)
    sorting.move(organisation.ada, board, handles(notes, 0), to=None, now=NOW)
    before = picture(board)
    with pytest.raises(Refused, match="Ada moved a note of this step since") as refused:
        sorting.undo(organisation.mia, board, now=NOW)
    assert refused.value.code == "moved_since"
    assert picture(board) == before


def test_anybody_takes_back_any_step_that_still_stands(organisation, board):
    board, notes = board
    made = sorting.put_together(organisation.mia, board, handles(notes, 0), title="Keys", now=NOW)
    sorting.undo(organisation.ada, board, move=made.pk, now=NOW)
    assert "Keys" not in picture(board)
    with pytest.raises(Refused, match="taken back already"):
        sorting.undo(organisation.mia, board, move=made.pk, now=NOW)


def test_undoing_a_new_cluster_leaves_it_to_those_who_use_it(organisation, board):
    board, notes = board
    sorting.put_together(organisation.mia, board, handles(notes, 0), title="Keys", now=NOW)
    sorting.move(organisation.ada, board, handles(notes, 1), to=live_clusters(board).get().pk, now=NOW)
    sorting.undo(organisation.mia, board, now=NOW)
    assert picture(board)["Keys"] == ["Keys are never rotated"]


def test_titles_differ_and_are_words(organisation, board):
    board, notes = board
    sorting.put_together(organisation.mia, board, handles(notes, 0), title="Keys", now=NOW)
    sorting.put_together(organisation.mia, board, handles(notes, 2), title="Backups", now=NOW)
    backups = live_clusters(board).get(title="Backups").pk
    for title, said in (("keys", "another cluster"), ("", "in common"), ("=1+1", "letter or a digit")):
        with pytest.raises(Refused, match=said) as refused:
            sorting.rename(organisation.mia, board, backups, title=title, now=NOW)
        assert refused.value.place == "title"
    sorting.rename(organisation.mia, board, backups, title="Restoring", now=NOW)
    assert "Restoring" in picture(board)
    sorting.put_together(organisation.ada, board, handles(notes, 4), title="Backups", now=NOW)
    with pytest.raises(Refused, match="called “Backups” now"):
        sorting.undo(organisation.mia, board, now=NOW)


def test_a_note_that_begins_like_a_formula_gives_a_title_that_is_none(organisation):
    board, _notes = revealed(organisation, "=HYPERLINK(1)", "- rotate", "***")
    sorting.each_its_own(organisation.mia, board, now=NOW)
    assert set(picture(board)) == {"HYPERLINK(1)", "rotate", "Untitled", ""}


def test_the_same_words_twice_are_two_clusters_with_two_titles(organisation):
    board, _ = revealed(organisation, "Keys", "keys", "Keys")
    sorting.each_its_own(organisation.mia, board, now=NOW)
    assert {title.casefold() for title in picture(board)} == {"", "keys", "keys (2)", "keys (3)"}


def test_suggestions_group_what_says_the_same_and_change_nothing(organisation, board):
    board, _ = board
    before = picture(board)
    groups = [sorted(text for _, text in group) for group in suggested(board)]
    assert sorted(groups) == [
        ["Keys are never rotated", "Rotate the keys"],
        ["Nobody restores backups", "Test the backups"],
    ]
    assert picture(board) == before
    assert not Move.objects.exists()


def test_a_suggestion_that_somebody_has_sorted_meanwhile_takes_what_is_left_or_is_refused(
    organisation, board
):
    board, notes = board
    three = handles(notes, 0, 1, 4)
    sorting.put_together(organisation.ada, board, handles(notes, 4), title="Training", now=NOW)
    sorting.take_suggestion(organisation.mia, board, three, now=NOW)
    assert len(picture(board)["Keys are never rotated"]) == 2
    with pytest.raises(Refused, match="sorted these notes since"):
        sorting.take_suggestion(organisation.ada, board, three, now=NOW)


def test_notes_of_another_board_are_not_moved(organisation, board):
    board, _ = board
    other, others = revealed(organisation, "Elsewhere")
    with pytest.raises(Refused, match="not on this board"):
        sorting.put_together(organisation.mia, board, handles(others, 0), now=NOW)
    sorting.put_together(organisation.mia, other, handles(others, 0), now=NOW)
    there = live_clusters(other).get().pk
    note = revealed_notes(board)[0].handle
    with pytest.raises(Refused, match="merged or emptied"):
        sorting.move(organisation.mia, board, [note], to=there, now=NOW)


def test_sorting_ends_with_the_vote_and_is_audited_without_words(organisation, board):
    board, _ = board
    sorting.each_its_own(organisation.mia, board, now=NOW)
    entries = str(list(Entry.objects.values_list("action", "detail")))
    assert "notes each its own" in entries
    assert not any(text in entries for text in NOTES)
    opening.open_vote(organisation.max, board, now=NOW)
    with pytest.raises(Refused, match="ranked already"):
        sorting.each_its_own(organisation.mia, board, now=NOW)


# The steps from this one on take others back.
UNDO = 5
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["mia", "ada", "max"]), st.integers(0, 6), st.integers(0, 6), st.integers(0, 9)
    ),
    max_size=25,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_steps_keeps_every_note_in_one_place_and_loses_no_text(organisation, steps):
    Note.objects.all().delete(), Move.objects.all().delete(), Cluster.objects.all().delete()
    board, notes = revealed(organisation)
    for who, what, which, other in steps:
        with suppress(Refused):
            _some_step(getattr(organisation, who), board, notes, what, which, other)
        _require_whole(board)
    # Where nothing was taken back yet, taking back all, the newest first, ends where it began.
    if all(what < UNDO for _, what, _, _ in steps):
        for move in Move.objects.filter(board=board, undone_at=None).order_by("-id"):
            sorting.undo(organisation.mia, board, move=move.pk, now=NOW)
            _require_whole(board)
        assert picture(board) == {"": sorted(NOTES)}


def _some_step(person, board, notes, what: int, which: int, other: int) -> None:
    clusters = [*live_clusters(board).values_list("pk", flat=True)] or [0]
    note = notes[which % len(notes)].handle
    a, b = clusters[which % len(clusters)], clusters[other % len(clusters)]
    moves = [*Move.objects.filter(board=board).values_list("pk", flat=True)] or [0]
    steps = (
        lambda: sorting.move(person, board, [note], to=b, now=NOW),
        lambda: sorting.move(person, board, [note], to=None, now=NOW),
        lambda: sorting.put_together(person, board, [note, notes[other % len(notes)].handle], now=NOW),
        lambda: sorting.merge(person, board, a, into=b, now=NOW),
        lambda: sorting.rename(person, board, a, title=f"Title {other}", now=NOW),
        lambda: sorting.undo(person, board, now=NOW),
        lambda: sorting.undo(person, board, move=moves[other % len(moves)], now=NOW),
    )
    steps[what]()


def _require_whole(board) -> None:
    found = sorted_notes(board)
    texts = [note.text for each in found.clusters for note in each.notes] + [
        note.text for note in found.loose
    ]
    assert sorted(texts) == sorted(NOTES)
    assert all(each.notes for each in found.clusters)
    titles = [each.title.casefold() for each in found.clusters]
    assert len(set(titles)) == len(titles)
    assert not Note.objects.filter(board=board, cluster__removed_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_steps_of_several_people_at_once_end_in_one_state(organisation):
    board, notes = revealed(organisation)
    sorting.put_together(organisation.max, board, handles(notes, 0), title="Keys", now=NOW)
    keys, faults = live_clusters(board).get().pk, []

    def sort(person) -> None:
        try:
            for place in range(1, 5):
                for to in (keys, None, keys):
                    sorting.move(person, board, [notes[place].handle], to=to, now=NOW)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sort, args=(each,)) for each in (organisation.mia, organisation.ada)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert picture(board) == {"Keys": sorted(NOTES), "": []}
    _require_whole(board)
