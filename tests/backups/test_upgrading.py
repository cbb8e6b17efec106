"""Every earlier state of the tables becomes today's, with what was in it; and never under a server's feet."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from tests.backups.states import STATES, load
from tests.commands import answered
from tests.homes import ready

from throughline.backups.copying import rows_of
from throughline.site import migrating, schema
from throughline.site.checks import all_checks
from throughline.site.home import DATABASE


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory, django_db_setup, django_db_blocker) -> dict[str, Path]:
    """Each earlier state in a folder of its own, brought up to date.

    All walk through the migrations side by side: most of what migrating costs is what is made of the models
    between two steps, which is the same for all.
    """
    databases = {state: load(state, tmp_path_factory.mktemp(state) / DATABASE) for state in STATES}
    had = {state: schema.applied(database) for state, database in databases.items()}
    with django_db_blocker.unblock(), at(databases[STATES[0]]):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        known = executor.loader.project_state(list(executor.loader.applied_migrations))
    for migration, _ in plan:
        steps = []
        for operation in migration.operations:
            before = known.clone()
            operation.state_forwards(migration.app_label, known)
            steps.append((operation, *migrating.shown(operation, migration.app_label, before, known)))
        for state in STATES:
            if (migration.app_label, migration.name) in had[state]:
                continue
            with django_db_blocker.unblock(), at(databases[state]):
                with connection.schema_editor(atomic=migration.atomic) as editor:
                    for operation, before, after in steps:
                        operation.database_forwards(migration.app_label, editor, before, after)
                MigrationRecorder(connection).record_applied(migration.app_label, migration.name)
    return databases


@pytest.fixture(scope="module")
def behind(tmp_path_factory) -> str:
    """The newest state to which an upgrade adds a table: the last milestone may have all of today's."""
    folder = tmp_path_factory.mktemp("behind")
    todays = rows_of(ready(folder / "new") / DATABASE).keys()
    return next(each for each in reversed(STATES) if todays - rows_of(load(each, folder / each)).keys())


@contextmanager
def at(database: Path) -> Iterator[None]:
    """A database in the place of the tests' own."""
    connection.close()
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


@pytest.mark.parametrize("state", STATES)
def test_an_earlier_state_becomes_todays_and_every_proof_holds(
    state, upgraded, tmp_path, settings, django_db_blocker
):
    before = rows_of(load(state, tmp_path / DATABASE))
    after = rows_of(upgraded[state])
    assert schema.applied(tmp_path / DATABASE) <= schema.known() == schema.applied(upgraded[state])
    fewer = {table: count for table, count in before.items() if after.get(table, count) < count}
    assert not fewer
    assert after["audit_entry"] == before["audit_entry"] >= 9
    settings.HOME = upgraded[state].parent
    with django_db_blocker.unblock(), at(upgraded[state]):
        assert [(check.name, check.problems) for check in all_checks() if not check.ok] == []


def test_what_was_upgraded_has_the_tables_of_a_new_folder(upgraded, tmp_path):
    new = tables_of(ready(tmp_path / "new") / DATABASE)
    for state, database in upgraded.items():
        assert tables_of(database) == new, state


def tables_of(database: Path) -> dict[tuple[str, str], object]:
    """Each table with its columns, each index and trigger with its words."""
    with closing(sqlite3.connect(database)) as opened:
        found = opened.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*' ORDER BY type, name"
        ).fetchall()
        return {
            (kind, name): sorted(row[1:] for row in opened.execute(f'PRAGMA table_info("{name}")'))
            if kind == "table"
            else words
            for kind, name, words in found
        }


def check(home: Path) -> subprocess.CompletedProcess[str]:
    return answered(["check", "--home", str(home)], folder=home)


def test_the_folder_is_kept_as_it_was_and_nothing_changes_while_an_older_server_runs(behind, tmp_path):
    load(behind, tmp_path / DATABASE)
    before = rows_of(tmp_path / DATABASE)
    with (tmp_path / "address").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = check(tmp_path)
    assert refused.returncode == 2
    assert "a server of the version before still runs here" in refused.stderr
    assert rows_of(tmp_path / DATABASE) == before
    assert not (tmp_path / "backups").exists()

    upgraded = check(tmp_path)
    assert upgraded.returncode == 0, upgraded.stderr
    [kept] = (tmp_path / "backups").iterdir()
    assert f"as it was it is kept in {kept}" in upgraded.stderr
    with zipfile.ZipFile(kept) as packed:
        packed.extract(DATABASE, tmp_path / "was")
    assert rows_of(tmp_path / "was" / DATABASE) == before
    assert check(tmp_path).stderr == ""

    restored = answered(["restore", str(kept), "--home", str(tmp_path / "again")], folder=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert not (tmp_path / "again" / "backups").exists()


def test_a_folder_of_a_newer_version_is_refused_by_command_and_server(tmp_path):
    with closing(sqlite3.connect(ready(tmp_path) / DATABASE)) as newer:
        newer.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '0099_sealed', '2027-01-01')"
        )
        newer.execute("PRAGMA user_version = 7")
        newer.commit()
    for words in (["check"], ["serve", "--port", "0"]):
        answer = answered([*words, "--home", str(tmp_path)], folder=tmp_path)
        assert answer.returncode == 2
        assert answer.stderr == (
            f"Error: the data folder {tmp_path} comes from a newer Throughline: this is 0.1.0, which does "
            "not know audit 0099_sealed; install that version again, or restore a backup from before into a "
            "new folder\n"
        )


def test_an_upgrade_that_breaks_says_where_the_folder_is_as_it_was(behind, tmp_path):
    with closing(sqlite3.connect(load(behind, tmp_path / DATABASE))) as broken:
        # A table of that name is in the way of one that the upgrade makes.
        made = set(rows_of(ready(tmp_path / "new") / DATABASE))
        [first, *_] = sorted(made - set(rows_of(tmp_path / DATABASE)))
        broken.execute(f"CREATE TABLE {first} (id INTEGER)")
        broken.commit()
    answer = check(tmp_path)
    assert answer.returncode == 2
    [kept] = (tmp_path / "backups").iterdir()
    assert f"the folder as it was is in {kept}" in answer.stderr
