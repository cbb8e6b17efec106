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


def test_the_list_has_headings_and_a_sync_without_news_says_when_it_was_read_before(connector, run, waiting):
    synced(connector, waiting)
    heading, line = run("connectors", "list").splitlines()
    assert heading.split("  ")[0] == "name"
    assert f"  {waiting.at:%Y-%m-%d %H:%M}  " in line
    assert f"It was read before, last {waiting.at:%Y-%m-%d %H:%M} UTC." in run("sync", "figures")


def test_what_is_accepted_is_said_to_be_taken_at_the_next_sync(connector, run):
    kept = connector.quarantined.create(
        place="CI", reason="A jump.", found_at=NOW, takes=[{"series": "build_minutes"}]
    )
    assert "Accepted" in (said := run("connectors", "aside", "figures", "--accept", str(kept.pk)))
    assert "Nothing of figures waits" not in said
    assert "Nothing of figures waits" in run("connectors", "aside", "figures")


def test_what_a_kind_asks_for_is_told_with_its_values_and_what_may_be_left_out(run, monkeypatch):
    monkeypatch.setattr("throughline.cli.connect.made", lambda home: home)
    lines = {
        each.split("=")[0].split()[-1]: each
        for each in run("connect", "csv", "a", "--dry-run").splitlines()[1:]
    }
    assert "One of: lower, higher." in lines["better"]
    assert ("may be left out" in lines["unit"], "Left out: count." in lines["unit"]) == (True, True)
    assert "may be left out" not in lines["series"]


def test_another_series_of_a_connector_is_said_since_key_results_stand_on_the_old_one(
    listed, run, monkeypatch
):
    monkeypatch.setattr("throughline.cli.connect.made", lambda home: home)
    words = ("connect", "csv", "sheet", "--setting", "address=https://example.org/a.csv", "--setting")
    assert "what it brought" not in run(*words, "series=build_minutes")
    assert "what it brought into 'build_minutes' stays there" in run(*words, "series=other_minutes")
