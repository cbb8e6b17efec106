"""Asks a clone on the command line when flaws were introduced."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result
from tests.introductions.history import History

from throughline.cli import main


def introduced(made: History, *words: str) -> Result:
    return CliRunner().invoke(main, ["introduced", "--repo", str(made.folder), *words])


def asked(made: History, *words: str) -> list[dict]:
    done = introduced(made, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def one(made: History, *words: str) -> dict:
    """What was found of the only subject that was asked about."""
    [found] = asked(made, *words)
    return found


def dates(found: dict) -> tuple[str | None, str | None, str | None]:
    return found["oldest"], found["introduced"], found["newest"]
