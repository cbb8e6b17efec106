"""The report of a small quarter: what it says, and that it stays as it was when the quarter closed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from tests.cycles.plans import ACTOR, NOW, a_plan
from tests.reports.told import report, result

from throughline.audit.models import Entry
from throughline.cycles.actions import close_cycle, propose, set_cycle
from throughline.cycles.content import sealed
from throughline.engine.refusals import Refused
from throughline.engine.statuses import by_chance
from throughline.objectives.actions import add_key_result
from throughline.objectives.models import Cycle, Initiative, KeyResult
from throughline.objectives.queries import stands
from throughline.reports import proof, queries
from throughline.reports.actions import write
from throughline.reports.comparing import figures
from throughline.reports.content import document_of, report_from
from throughline.reports.gathering import report_of
from throughline.reports.models import Frozen, Words
from throughline.reviews.models import PostMortem
from throughline.risk.amounts import rough
from throughline.risk.glance import Money
from throughline.ui.glance import sentence

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 2, tzinfo=UTC)
ALONE = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Vera"}
LESSON = "Plan with three quarters of the people"


@pytest.fixture
def quarter() -> Cycle:
    cycle, _, _ = a_plan()
    Initiative.objects.create(
        key="rota", title="A rota", cycle=cycle, created_at=NOW, effort_low=2, effort_high=3
    )
    propose(ACTOR, cycle, now=NOW)
    set_cycle(ACTOR, cycle, now=NOW)
    return cycle


def frozen(cycle: Cycle) -> Frozen:
    close_cycle(ACTOR, cycle, now=AFTER)
    return Frozen.objects.get()


def test_it_says_the_figure_with_its_n_the_way_and_how_it_stands(quarter):
    told = report_of(quarter, now=NOW)
    [found] = told.results
    # One every two days of October.
    assert (found.n, found.now, found.owner, found.commitment) == (15, "15", "Ada Okafor", "committed")
    assert "→" in found.aim
    assert found.chart is not None
    assert "key result" in told.headline
    assert told.week == "week 8 of 13"
    assert told.work.sentence == "1 piece of work: 1 planned; 2 to 3 person-weeks by their ranges."
    assert [each.is_draft for each in told.texts] == [True, True, True]
    assert "“Fewer flaws are found by others”" in told.text("narrative").said


def test_what_serves_no_objective_is_listed_and_counted_as_on_the_home_page(quarter):
    alone = add_key_result(ACTOR, now=NOW, **ALONE, start="2026-10-01", due="2026-12-31")
    add_key_result(ACTOR, now=NOW, **ALONE, start="2027-01-02", due="2027-03-31")
    told = report_of(quarter, now=NOW)
    assert [each.title for each in told.objectives] == [
        *("Fewer flaws are found by others", "Serves no objective"),
    ]
    assert [each.id for each in told.objectives[1].results] == [alone.pk]
    running = stands(KeyResult.objects.filter(versions__due__lt=AFTER), now=NOW)
    home = "".join(each.text for each in list(sentence(running))[:2])
    assert told.headline.startswith(home.rstrip(".").replace("0 of", "None of"))
    assert told.figures[0].value.endswith(" of 2")
    assert "“Serves no objective”" not in told.text("narrative").said


@pytest.mark.parametrize("chance", [0.1799, 0.199, 0.978, 0.004])
def test_a_chance_reads_in_its_column_as_in_its_reason(chance):
    said = result(1, chance=chance).chance_said
    assert f" {said} likely" in by_chance(chance, end="to end well").reason


def test_home_and_report_say_the_same_change_of_risk():
    now, then = 1_004_600.0, 1_338_900.0
    risk = replace(report().risk, mean=now, mean_before=then)
    home = Money(SimpleNamespace(mean=now), SimpleNamespace(mean=then), 0, NOW)
    note = figures("set", [], None, risk)[0].note
    assert note == f"down {rough(-home.change)} this quarter" == "down 340,000 this quarter"


def test_a_full_score_beside_a_status_that_is_not_good_says_why():
    assert result(1, score=1.0, word="off_track").aside == "met today, may not last"
    assert result(1, score=1.0, word="on_track").aside == result(1, word="off_track").aside == ""


def test_written_as_json_and_read_again_it_is_the_same(quarter):
    told = report_of(quarter, now=NOW)
    assert report_from(json.loads(json.dumps(document_of(told)))) == told


def test_it_names_no_single_vulnerability(quarter):
    from throughline.vulnerabilities.models import Vulnerability

    said = json.dumps(document_of(report_of(quarter, now=NOW)))
    for title, key in Vulnerability.objects.values_list("title", "key")[:20]:
        assert not title or title not in said
        assert f'"{key}"' not in said


def test_what_would_turn_the_text_around_is_named(quarter):
    quarter.objectives.update(title="safe\u202e kcatta\x07")
    said = report_of(quarter, now=NOW).objectives[0].title
    assert said == "safe[U+202E] kcatta"


def test_a_manager_says_it_in_her_words_and_takes_them_back(quarter, organisation):
    written = write(organisation.max, quarter, learnt=" Ask sooner. ", now=NOW)
    text = report_of(quarter, now=NOW).text("learnt")
    assert (written, text.said, text.author, text.is_draft) == (["learnt"], "Ask sooner.", "Max", False)
    assert Entry.objects.latest("id").detail == {"key": quarter.key, "parts": ["learnt"]}
    write(organisation.max, quarter, learnt="", now=NOW)
    assert report_of(quarter, now=NOW).text("learnt").is_draft
    with pytest.raises(Refused, match="at most 700 characters"):
        write(organisation.max, quarter, narrative="x" * 701, now=NOW)


def test_a_report_is_kept_a_minute_and_never_beyond_a_change(quarter, organisation):
    first = queries.as_it_stands(quarter, now=NOW)
    assert queries.as_it_stands(quarter, now=NOW + timedelta(seconds=30)) is first
    assert queries.as_it_stands(quarter, now=NOW + timedelta(seconds=90)) is not first
    write(organisation.max, quarter, next="Twice as much.", now=NOW)
    assert queries.as_it_stands(quarter, now=NOW).text("next").said == "Twice as much."


def test_closing_freezes_what_was_told_with_its_hash(quarter, organisation):
    write(organisation.max, quarter, narrative="It went well.", now=NOW)
    kept = frozen(quarter)
    assert kept.sha256 == sealed(kept.content)
    assert (kept.content["state"], kept.content["texts"][0]["written"]) == ("closed", "It went well.")
    assert list(proof.differences()) == []
    with pytest.raises(Refused, match="is closed, and its report stays as it was"):
        write(organisation.max, quarter, narrative="It went very well.", now=AFTER)
    for change in (lambda: Frozen.objects.update(content={}), lambda: Frozen.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_what_is_learnt_later_stands_beside_the_frozen_report_and_not_in_it(quarter):
    frozen(quarter)
    before = queries.told(quarter, now=AFTER)
    assert queries.differing(quarter, before, now=AFTER) == []
    found = KeyResult.objects.get()
    KeyResult.objects.filter(pk=found.pk).update(closed_at=AFTER, grade=0.9, graded_value=9.0)
    PostMortem.objects.create(
        key_result=found, cause="as intended", next_step="drop", lesson=LESSON, author_name="Ada", at=AFTER
    )
    later = AFTER + timedelta(days=9)
    after = queries.told(quarter, now=later)
    assert after == before
    [said] = queries.differing(quarter, after, now=later)
    assert "the score was" in said
    assert "is 0.90 today" in said
    assert "its post-mortem was written since" in said
    assert LESSON in report_of(quarter, now=later).text("learnt").said


def test_a_proof_fails_where_a_frozen_report_is_not_what_was_frozen(quarter):
    content = {**frozen(quarter).content, "headline": "All was hit."}
    other = Cycle.objects.create(key="q", title="q", start=quarter.start, end=quarter.end, created_at=NOW)
    Frozen.objects.create(cycle=other, at=NOW, author="x", content=content, sha256="0" * 64)
    assert len(list(proof.differences())) == 1


def test_a_quarter_that_is_still_planned_says_so(quarter):
    Words.objects.all().delete()
    planned = Cycle.objects.create(
        key="next",
        title="2027-Q1",
        start=quarter.end + timedelta(1),
        end=quarter.end + timedelta(90),
        created_at=NOW,
    )
    told = report_of(planned, now=NOW)
    assert told.headline == "No key result is in force."
    assert told.texts[2].said == "The next quarter is not planned yet."
    assert report_of(quarter, now=NOW).following.title == "2027-Q1"


def test_of_a_quarter_that_has_not_begun_nothing_is_compared(organisation):
    from tests.risk.asked import estimated

    from throughline.reports.comparing import figures
    from throughline.reports.risks import risk_between

    estimated()
    told = risk_between(NOW + timedelta(days=32), NOW + timedelta(days=1))
    assert told.change == "The quarter has not begun, so there is nothing yet that it changed."
    assert [each.note for each in figures("draft", (), None, told)] == ["of 1 scenario"] * 2
    running = risk_between(NOW - timedelta(days=32), NOW + timedelta(days=1))
    assert running.change == "No scenario was estimated when the quarter began."
