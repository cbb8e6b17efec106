"""`throughline check` finds what no key of the database can: edges to nowhere, and a changed publication."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.thread.plan import ACTOR, NOW, small_plan

from throughline.cycles.content import content_of, sealed
from throughline.cycles.models import Snapshot
from throughline.objectives.models import Edge, Goal, KeyResult
from throughline.site.checks import all_checks


def failed() -> list[str]:
    return [check.name for check in all_checks() if not check.ok]


@pytest.fixture
def cycle(db):
    return small_plan()


def test_a_plan_made_by_its_actions_is_whole(cycle):
    assert failed() == []


@pytest.mark.parametrize(
    "harm",
    [
        lambda: Goal.objects.all().delete(),
        lambda: Edge.objects.filter(kind="balances").update(from_id=999),
        lambda: KeyResult.objects.update(sketch={}),
    ],
)
def test_what_leads_nowhere_is_found(cycle, harm):
    harm()
    assert failed() == ["every part of the plan leads somewhere"]


def test_a_publication_that_was_changed_is_found(cycle):
    content = content_of(cycle, now=NOW)
    kept = {"state": "set", "at": NOW, "author": ACTOR, "content": content, "sha256": sealed(content)}
    Snapshot.objects.create(cycle=cycle, **kept)
    assert failed() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cycles_snapshot'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    Snapshot.objects.update(content={"objectives": []})
    assert failed() == ["what was published has not changed"]
