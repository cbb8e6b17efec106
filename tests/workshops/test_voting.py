"""The vote: exactly five, private, changeable until it ends; and a count that its export gives again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from tests.organisation import NOW
from tests.workshops.meeting import LATER, counted, rank, revealed, voting

from throughline.audit.models import Entry
from throughline.cli import main
from throughline.engine.refusals import Refused
from throughline.workshops import opening
from throughline.workshops import voting as vote
from throughline.workshops.access import counted_orders, how_many_ballots, own_ballot
from throughline.workshops.models import Ballot, Move, Note

pytestmark = pytest.mark.django_db


def test_a_ballot_ranks_exactly_five(organisation):
    board, ids = voting(organisation)
    for order in ("ABCD", "ABCDEF", ""):
        with pytest.raises(Refused, match=f"exactly five: expected 5, found {len(order)}") as refused:
            rank(organisation.mia, board, ids, order)
        assert refused.value.place == "order"
    with pytest.raises(Refused, match="the second and the fourth are the same"):
        rank(organisation.mia, board, ids, "ABCBE")
    assert rank(organisation.mia, board, ids, "ABCDE").order == [ids[each] for each in "ABCDE"]


def test_with_fewer_clusters_every_one_is_ranked(organisation):
    board, ids = voting(organisation, "A", "B", "C")
    with pytest.raises(Refused, match="rank every cluster: expected 3, found 2"):
        rank(organisation.mia, board, ids, "AB")
    rank(organisation.mia, board, ids, "CAB")
    found = vote.close_vote(organisation.max, board, now=LATER).result
    assert [(each["option"], each["points"]) for each in found["points"]] == [("C", 3), ("A", 2), ("B", 1)]


def test_a_cluster_of_another_board_is_on_no_ballot(organisation):
    board, ids = voting(organisation)
    _, others = voting(organisation, "X", "Y")
    with pytest.raises(Refused, match="no cluster of this board"):
        vote.rank(organisation.mia, board, [*list(ids.values())[:4], others["X"]], now=NOW)


def test_a_ballot_is_changed_until_the_vote_ends_and_stays_ones_own(organisation):
    board, ids = voting(organisation)
    rank(organisation.mia, board, ids, "ABCDE")
    rank(organisation.mia, board, ids, "EDCBA", now=NOW + timedelta(minutes=1))
    assert Ballot.objects.count() == 1
    assert own_ballot(organisation.max, board) is None
    assert counted_orders(board) == []
    assert how_many_ballots([board]) == {board.pk: 1}
    board = vote.close_vote(organisation.max, board, now=LATER)
    assert counted_orders(board) == [[ids[each] for each in "EDCBA"]]
    with pytest.raises(Refused, match="the vote is over"):
        rank(organisation.mia, board, ids, "ABCDE")


def test_the_audit_tells_that_somebody_voted_and_not_how(organisation):
    board, ids = voting(organisation)
    rank(organisation.mia, board, ids, "ABCDE")
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.action, entry.detail) == ("ballot cast", {})


def test_a_vote_needs_two_clusters_and_a_ballot(organisation):
    board, _ = revealed(organisation)
    with pytest.raises(Refused, match="no clusters"):
        opening.open_vote(organisation.max, board, now=NOW)
    board, _ = voting(organisation)
    with pytest.raises(Refused, match="no ballot has come"):
        vote.close_vote(organisation.max, board, now=NOW)
    board.refresh_from_db()
    assert board.phase == "vote"


def test_sorting_is_taken_up_again_only_while_nobody_has_voted(organisation):
    board, ids = voting(organisation)
    opening.sort_again(organisation.max, board, now=NOW)
    opening.open_vote(organisation.max, board, now=NOW)
    rank(organisation.mia, board, ids, "ABCDE")
    with pytest.raises(Refused, match="1 ballot ranks these clusters already"):
        opening.sort_again(organisation.max, board, now=NOW)


def exported(browser, board) -> bytes:
    return b"".join(browser.get(f"/boards/{board.pk}/ballots.csv").streaming_content)


def test_the_exported_ballots_are_nameless_and_counted_again_give_the_same(
    organisation, browser_of, tmp_path
):
    board, _ = counted(organisation)
    csv = exported(browser_of(organisation.vera), board)
    assert csv.decode().splitlines() == [
        "voter,first,second,third,fourth,fifth",
        "v1,A,B,C,D,E",
        "v2,B,A,C,D,F",
    ]
    file = tmp_path / "ballots.csv"
    file.write_bytes(csv)
    answer = CliRunner().invoke(main, ["vote", "tally", str(file), "--json"])
    assert json.loads(answer.stdout) == board.result
    assert board.result["points"][0] == {"option": "A", "points": 9, "firsts": 1, "rank": 1}


def test_the_order_of_exported_ballots_does_not_follow_who_voted_when(organisation, browser_of):
    board, ids = voting(organisation)
    rank(organisation.mia, board, ids, "FEDCB")
    rank(organisation.ada, board, ids, "ABCDE", now=LATER)
    board = vote.close_vote(organisation.max, board, now=LATER)
    assert b"v1,A,B,C,D,E\r\nv2,F,E,D,C,B" in exported(browser_of(organisation.vera), board)


def test_a_cluster_on_no_ballot_is_said_on_the_page(organisation, browser_of):
    board, ids = voting(organisation)
    rank(organisation.mia, board, ids, "ABCDE")
    vote.close_vote(organisation.max, board, now=LATER)
    page = browser_of(organisation.vera).get(f"/boards/{board.pk}/").content.decode()
    assert "On nobody's ballot: F." in page or "On nobody&#x27;s ballot: F." in page


def test_the_managers_priority_stands_apart_with_its_reason(organisation):
    board, ids = counted(organisation)
    with pytest.raises(Refused, match="say why") as refused:
        vote.set_priority(organisation.max, board, [ids["C"]], reason=" ", now=LATER)
    assert refused.value.place == "reason"
    with pytest.raises(Refused, match="choose at least the first"):
        vote.set_priority(organisation.max, board, [], reason="An audit asks for it", now=LATER)
    before = board.result
    made = vote.set_priority(organisation.max, board, [ids["C"]], reason="An audit asks for it", now=LATER)
    assert made.author.endswith("Max")
    board.refresh_from_db()
    assert board.result == before


def test_a_priority_waits_for_the_vote(organisation):
    board, ids = voting(organisation)
    with pytest.raises(Refused, match="heard first"):
        vote.set_priority(organisation.max, board, [ids["A"]], reason="Now", now=NOW)


def test_after_the_meeting_notes_and_ballots_are_removed_and_the_count_stays(organisation, browser_of):
    board, _ = counted(organisation)
    with pytest.raises(Refused, match="close the board first"):
        opening.clear(organisation.max, board, now=LATER)
    opening.close(organisation.max, board, now=LATER)
    opening.clear(organisation.max, board, now=LATER)
    for records in (Note, Ballot, Move):
        assert not records.objects.filter(board=board).exists()
    board.refresh_from_db()
    assert board.result["points"][0]["option"] == "A"
    browser = browser_of(organisation.vera)
    page = browser.get(f"/boards/{board.pk}/").content.decode()
    assert "raw notes and ballots were removed" in page
    assert browser.get(f"/boards/{board.pk}/ballots.csv").status_code == 404
    assert browser.get(f"/boards/{board.pk}/pairwise.csv").status_code == 200
    assert "| 1 | A | 9 |" in browser.get(f"/boards/{board.pk}.md").content.decode()


def test_a_board_closed_before_its_reveal_keeps_its_notes_private_for_good(organisation, browser_of):
    from tests.workshops.meeting import a_board, write

    board = a_board(organisation)
    write(organisation.mia, board, "Never said")
    opening.close(organisation.max, board, now=NOW)
    assert b"Never said" not in browser_of(organisation.max).get(f"/boards/{board.pk}/").content
    with pytest.raises(Refused, match="closed"):
        opening.reveal(organisation.max, board, now=NOW)
