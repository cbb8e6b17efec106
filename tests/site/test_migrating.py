"""Tables are made with few models drawn, and become what Django makes of them with all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import AddField, AlterField, CreateModel
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import AutoField, CharField, ForeignKey, ManyToManyField, OneToOneField
from django.db.models.deletion import CASCADE
from tests.backups.test_upgrading import at
from tests.homes import DATABASE, ready

from throughline.site import migrating


def whole(database: Path) -> list[str]:
    """Every table, index, trigger and row as a statement, but for the instants at which steps were taken."""
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("UPDATE django_migrations SET applied = ''")
        return list(opened.iterdump())


def test_a_new_folder_has_the_tables_and_rows_that_djangos_own_command_makes(tmp_path, django_db_blocker):
    ours = ready(tmp_path / "ours") / DATABASE
    theirs = tmp_path / "theirs.sqlite3"
    with django_db_blocker.unblock(), at(theirs):
        call_command("migrate", verbosity=0, interactive=False)
        assert MigrationExecutor(connection).loader.applied_migrations
    made = whole(ours)
    assert len(made) > 500
    assert made == whole(theirs)


@pytest.fixture
def before() -> ProjectState:
    """People of cities, which they name, who know others; a passport each, with its stamps; and teams."""
    state = ProjectState()
    for name, fields in (
        ("City", {"name": CharField(max_length=9, unique=True)}),
        ("Team", {}),
        (
            "Person",
            {"city": ForeignKey("a.City", CASCADE, to_field="name"), "knows": ManyToManyField("self")},
        ),
        ("Passport", {"person": OneToOneField("a.Person", CASCADE, primary_key=True)}),
        ("Stamp", {"passport": ForeignKey("a.Passport", CASCADE), "word": CharField(max_length=9)}),
    ):
        own = {} if name == "Passport" else {"id": AutoField(primary_key=True)}
        state.add_model(ModelState("a", name, [*(own | fields).items()]))
    return state


def seen(operation, before: ProjectState) -> list[set[str]]:
    after = before.clone()
    operation.state_forwards("a", after)
    sides = migrating.shown(operation, "a", before, after)
    assert "apps" not in before.__dict__ | after.__dict__
    # Drawing what points to something that is not there is an error.
    return [{model._meta.model_name for model in side.apps.get_models()} for side in sides]


def test_a_step_is_shown_its_model_and_whatever_that_points_to(before):
    word = AddField("stamp", "place", CharField(max_length=9, default=""))
    assert seen(word, before) == [{"stamp", "passport", "person", "city"}] * 2
    joined = AddField("person", "team", ForeignKey("a.Team", CASCADE, null=True))
    assert seen(joined, before) == [{"person", "city"}, {"person", "city", "team"}]
    made = CreateModel("Visa", [("id", AutoField(primary_key=True)), ("of", ForeignKey("a.City", CASCADE))])
    assert seen(made, before) == [set(), {"visa", "city"}]


def test_what_others_may_point_to_is_changed_with_all_of_them_in_sight(before):
    every = {"city", "team", "person", "passport", "stamp"}
    assert seen(AlterField("city", "name", CharField(max_length=20, unique=True)), before) == [every] * 2
    assert seen(AlterField("stamp", "word", CharField(max_length=20, unique=True)), before) == [every] * 2
    assert seen(AlterField("stamp", "word", CharField(max_length=20)), before)[0] < every
