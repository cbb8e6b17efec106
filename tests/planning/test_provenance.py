"""Where work came from: note, cluster, vote, candidate, initiative, key result."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.planning.quarter import ACTOR
from tests.workshops import meeting

from throughline.objectives import efforts, sketches
from throughline.objectives.items import add_item, archive
from throughline.planning.provenance import way_to, ways_of, work_for
from throughline.portfolio.models import Candidate
from throughline.workshops.models import Cluster
from throughline.workshops.outcomes import make_candidate

pytestmark = pytest.mark.django_db


def all_the_way(organisation):
    """A counted board whose first cluster became an initiative that should move a key result."""
    board, ids = meeting.counted(organisation)
    cluster = Cluster.objects.get(pk=ids["A"])
    candidate = make_candidate(organisation.max, cluster, title="Rotate keys", now=NOW)
    work = add_item(ACTOR, "initiative", title="Rotate keys", cycle=board.cycle, now=NOW)
    Candidate.objects.filter(pk=candidate.pk).update(initiative=work)
    objective = add_item(ACTOR, "objective", title="Fewer surprises", cycle=board.cycle, now=NOW)
    wish = {"title": "Keys are young", "metric": "count()", "baseline": "9", "target": "0", "owner": "Max"}
    key_result = sketches.add_sketch(ACTOR, objective, now=NOW, **wish)
    efforts.expect(ACTOR, work, key_result, low=-5.0, high=-1.0, confidence=0.8, now=NOW)
    return board, work


def test_a_way_leads_from_the_note_to_the_key_result(organisation, browser_of):
    board, _ = all_the_way(organisation)
    answer = browser_of(organisation.vera).get(f"/cycles/{board.cycle.key}/provenance.json").json()
    first = next(each for each in answer["ways"] if each["became"])
    assert first["notes"] == ["A"]
    assert first["cluster"]["title"] == "A"
    assert first["vote"] == {"rank": 1, "points": 9}
    assert (first["became"], first["initiative"]) == ("initiative", "rotate-keys")
    assert [each["name"] for each in first["key_results"]] == ["Keys are young"]


def test_a_cluster_of_which_nothing_came_is_there_too(organisation):
    board, _ = all_the_way(organisation)
    found = ways_of(board.cycle)
    assert len(found) == 6
    assert sum(not each.became for each in found) == 5
    ranked = [each.rank for each in found if each.rank is not None]
    assert ranked == sorted(ranked)


def test_the_page_of_an_initiative_says_where_it_came_from(organisation, browser_of):
    _, work = all_the_way(organisation)
    page = browser_of(organisation.vera).get(f"/initiatives/{work.key}/").content.decode()
    assert "rank 1 of the vote" in page
    assert "Where it came from" in page


def test_the_page_of_a_key_result_leads_to_what_should_move_it_and_to_where_that_came_from(
    organisation, browser_of
):
    board, work = all_the_way(organisation)
    cluster = Cluster.objects.get(board=board, title="A")
    key_result = work.effects.get().key_result
    browser, part = browser_of(organisation.vera), f"/key-results/{key_result.pk}/moved-by/"
    assert part in browser.get(f"/key-results/{key_result.pk}/", follow=True).content.decode()
    moved = browser.get(part).content.decode()
    assert f'<a class="strong" href="/initiatives/{work.key}/">Rotate keys</a>' in moved
    assert "−5 to −1" in moved
    assert f'<a href="/boards/{board.pk}/#cluster-{cluster.pk}">A</a> of 1 note: rank 1 of the vote' in moved


def test_work_that_was_archived_moves_a_key_result_no_more(organisation):
    _, work = all_the_way(organisation)
    key_result = work.effects.get().key_result
    assert [each.work for each in work_for(key_result)] == [work]
    archive(ACTOR, work, now=NOW)
    assert work_for(key_result) == []


def test_more_work_for_a_key_result_costs_no_more_questions(organisation, django_assert_max_num_queries):
    board, work = all_the_way(organisation)
    key_result = work.effects.get().key_result
    for title in ("B", "C", "D"):
        candidate = make_candidate(organisation.max, Cluster.objects.get(board=board, title=title), now=NOW)
        made = add_item(ACTOR, "initiative", title=title, cycle=board.cycle, now=NOW)
        Candidate.objects.filter(pk=candidate.pk).update(initiative=made)
        efforts.expect(ACTOR, made, key_result, low=-2.0, high=-1.0, confidence=0.8, now=NOW)
    with django_assert_max_num_queries(10):
        found = work_for(key_result)
    assert [each.way.rank for each in found] == [1, 3, 4, 1]


def test_an_initiative_that_nobody_proposed_says_nothing(organisation):
    board, _ = all_the_way(organisation)
    other = add_item(ACTOR, "initiative", title="Out of the blue", cycle=board.cycle, now=NOW)
    assert way_to(other) is None


def test_before_the_reveal_nothing_of_a_board_is_told_and_no_author_ever(organisation, browser_of):
    hidden = meeting.a_board(organisation)
    meeting.write(organisation.mia, hidden, "A secret worry")
    browser = browser_of(organisation.ada)
    for ending in ("/", ".json", ".csv"):
        answer = browser.get(f"/cycles/{hidden.cycle.key}/provenance{ending}")
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"secret" not in text
    board, _ = all_the_way(organisation)
    told = browser.get(f"/cycles/{board.cycle.key}/provenance.json").content.decode()
    assert "Mia" not in told


def test_a_cleared_board_keeps_clusters_and_ranks_and_no_note(organisation):
    from throughline.workshops.opening import clear, close

    board, _ = all_the_way(organisation)
    close(organisation.max, board, now=NOW)
    clear(organisation.max, board, now=NOW)
    found = ways_of(board.cycle)
    assert {each.notes for each in found} == {()}
    assert found[0].rank == 1


def test_twice_as_much_costs_no_more_questions(organisation, django_assert_max_num_queries):
    board, _ = all_the_way(organisation)
    for title in ("B", "C", "D"):
        cluster = Cluster.objects.get(board=board, title=title)
        make_candidate(organisation.max, cluster, now=NOW)
    with django_assert_max_num_queries(10):
        ways_of(board.cycle)
