"""What keeps the house in order: files stay short, migrations complete, and locks name no host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("src/throughline", "tests", "bench") for path in (PROJECT / folder).rglob("*.py")
)
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-oracle.lock"]


def test_no_file_is_longer_than_400_lines():
    long = {str(path.relative_to(PROJECT)): lines for path in SOURCES if (lines := _lines(path)) > 400}
    assert not long


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_host(lock):
    lines = (PROJECT / lock).read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert not [line for line in lines if "://" in line or line.startswith("--")]


def test_what_runs_needs_nothing_that_only_tests_need():
    run = {line.split("==")[0] for line in (PROJECT / LOCKS[0]).read_text().splitlines() if "==" in line}
    assert not run & {"pytest", "scipy", "pandas", "lifelines", "statsmodels", "playwright", "mypy"}


def test_no_package_is_locked_both_for_running_and_for_tests_since_both_are_installed_at_once():
    runs, tests = (
        {
            line.split("==")[0]
            for line in (PROJECT / lock).read_text().splitlines()
            if "==" in line and "'win32'" not in line
        }
        for lock in LOCKS[:2]
    )
    assert "django" in runs
    assert "pytest" in tests
    assert not runs & tests


def test_every_environment_variable_is_documented_and_every_documented_one_is_read():
    variable = re.compile(r"\bTHROUGHLINE_[A-Z_]+\b")
    read = {
        name
        for path in (PROJECT / "src").rglob("*.py")
        for name in variable.findall(path.read_text())
        if f'environ.get("{name}"' in path.read_text() or f'= "{name}"' in path.read_text()
    }
    table = (PROJECT / "docs" / "operations.md").read_text().split("## Environment")[1]
    assert set(variable.findall(table)) == read
