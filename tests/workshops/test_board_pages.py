"""A board in the browser without scripts, to htmx in parts, and what it gives to other pages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.organisation import NOW
from tests.workshops.meeting import a_board, counted, rank, revealed, voting, write

from throughline.audit.models import Entry
from throughline.portfolio.models import Candidate
from throughline.risk.models import Scenario
from throughline.workshops.access import live_clusters, own_ballot, own_notes
from throughline.workshops.models import Board, Outcome
from throughline.workshops.queries import waiting_for

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def at(board, step: str = "", *more: object) -> str:
    return reverse(f"board-{step}" if step else "board", args=[board.pk, *more])


def test_a_board_goes_from_its_opening_to_its_result_by_forms_alone(organisation, browser_of):
    from tests.workshops.meeting import a_cycle

    max_, mia = browser_of(organisation.max), browser_of(organisation.mia)
    given = {"purpose": "lessons", "mode": "together", "columns": "Worked\nDid not", "title": "Looking back"}
    opened = max_.post(reverse("board-new", args=[a_cycle().key]), given)
    board = Board.objects.get()
    assert opened["Location"] == at(board)
    assert (board.columns, board.facilitator) == (["Worked", "Did not"], organisation.max)
    for text in ("Pairing", "Reviews"):
        assert mia.post(at(board, "write"), {"text": text, "column": "Worked"}).status_code == 302
    assert max_.post(at(board, "reveal")).status_code == 302
    assert mia.post(at(board, "sort"), {"what": "own"})["Location"].endswith("#sorting")
    assert max_.post(at(board, "vote")).status_code == 302
    ids = list(live_clusters(board).values_list("pk", flat=True))
    assert mia.post(at(board, "rank"), {"order": ids}).status_code == 302
    assert max_.post(at(board, "count")).status_code == 302
    page = mia.get(at(board)).content.decode()
    assert "1 ballot was counted." in page
    assert "Pairing" in page


def test_a_refused_note_is_said_on_the_page_and_to_programs(organisation, browser_of):
    board, mia = a_board(organisation), browser_of(organisation.mia)
    answer = mia.post(at(board, "write"), {"text": " "})
    assert answer.status_code == 422
    assert b"Write something on it first." in answer.content
    told = mia.post(at(board, "write"), {"text": " "}, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["detail"]) == (422, "write something on it first")


def test_a_step_by_htmx_answers_with_its_part_alone(organisation, browser_of):
    board, notes = revealed(organisation)
    mia = browser_of(organisation.mia)
    given = {"notes": notes[0].handle, "to": "new", "title": "Keys"}
    answer = mia.post(at(board, "sort"), given, headers=PART)
    assert answer.status_code == 200
    assert answer.content.strip().startswith(b"<section")
    assert b"<html" not in answer.content
    late = mia.post(at(board, "sort"), {"notes": notes[0].handle, "to": "987"}, headers=PART)
    assert late.status_code == 422
    assert b"merged or emptied since" in late.content


def test_the_part_to_write_in_brings_ones_own_notes(organisation, browser_of):
    board, mia = a_board(organisation), browser_of(organisation.mia)
    write(organisation.mia, board, "Pairing")
    write(organisation.ada, board, "Reviews")
    for answer in (
        mia.get(at(board, "part", "write")),
        mia.post(at(board, "write"), {"text": "Retros"}, headers=PART),
        mia.post(at(board, "write"), {"text": " "}, headers=PART),
    ):
        assert b"Pairing" in answer.content
        assert b"Reviews" not in answer.content


def test_what_is_drawn_once_for_everybody_marks_each_ones_own_notes(organisation, browser_of):
    board, notes = revealed(organisation)
    pages = {
        who: browser_of(getattr(organisation, who)).get(at(board, "part", "sorting")).content.decode()
        for who in ("mia", "ada", "vera")
    }
    assert pages["mia"].count('class="small soft yours"') == 3
    assert pages["ada"].count('class="small soft yours"') == 2
    assert pages["vera"].count('class="small soft yours"') == 0
    assert "Move to" not in pages["vera"]
    assert not any(mark in page for page in pages.values() for mark in ("\x01", "\x02"))
    assert all(notes[0].handle in page for page in pages.values())


def test_forms_in_what_is_drawn_for_everybody_are_signed_for_each(organisation):
    from django.test import Client

    board, notes = revealed(organisation)
    mia = Client(enforce_csrf_checks=True)
    mia.force_login(organisation.mia)
    page = mia.get(at(board, "part", "sorting")).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    given = {"notes": notes[0].handle, "to": "new"}
    assert mia.post(at(board, "sort"), given).status_code == 403
    assert mia.post(at(board, "sort"), {**given, "csrfmiddlewaretoken": token}).status_code == 302


def test_what_somebody_writes_is_text_and_never_markup(organisation, browser_of):
    board, _ = revealed(organisation, "<script>alert(1)</script>", "<b>bold</b>")
    page = browser_of(organisation.vera).get(at(board)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    text = browser_of(organisation.vera).get(at(board, "md")).content.decode()
    assert "\\<script\\>" in text


def test_a_ballot_of_four_is_refused_beside_its_field(organisation, browser_of):
    board, ids = voting(organisation)
    answer = browser_of(organisation.mia).post(
        at(board, "rank"), {"order": list(ids.values())[:4]}, headers=PART
    )
    assert answer.status_code == 422
    assert b'aria-invalid="true" aria-describedby="ballot-error"' in answer.content
    assert b"Rank exactly five: expected 5, found 4." in answer.content
    assert own_ballot(organisation.mia, board) is None


def test_viewers_neither_write_nor_sort_nor_vote(organisation, browser_of):
    board, _ = revealed(organisation)
    vera = browser_of(organisation.vera)
    for step in ("write", "sort", "rank", "ready", "join", "reveal", "vote"):
        assert vera.post(at(board, step), {"text": "x", "what": "own"}).status_code == 404
    assert vera.get(at(board)).status_code == 200


def test_a_member_who_was_handed_the_board_leads_it_and_no_other(organisation, browser_of):
    from throughline.workshops import opening

    board, mia = a_board(organisation), browser_of(organisation.mia)
    assert mia.post(at(board, "reveal")).status_code == 404
    opening.hand_over(organisation.max, board, to=organisation.mia, now=NOW)
    assert mia.post(at(board, "reveal")).status_code == 302
    assert mia.post(at(a_board(organisation), "reveal")).status_code == 404


def test_nobody_changes_anothers_note(organisation, browser_of):
    board = a_board(organisation)
    note = write(organisation.mia, board, "Mine")
    for who in ("ada", "max"):
        answer = browser_of(getattr(organisation, who)).post(at(board, "note", note.handle), {"text": "x"})
        assert answer.status_code == 404
    assert [each.text for each in own_notes(organisation.mia, board)] == ["Mine"]


def test_home_says_which_boards_wait_for_notes_and_for_a_ballot(organisation, browser_of):
    board = a_board(organisation)
    ranked, ids = voting(organisation)
    assert [(each.board.pk, each.waits) for each in waiting_for(organisation.mia)] == [
        (ranked.pk, "ballot"),
        (board.pk, "notes"),
    ]
    needs = browser_of(organisation.mia).get(reverse("home-json")).json()["needs_you"]
    assert {(each["name"], each["address"]) for each in needs} >= {
        ("board waits for your notes", at(board)),
        ("board waits for your ballot", at(ranked)),
    }
    write(organisation.mia, board, "Done")
    rank(organisation.mia, ranked, ids, "ABCDE")
    assert waiting_for(organisation.mia) == []
    assert waiting_for(organisation.vera) == []


def test_a_cluster_becomes_a_candidate_that_names_it(organisation, browser_of):
    board, ids = counted(organisation)
    turn = reverse("cluster-turn", args=[ids["A"]])
    answer = browser_of(organisation.max).post(turn, {"into": "candidate", "title": ""})
    assert answer["Location"] == f"{at(board)}#cluster-{ids['A']}"
    made = Candidate.objects.get()
    assert (made.title, made.cluster_id, made.cycle, made.narrative) == ("A", ids["A"], board.cycle, "A")
    page = browser_of(organisation.vera).get(at(board)).content.decode()
    assert f'Candidate: <a href="{reverse("candidate", args=[made.pk])}">A</a>' in page


def test_a_candidate_of_a_cluster_is_written_as_every_other_is(organisation, browser_of):
    _, ids = counted(organisation)
    turn = reverse("cluster-turn", args=[ids["A"]])
    max_ = browser_of(organisation.max)
    max_.post(turn, {"into": "candidate", "title": "Rotate the keys"})
    made = Candidate.objects.get()
    written = Entry.objects.get(action="candidate added")
    assert (written.object_id, written.detail["title"]) == (str(made.pk), "Rotate the keys")
    refused = max_.post(turn, {"into": "candidate", "title": "rotate the keys"})
    assert refused.status_code == 422
    assert "there is a candidate" in refused.content.decode().lower()
    assert Candidate.objects.count() == 1


def test_a_cluster_becomes_a_scenario_and_each_shows_the_other(organisation, browser_of):
    board, ids = counted(organisation)
    max_ = browser_of(organisation.max)
    given = {"into": "scenario", "statement": "Keys leak", "criteria": "They are found.", "judge": "Max"}
    refused = max_.post(reverse("cluster-turn", args=[ids["A"]]), {**given, "criteria": ""})
    assert (refused.status_code, Scenario.objects.count(), Outcome.objects.count()) == (422, 0, 0)
    max_.post(reverse("cluster-turn", args=[ids["A"]]), {**given, "start": "2027-04-01"})
    made = Scenario.objects.get()
    assert f"#cluster-{ids['A']}" in max_.get(f"/scenarios/{made.key}/").content.decode()
    assert f"/scenarios/{made.key}/" in max_.get(at(board)).content.decode()


def test_a_cluster_becomes_a_lesson_on_the_post_mortem_of_its_key_result(organisation, browser_of):
    from tests.reviews.quarter import ended, key_result

    board, ids = counted(organisation)
    found = ended(key_result(), value=30)
    max_ = browser_of(organisation.max)
    given = {"into": "lesson", "key_result": found.pk, "kind": "did_not", "text": "Nobody owned it"}
    assert max_.post(reverse("cluster-turn", args=[ids["B"]]), given).status_code == 302
    page = max_.get(f"/key-results/{found.pk}/post-mortem/").content.decode()
    assert "Nobody owned it" in page
    assert f"#cluster-{ids['B']}" in page
    assert "What did not: Nobody owned it" in max_.get(at(board)).content.decode()


def test_a_candidate_shows_the_way_back_to_its_cluster_and_its_rank(organisation):
    from django.template import Context, Template

    from throughline.workshops.models import Cluster

    _, ids = counted(organisation)
    template = Template("{% load boards %}{% from_cluster cluster %}")
    told = template.render(Context({"cluster": Cluster.objects.get(pk=ids["A"])}))
    assert "9 points, rank 1 of the vote" in told
    assert f"#cluster-{ids['A']}" in told
