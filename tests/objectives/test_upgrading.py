"""A data folder from before there were objectives keeps its key results, each with its place in the plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("objectives", "0002_measurement_catalogue_last_import")]


@pytest.fixture
def empty_database(tmp_path, django_db_blocker):
    """A database without a table in the place of the tests' own."""
    connection.close()
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = tmp_path / "old.sqlite3"
    try:
        with django_db_blocker.unblock():
            yield
            connection.close()
    finally:
        connection.settings_dict["NAME"] = own


@pytest.mark.usefixtures("django_db_setup", "empty_database")
def test_the_text_of_an_objective_becomes_one_objective_of_its_quarter():
    old = MigrationExecutor(connection).migrate([*BEFORE]).apps
    now = datetime(2026, 10, 1, tzinfo=UTC)
    for title in ("Faster", ""):
        made = old.get_model("objectives", "KeyResult").objects.create(objective="Secure", created_at=now)
        old.get_model("objectives", "Version").objects.create(
            key_result=made, number=1, title=title, metric="count()", unit="count", better="lower",
            baseline=4, target=2, target_text="2", start=now, due=datetime(2027, 1, 1, tzinfo=UTC),
            owner_name="Ada", author="test", created_at=now,
        )  # fmt: skip
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("objectives"))
    from throughline.objectives.models import KeyResult

    first, second = KeyResult.objects.order_by("id")
    assert first.objective == second.objective
    assert (first.objective.title, first.objective.cycle.title) == ("Secure", "2026-Q4")
    assert (first.key, second.key) == (f"faster-{first.pk}", f"count-{second.pk}")
    assert first.versions.get().way == (4, 2)
