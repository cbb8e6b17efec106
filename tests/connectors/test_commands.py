"""What the commands of connectors keep, and what they say."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.connectors.fakes.tool import Answered
from tests.connectors.test_syncs import synced
from tests.organisation import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Runs a command in the test's own database."""
    from throughline.cli import main

    for module in ("connect", "connectors", "sync"):
        monkeypatch.setattr(f"throughline.cli.{module}.open_home", lambda home: home)

    def run(*words: str, code: int = 0) -> str:
        answer = CliRunner().invoke(main, words)
        assert answer.exit_code == code, answer.output
        return answer.stdout

    return run


@pytest.fixture
def connector(tool):
    from throughline.connectors.actions import Wish, connect

    wish = Wish(name="figures", settings={"address": tool.address}, secrets={"token": "good-token"})
    return connect("test", "numbers", wish, now=NOW)


def test_a_connector_that_is_changed_keeps_its_schedule_unless_another_is_given(
    connector, run, tmp_path, monkeypatch
):
    monkeypatch.setattr("throughline.cli.connect.made", lambda home: home)
    (token := tmp_path / "token.txt").write_text("good-token")

    def schedule(*words: str) -> str:
        run("connect", "numbers", "figures", *words)
        connector.refresh_from_db()
        return connector.schedule

    assert schedule("--every", "hour") == "hour"
    assert schedule("--secret-file", f"token={token}") == "hour"
    assert schedule("--every", "by hand") == "by hand"


def test_a_dry_run_that_failed_is_no_sync_that_did_and_keeps_nothing_aside(connector, tool, run, waiting):
    synced(connector, waiting)
    tool.next = [Answered(content=b"<html>Sign in</html>")]
    failed = synced(connector, waiting, dry=True)
    assert failed.outcome == "failed"
    assert failed.said.endswith("Nothing was stored: this was a dry run.")
    assert json.loads(run("connectors", "list", "--json"))["connectors"][0]["last"] == "done"
    assert json.loads(run("connectors", "aside", "figures", "--json"))["aside"] == []


def test_what_was_kept_aside_no_longer_waits_once_a_sync_went_well(connector, tool, waiting):
    tool.next = [Answered(content=b"<html>Sign in</html>")]
    synced(connector, waiting)
    assert connector.quarantined.get().decided == ""
    synced(connector, waiting)
    assert connector.quarantined.get().decided == "over"


def test_a_long_list_of_changes_says_how_many_more_there_are(connector, tool, run, waiting):
    rows = tool.answer.__self__.rows
    rows += [{"id": f"N-{n}", "title": f"Finding {n}", "severity": "high"} for n in range(10, 63)]
    said = run("sync", "figures", "--dry-run")
    assert said.rstrip().endswith("and 13 more")
    told = json.loads(run("sync", "figures", "--dry-run", "--json"))
    assert (len(told["changes"]), told["changes_left_off"], told["fetched"]) == (50, 13, 63)
    synced(connector, waiting)
    rows[20]["severity"] = "Medium"
    done = synced(connector, waiting)
    assert done.changes[0]["changes"] == {"severity": ["high", "medium"]}
