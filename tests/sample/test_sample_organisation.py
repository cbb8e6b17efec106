"""The example organisation: the same from the same seed, and alive on the day it is loaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from throughline.accounts.models import Role, Team, User
from throughline.audit.models import Entry
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import Dashboard
from throughline.dashboards.queries import shown_of
from throughline.engine.thread import broken_threads
from throughline.objectives.actions import current_version, in_force
from throughline.objectives.models import Cycle, KeyResult
from throughline.objectives.queries import stand_of
from throughline.outcomes.queries import learning, mine
from throughline.reviews.queries import how_predictable
from throughline.sample import is_wanted, load
from throughline.sample.finished import FINISHED
from throughline.sample.organisation import SERVICES, SOURCES
from throughline.sample.plan import RESULTS
from throughline.sample.promises import PROMISES, quarters, readings
from throughline.sample.records import Life, listings, lives
from throughline.sources.models import Import
from throughline.thread.queries import current_cycle, plan_of, thread_of
from throughline.vulnerabilities.models import Event, Vulnerability

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def records() -> list[Life]:
    return lives(NOW, seed=1)


def test_the_same_seed_and_day_draw_the_same_records(records: list[Life]):
    assert lives(NOW, seed=1) == records
    assert lives(NOW, seed=2) != records


def test_two_years_of_records_come_from_every_source_and_reach_every_service(records: list[Life]):
    assert 1_000 < len(records) < 2_500
    assert {life.source.name for life in records} == {source.name for source in SOURCES}
    assert {life.service.name for life in records} == {service.name for service in SERVICES}
    assert NOW - records[0].identified > timedelta(days=700)
    assert NOW - records[-1].identified < timedelta(days=3)


def test_repair_takes_weeks_with_a_long_tail_and_critical_ones_go_first(records: list[Life]):
    days = {
        level: [
            (r.mitigated - r.identified) / timedelta(days=1)
            for r in records
            if r.severity == level and r.mitigated
        ]
        for level in ("low", "medium", "high", "critical")
    }
    medians = [np.median(days[level]) for level in ("critical", "high", "medium", "low")]
    assert medians == sorted(medians)
    every = np.concatenate(list(days.values()))
    assert 15 < np.median(every) < 45
    assert every.mean() > 1.4 * np.median(every)


def test_no_record_ends_before_it_is_found_or_is_found_before_it_is_made(records: list[Life]):
    for life in records:
        assert life.mitigated is None or life.mitigated > life.identified
        assert life.introduced is None or life.introduced <= life.identified
        assert life.triaged > life.identified


def test_a_register_never_says_what_was_not_known_yet(records: list[Life]):
    for row in listings(records, NOW):
        known = datetime.fromisoformat(row["as_of"])
        assert known <= NOW
        said = [
            row[name] for name in ("identified_at", "triaged_at", "accepted_at", "mitigated_at") if row[name]
        ]
        assert all(datetime.fromisoformat(instant) <= known for instant in said)


def test_a_past_quarter_is_read_to_its_end_and_the_running_one_to_this_moment():
    past, _, running = quarters(NOW)
    assert readings(past, NOW)[-1] > past.end
    assert readings(running, NOW)[-1] == NOW


@pytest.mark.django_db
def test_a_loaded_organisation_is_alive_and_is_loaded_once(tmp_path):
    assert is_wanted()
    load(tmp_path, NOW)
    assert not is_wanted()

    assert Team.objects.count() == 8
    assert User.objects.filter(role=Role.ADMINISTRATOR).exists()
    assert Vulnerability.objects.filter(service__isnull=True).count() == 0
    assert Event.objects.count() > 1.5 * Vulnerability.objects.count()
    newest = Import.objects.order_by("-known_at").values_list("known_at", flat=True)[0]
    assert NOW - newest < timedelta(hours=1)

    promises = in_force()
    assert promises.count() == 3 * len(PROMISES) + len(RESULTS)
    running = [each for each in promises if current_version(each).due > NOW]
    assert len(running) == len(PROMISES) + len(RESULTS)
    assert all(each.grade is not None for each in promises if each not in running)
    for each in running:
        assert each.versions.get().measurements.count() >= 7
    words = [_standing(each) for each in running if current_version(each).kind == "move"]
    assert {"on_track", "at_risk", "off_track"} == set(words), words
    assert words.count("off_track") <= 2, words

    states = list(Cycle.objects.order_by("start").values_list("state", flat=True))
    assert states == ["closed", "closed", "set", "draft"]
    assert {each.node for each in broken_threads(thread_of(plan_of(current_cycle(NOW), now=NOW)))} >= {
        "initiative:tidy-the-exceptions-register"
    }
    scored = how_predictable(now=NOW)
    assert [each.quarter for each in scored.quarters] == ["2026-Q2", "2026-Q3"]
    assert scored.effects.coverage.n == 2 + len(FINISHED)
    assert KeyResult.objects.filter(carried_from__isnull=False, sketch__isnull=False).exists()

    learnt = learning().learnt
    assert learnt is not None
    assert learnt.n >= 20
    assert learnt.moved
    workers = User.objects.exclude(role=Role.VIEWER)
    assert {each.name: len(mine(each).waiting) for each in workers} == {each.name: 1 for each in workers}

    assert every_tile_says_something()

    before = Event.objects.count(), Entry.objects.count()
    load(tmp_path, NOW)
    assert (Event.objects.count(), Entry.objects.count()) == before


def every_tile_says_something() -> bool:
    """Whether the two dashboards of the sample, and what is ready-made for a director, are full."""
    made = {each.slug: each for each in Dashboard.objects.select_related("owner")}
    assert set(made) == {"friday-with-the-board", "payments-every-morning"}
    boards = [*made.values(), Dashboard(name="", slug="director", ready="director")]
    manager = made["friday-with-the-board"].owner
    shown = [shown_of(each, Looking(each.owner or manager, NOW)) for each in boards]
    return all(len(tiles) > 3 and all(tile.figure for tile in tiles) for tiles in shown)


def _standing(key_result: KeyResult) -> str:
    return stand_of(key_result, now=NOW).status.word
