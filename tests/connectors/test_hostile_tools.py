"""What a tool, or whoever connects one, could try: each is refused, and nothing is told, lost or broken."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.connectors.fakes.github import dependabot_alert
from tests.connectors.fakes.tool import Answered, served
from tests.organisation import NOW

from throughline.engine.refusals import Refused

pytestmark = pytest.mark.django_db
TOKEN = "good-token"
CREATED = "2026-01-01T00:00:00.000+0000"


def connected(kind, tool, *secrets, **settings):
    from throughline.connectors.actions import Wish, connect

    given = dict.fromkeys(("token", *secrets), TOKEN)
    wish = Wish(name=kind, settings={"address": tool.address, **settings}, secrets=given)
    return connect("test", kind, wish, now=NOW)


def synced(connector, waiting, **how):
    from throughline.connectors.actions import begin
    from throughline.connectors.syncing import run

    return run(begin(connector, actor="test", now=waiting.at, **how), clock=waiting.clock)


def moved(connector, address, secrets=None):
    from throughline.connectors.actions import Wish, change

    settings = {**connector.settings, "address": address}
    settings.pop("mapping")
    return change(
        "test", connector, Wish(name=connector.name, settings=settings, secrets=secrets or {}), now=NOW
    )


def test_what_was_kept_for_one_server_is_never_sent_to_another(tool, listed):
    from throughline.connectors.actions import secrets_of
    from throughline.outbound.models import Secret

    connector = connected("numbers", tool)
    for address in ("http://127.0.0.1:1", tool.address.replace("http:", "https:")):
        with pytest.raises(Refused, match="Enter the Token again: the address is that of another") as refused:
            moved(connector, address)
        assert refused.value.place == "token"
    connector.refresh_from_db()
    assert connector.settings["address"] == tool.address
    moved(connector, f"{tool.address}/below")
    assert secrets_of(connector) == {"token": TOKEN}
    moved(connector, "http://127.0.0.1:1", {"token": "another"})
    assert secrets_of(connector) == {"token": "another"}
    open_to_all = connected("csv", tool, series="builds")
    moved(open_to_all, "http://127.0.0.1:1/b.csv")
    assert (secrets_of(open_to_all), Secret.objects.count()) == ({}, 1)


def test_a_long_listing_of_which_most_is_gone_waits_for_somebody(tool, waiting):
    rows = tool.answer.__self__.rows
    rows[:] = [{"id": f"N-{n}", "title": f"Finding {n}"} for n in range(120)]
    connector = connected("numbers", tool)
    assert synced(connector, waiting).counts["created"] == 120
    waiting.at += timedelta(days=8)
    del rows[50:]
    failed = synced(connector, waiting, whole=True)
    assert "the listing has 50 records, where 120 records were on" in failed.said
    assert failed.counts == {}
    connector.quarantined.update(decided="accepted", decided_at=waiting.at)
    assert synced(connector, waiting, whole=True).outcome == "done"


@pytest.mark.parametrize(
    ("issue", "found"),
    [
        ({"fields": {"created": CREATED, "summary": "x", "status": [1]}}, "another shape than its API"),
        ({"fields": {"created": CREATED, "summary": "x"}, "changelog": 7}, "another shape than its API"),
        ({"fields": {"created": CREATED, "summary": float("nan")}}, "where JSON was expected"),
    ],
)
def test_an_issue_of_another_shape_ends_the_sync_in_a_sentence(listed, waiting, issue, found):
    answers = {"search": {"issues": [{"id": "1", "key": "SEC-1", **issue}], "total": 1}}
    with served(lambda asked: Answered(answers.get(asked.path.rpartition("/")[2], []))) as tool:
        connector = connected("jira", tool, deployment="data center", projects="SEC")
        failed = synced(connector, waiting)
    assert (failed.outcome, failed.counts) == ("failed", {})
    assert found in failed.said


def test_half_of_a_character_is_stored_as_a_sign_that_it_was_cut(tool, waiting):
    from throughline.vulnerabilities.models import Vulnerability

    rows = b'[{"id": "a", "title": "cut \\ud83d"}, {"id": "b", "title": "\\ud83d\\ude00"}]'
    page = b'{"rows": ' + rows + b', "next": null}'
    tool.next = [Answered(content=page)]
    assert synced(connected("numbers", tool), waiting).outcome == "done"
    titles = dict(Vulnerability.objects.values_list("key", "title"))
    assert titles == {"a": "cut �", "b": "😀"}


def test_a_tool_that_repeats_the_token_shows_it_to_nobody(tool, waiting):
    from throughline.connectors.trying import tried

    connector = connected("numbers", tool)
    tool.answer = lambda asked: Answered({"message": f"Who is {asked.headers['authorization']}?"}, 401)
    said = tried(connector, clock=waiting.clock)[0].said
    assert "(Who is Bearer ••••?)" in said
    from throughline.connectors.choosing import seen

    jira = connected("jira", tool, deployment="data center", projects="SEC")
    with pytest.raises(Refused, match="Who is Bearer ••••") as refused:
        seen(jira, None, clock=waiting.clock)
    assert TOKEN not in str(refused.value)


def test_a_dry_run_takes_each_transaction_back_so_that_reading_holds_no_lock(tool, waiting, monkeypatch):
    from django.db import connection

    from throughline.sources.actions import _Import
    from throughline.vulnerabilities.models import Vulnerability

    depth = len(connection.savepoint_ids)
    compared, compare = [], _Import._compare

    def watched(self, *args):
        compared.append(len(connection.savepoint_ids) - depth)
        return compare(self, *args)

    monkeypatch.setattr(_Import, "_compare", watched)
    done = synced(connected("numbers", tool), waiting, dry=True)
    assert (done.counts["created"], compared, Vulnerability.objects.count()) == (10, [0], 0)


def test_the_same_page_again_and_again_is_a_circle(listed, waiting):
    report = {"id": "1", "type": "report", "attributes": {}, "relationships": {}}
    page = {"data": [report, {**report, "id": "2"}], "links": {"next": "https://elsewhere.example/"}}
    with served(lambda asked: Answered(page)) as tool:
        connector = connected("hackerone", tool, "identifier", programs="shop")
        failed = synced(connector, waiting)
        assert len(tool.asked) == 2
    assert "gave the same page twice: its listing goes in a circle" in failed.said


def test_a_clock_of_ours_that_is_ahead_loses_no_change(listed, waiting):
    there = waiting.at - timedelta(hours=1)
    alerts = [dependabot_alert(1, "2026-01-06T10:00:00Z")]

    def answer(asked):
        return Answered(alerts, headers={"Date": format_datetime(there.astimezone(UTC), usegmt=True)})

    with served(answer) as tool:
        connector = connected("github", tool, repositories="shop/api", scanners="dependabot")
        synced(connector, waiting)
    connector.refresh_from_db()
    since = datetime.fromisoformat(connector.state["dependabot shop/api"]["since"])
    assert abs(since - there) < timedelta(minutes=1)


def test_an_answer_of_a_statement_is_as_small_as_days_and_values_are(tmp_path):
    from throughline.connectors.kinds.sql.reading import ask

    sqlite3.connect(tmp_path / "ci.sqlite").execute("create table a (b)").connection.close()
    many = "with recursive r(x) as (select 1 union all select x + 1 from r limit 2000)"
    wide = ", ".join(f"printf('%.*c', 500, 'x') as c{n}" for n in range(190))
    for statement, said in (
        (f"select {', '.join(f'1 as c{n}' for n in range(201))}", "more columns than a day and a value"),
        (f"{many} select {wide} from r", "more text than days and values need"),
    ):
        with pytest.raises(Refused, match=said):
            ask(tmp_path / "ci.sqlite", statement)


@pytest.mark.parametrize(
    "wait", ["-5", "nan", "1, 2", "Fri, 31 Dec 99999 23:59:59 GMT", "Mon, 01 Jan 2024 00:00:00", "x" * 5_000]
)
def test_a_wait_that_says_nothing_is_a_short_one(tool, waiting, wait):
    tool.next = [Answered({}, 429, {"retry-after": wait, "date": wait})]
    assert synced(connected("numbers", tool), waiting).outcome == "done"
    assert sum(waiting.slept) <= 2


def test_changelogs_without_an_end_are_given_up(listed, waiting):
    issue = {"id": "1", "key": "SEC-1", "fields": {"created": CREATED, "summary": "x"}}
    number = iter(range(1_000_000))

    def answer(asked):
        if asked.path.endswith("/search/jql"):
            return Answered({"issues": [issue], "isLast": True})
        if asked.path.endswith("/bulkfetch"):
            logs = [{"issueId": "1", "changeHistories": [{}] * 30_000}]
            return Answered({"issueChangeLogs": logs, "nextPageToken": f"t{next(number)}"})
        return Answered([])

    with served(answer) as tool:
        failed = synced(connected("jira", tool, email="a@example.org", projects="SEC"), waiting)
    assert "tells more than 100,000 changes of 1 issues" in failed.said
