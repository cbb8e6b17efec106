"""Where the tests live: a data folder of their own, named before Django reads its settings."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile

import pytest
from hypothesis import settings

HOME = tempfile.mkdtemp(prefix="throughline-test-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["THROUGHLINE_HOME"] = HOME
# Workers inherit it, so that tables are made once a run.
os.environ.setdefault("THROUGHLINE_PATTERN", os.path.join(HOME, "pattern"))
# Hundreds of commands run in processes of their own: compiling ours again is most of the start of each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Not in pyproject.toml: pytest-django would read the settings before this file.
os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.site.settings"

# A machine that is busy is not a failure. Whoever has time lets laws be tried on more examples.
settings.register_profile(
    "house", deadline=None, max_examples=int(os.environ.get("THROUGHLINE_EXAMPLES", "50"))
)
settings.load_profile("house")

# Those that start browsers, servers and commands; sorted by no clock, so that all workers agree.
LONG = (
    "tests/journeys/",
    "tests/plans/test_the_same_quarter.py",
    "tests/hostile/test_slow_senders.py",
    "tests/rules/test_documents_run.py",
)

# What is read and collected is kept: looking through it for waste, which grows with it, finds none.
gc.disable()

pytest_plugins = ["tests.skips", "tests.organisation"]


def pytest_configure(config):
    """Let pytest-django, which runs after this, find Django at work."""
    import django
    from django.conf import settings as configured

    django.setup()
    assert os.path.samefile(configured.HOME, HOME), "the settings were read before this file named the folder"
    if getattr(config.option, "numprocesses", None):
        # A worker that inherits it reads the settings before this file, and all would share one folder.
        del os.environ["DJANGO_SETTINGS_MODULE"]
        # It collects nothing itself.
        gc.enable()
    from throughline.accounts.hashers import Argon2id

    # Many tests sign in; how hard guessing is has a test of its own, which reads the class.
    Argon2id.time_cost, Argon2id.memory_cost = 1, 8


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with what takes longest and waits most, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish():
    """What was collected stays: looking through it again and again is a twelfth of what tests cost."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def pytest_unconfigure():
    """Let what was kept go after all, since libraries in C complain about what outlives them."""
    gc.unfreeze()


# What migrations wrote: rows by table, and how far each table has counted.
BORN: dict[str, list[tuple]] = {}
# Django writes these anew itself.
_ITS_OWN = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """The database of the tests; what migrations wrote is kept for those that empty the tables."""
    from django.db import connection
    from tests.homes import pattern

    connection.settings_dict["NAME"] = connection.settings_dict["TEST"]["NAME"]
    shutil.copy(pattern(), connection.settings_dict["NAME"])
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (names of our own tables)
            if table not in _ITS_OWN and (rows := cursor.fetchall()):
                BORN[table] = rows
        # Asked of SQLite once a process, it would count among the queries of whichever test comes first.
        assert connection.features.supports_json_field


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_emptied_between_tests():
    """A test with transactions of its own ends by emptying every table, which the triggers refuse."""
    from django.db.backends.sqlite3.operations import DatabaseOperations

    empty = DatabaseOperations.execute_sql_flush

    def without_triggers(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            empty(self, sql_list)
            cursor.execute("DELETE FROM sqlite_sequence")
            for table, rows in BORN.items():
                holes = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({holes})', rows)  # noqa: S608
            for _, sql in triggers:
                cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_triggers)
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once():
    """Each client of a test begins the middleware anew, as a server does once: it lists a hundred files."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed = {}
    find = WhiteNoiseMiddleware.add_files_from_finders

    def from_what_was_found(self):
        if not listed:
            find(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", from_what_was_found)
        yield
