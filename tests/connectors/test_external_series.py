"""Figures from elsewhere: asked of a tool, tried before, stored once, held back where they cannot be."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.connectors.fakes.prometheus import TOKEN, Prometheus
from tests.connectors.fakes.tool import Answered, served
from tests.organisation import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BUILD = {"series": "build_minutes", "unit": "minutes", "better": "lower"}


def connected(kind: str, name: str = "CI", *, secrets: dict[str, str] | None = None, **settings):
    from throughline.connectors.actions import Wish, connect

    wish = Wish(name=name, settings=BUILD | settings, secrets=secrets or {}, schedule="day")
    return connect("test", kind, wish, now=NOW)


def synced(connector, waiting, **how):
    from throughline.connectors.actions import begin
    from throughline.connectors.syncing import run

    connector.refresh_from_db()
    return run(begin(connector, actor="test", now=waiting.at, **how), clock=waiting.clock)


def kept() -> list[float]:
    from throughline.series.queries import series_named, values

    series = series_named("build_minutes")
    return [each.value for each in values(series)] if series else []


@contextmanager
def prometheus(value=lambda at: "12.5", **how):
    figure = Prometheus(value, **how)
    with served(figure.answer) as tool:
        tool.figure = figure
        yield tool
    assert not tool.wrong


def of_prometheus(tool, **settings):
    given = {"address": tool.address, "query": "avg(build_minutes)", "history": 10} | settings
    return connected("prometheus", secrets={"token": TOKEN}, **given)


def test_a_query_becomes_a_series_and_the_next_sync_asks_for_what_is_new_and_what_may_have_come_late(
    listed, waiting
):
    midnight = NOW.replace(hour=0, minute=0, second=0).timestamp()
    with prometheus(lambda at: str(10 + (midnight - at) / 86400)) as tool:
        connector = of_prometheus(tool)
        first = synced(connector, waiting)
        assert (first.outcome, first.counts["added"], kept()) == ("done", 11, [20 - n for n in range(11)])
        waiting.at += DAY
        tool.figure.value = lambda at: "99" if at == midnight else str(10 + (midnight - at) / 86400)
        second = synced(connector, waiting)
    asked = [int((float(each.query["end"]) - float(each.query["start"])) / 86400) for each in tool.asked]
    assert (asked, second.counts) == ([10, 4], {"added": 1, "corrected": 1, "unchanged": 3})
    assert kept()[-2:] == [99, 9]
    assert [(each["action"], each["changes"]["value"]) for each in second.changes] == [
        ("corrected", ["10", "99"]),
        ("added", ["", "9"]),
    ]


def test_a_user_with_a_password_signs_in_as_basic(listed, waiting):
    with prometheus(authorization="Basic YWRhOmdvb2QtdG9rZW4=") as tool:
        connector = of_prometheus(tool, user="ada")
        assert synced(connector, waiting).outcome == "done"
        # A proxy that shows what it was sent shows the password in base64.
        tool.next.append(Answered(content=b"<p>Authorization: Basic YWRhOmdvb2QtdG9rZW4=</p>"))
        synced(connector, waiting)
    assert connector.quarantined.get().sample == "<p>Authorization: Basic ••••</p>"


@pytest.mark.parametrize(
    ("query", "value", "said"),
    [
        ("sum(build", "1", "cannot read the query: 1:9: parse error"),
        ("nothing", None, "no data for this query"),
    ],
)
def test_what_the_query_lacks_is_said_in_the_check_and_by_the_sync_and_nothing_is_stored(
    listed, waiting, query, value, said
):
    from throughline.connectors.trying import tried

    with prometheus(lambda at: value) as tool:
        connector = of_prometheus(tool, query=query)
        check = tried(connector, clock=waiting.clock)[-1]
        failed = synced(connector, waiting)
    assert not check.is_good
    assert said in check.said
    assert (failed.outcome, said in failed.said, kept()) == ("failed", True, [])


def test_a_check_shows_what_would_be_read_and_a_dry_run_what_would_change(listed, waiting):
    from throughline.connectors.trying import tried

    table = b"day;branch;minutes\n19.11.2026;main;12,5\n18.11.2026;main;13\n"
    with served(lambda asked: Answered(content=table)) as tool:
        connector = connected(
            "csv",
            address=f"{tool.address}/b.csv?key=1",
            date_column="day",
            value_column="minutes",
            decimal=",",
        )
        seen, newest = tried(connector, clock=waiting.clock)
        dry = synced(connector, waiting, dry=True)
        assert (dry.outcome, dry.counts["added"], kept()) == ("done", 2, [])
        assert synced(connector, waiting).counts["added"] == 2
    assert "the day is read from 'day', the value from 'minutes'" in seen.said
    assert seen.rows[0] == ("19.11.2026", "main", "12,5")
    assert newest.rows == (("2026-11-18 00:00", "13"), ("2026-11-19 00:00", "12.5"))
    assert [each["key"][:10] for each in dry.changes] == ["2026-11-19", "2026-11-18"]
    assert kept() == [13, 12.5]
    assert {each.path for each in tool.asked} == {"/b.csv"}


def test_a_select_of_a_listed_folder_becomes_a_series_and_one_elsewhere_is_refused(
    settings, waiting, tmp_path
):
    folder = tmp_path / "ci"
    folder.mkdir()
    with sqlite3.connect(folder / "ci.sqlite") as database:
        database.execute("create table builds (day text, minutes real)")
        database.executemany("insert into builds values (?, ?)", [("2026-11-18", 12), ("2026-11-18", 14)])
    database.close()
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    statement = "select day,\n avg(minutes) as value from builds group by day"
    settings.THROUGHLINE_SQL_FOLDERS = (folder,)
    connector = connected("sql", file=str(folder / "ci.sqlite"), statement=statement)
    settings.THROUGHLINE_SQL_FOLDERS = ()
    assert "THROUGHLINE_SQL_FOLDERS" in synced(connector, waiting).said
    settings.THROUGHLINE_SQL_FOLDERS = (folder,)
    assert (synced(connector, waiting).outcome, kept()) == ("done", [13])


@pytest.mark.parametrize(
    ("kind", "given", "place", "said"),
    [
        ("csv", {"series": "Bad Name"}, "series", "a series has a name such as build_minutes"),
        ("csv", {"series": "time_to_remediate"}, "series", "is a metric of the catalogue"),
        ("csv", {"unit": "m" * 90}, "unit", "unit"),
        ("csv", {"better": "up"}, "better", "expected one of lower, higher or nothing, found 'up'"),
        ("sql", {"file": "/etc/passwd", "statement": "select 1"}, "file", "THROUGHLINE_SQL_FOLDERS"),
        ("prometheus", {"query": "up", "history": 0}, "history", "expected 1 to 1,830 days, found 0"),
        ("jira", {"projects": "SEC"}, "email", "signs in with the e-mail"),
    ],
)
def test_what_can_never_work_is_said_while_connecting_with_its_field(listed, kind, given, place, said):
    from throughline.connectors.actions import Wish, connect
    from throughline.engine.refusals import Refused

    own = BUILD if kind != "jira" else {}
    address = {} if kind == "sql" else {"address": "https://example.org"}
    secrets = {"token": TOKEN} if kind == "jira" else {}
    with pytest.raises(Refused, match=said) as refused:
        connect("test", kind, Wish(name="a", settings=own | address | given, secrets=secrets), now=NOW)
    assert refused.value.place == place


def test_values_that_cannot_be_are_kept_aside_with_a_sample_and_nothing_of_the_answer_is_stored(
    listed, waiting
):
    with served(lambda asked: Answered(content=b"at,value\n2026-11-18,12\n2031-01-01,good-token\n")) as tool:
        connector = connected("csv", address=tool.address, secrets={"token": TOKEN})
        synced(connector, waiting, dry=True)
        failed = synced(connector, waiting)
        waiting.at += DAY
        again = synced(connector, waiting)
    aside = connector.quarantined.get()
    assert (aside.found_at, aside.sync) == (NOW, failed)
    assert (failed.outcome, again.outcome, kept()) == ("failed", "failed", [])
    assert "line 3: '2031-01-01' lies in the future" in aside.reason
    assert (TOKEN in aside.sample + aside.reason, aside.takes) == (False, [])
    from throughline.connectors.quarantine import decide
    from throughline.engine.refusals import Refused

    with pytest.raises(Refused, match="cannot be accepted"):
        decide("ada", aside, "accepted", now=waiting.at)
    decide("ada", aside, "discarded", now=waiting.at)


def test_a_sign_in_page_in_front_of_the_table_is_kept_aside(listed, waiting):
    with served(lambda asked: Answered(content=b"<html>Sign in password=hunter2</html>")) as tool:
        connector = connected("csv", address=tool.address)
        said = synced(connector, waiting).said
    assert "the address leads elsewhere. Nothing was stored;" in said
    assert connector.quarantined.get().sample == "<html>Sign in password=••••</html>"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "127.0.0.1 has nothing at /builds.csv: check the address."),
        (401, "127.0.0.1 asks who we are, and no token is set: give one."),
        (500, "127.0.0.1 answered 500 to /builds.csv: it failed itself. Try again later"),
    ],
)
def test_an_address_without_a_token_that_answers_badly_is_named_with_what_to_do(
    listed, waiting, status, said
):
    with served(lambda asked: Answered(status=status)) as tool:
        connector = connected("csv", address=f"{tool.address}/builds.csv")
        assert synced(connector, waiting).said.startswith(said)


def test_a_jump_waits_for_somebody_and_what_she_accepts_the_next_sync_takes(listed, waiting):
    from throughline.connectors.quarantine import decide

    with prometheus(lambda at: "12") as tool:
        connector = of_prometheus(tool)
        synced(connector, waiting)
        waiting.at += DAY
        tool.figure.value = lambda at: "720000" if at > NOW.timestamp() else "12"
        failed = synced(connector, waiting)
        aside = connector.quarantined.get()
        assert (failed.outcome, max(kept())) == ("failed", 12)
        assert "720,000 is 60,000 times the largest of the last" in aside.reason
        assert "720000" in aside.sample
        decide("ada", aside, "accepted", now=waiting.at)
        assert synced(connector, waiting).counts["added"] == 1
    assert kept()[-1] == 720_000
    # It is a value from now on: the next one of its size is none that jumps.
    waiting.at += DAY
    with prometheus(lambda at: "720001" if at > NOW.timestamp() + 86400 else "12") as tool:
        connector.settings["address"] = tool.address
        connector.save()
        tool.figure.value = lambda at: "720000" if at > NOW.timestamp() else "12"
        assert synced(connector, waiting).outcome == "done"


def test_a_long_listing_that_comes_back_empty_is_doubted_until_it_is_accepted(waiting):
    from throughline.connectors.actions import begin
    from throughline.connectors.doubts import Doubtful, require_plausible
    from throughline.connectors.keeping import Kept
    from throughline.connectors.models import Quarantine
    from throughline.connectors.shape import Document, Pulled
    from throughline.sources.models import Feed, Import

    connector = connected("csv", address="https://ci.example.org/b.csv")
    nothing = Kept(begin(connector, actor="test", now=waiting.at))
    feed = Feed.objects.create(name="scanner", scope="shop")
    Import.objects.create(feed=feed, full=True, read=4_000, known_at=NOW, recorded_at=NOW)
    of_shop = Document(name="a", format="csv", source="scanner", scope="shop", full=True)
    other = Document(name="b", format="csv", source="scanner", scope="bar", full=True)
    require_plausible(connector, Pulled(documents=[other]), nothing)
    with pytest.raises(Doubtful, match="scanner · shop: the listing is empty, where 4,000 records") as found:
        require_plausible(connector, Pulled(documents=[of_shop]), nothing)
    fields = {"takes": found.value.takes, "decided": "accepted", "found_at": NOW, "decided_at": NOW + DAY}
    Quarantine.objects.create(connector=connector, **fields)
    require_plausible(connector, Pulled(documents=[of_shop]), nothing)


def test_in_the_page_a_table_is_tried_with_its_rows_and_a_jump_accepted_and_taken(
    listed, organisation, browser_of
):
    from tests.connectors.test_pages import at_work

    from throughline.connectors.models import Connector

    browser = browser_of(organisation.max)
    rows = [f"2026-0{month}-01,12" for month in range(1, 7)]
    with served(lambda asked: Answered(content="\n".join(["day,minutes", *rows]).encode())) as tool:
        given = BUILD | {"name": "CI", "schedule": "day", "decimal": ".", "address": tool.address}
        browser.post("/connectors/new/csv/", given)
        address = f"/connectors/{Connector.objects.get().pk}/"
        tried = browser.post(f"{address}check/").content.decode()
        assert '<th scope="col">minutes</th>' in tried
        assert '<td class="nowrap">2026-01-01</td><td class="nowrap">12</td>' in tried
        browser.post(f"{address}sync/")
        at_work()
        rows.append("2026-07-01,7200000")
        browser.post(f"{address}sync/")
        at_work()
        page = browser.get(address).content.decode()
        assert "7,200,000 is 600,000 times the largest of the last 6" in page
        aside = Connector.objects.get().quarantined.get()
        browser.post(f"/connectors/quarantine/{aside.pk}/", {"decision": "accepted"})
        at_work()
    assert kept()[-1] == 7_200_000
    newest = Connector.objects.get().syncs.first()
    shown = browser.get(f"/connectors/syncs/{newest.pk}/").content.decode()
    assert "1 added, 6 unchanged." in browser.get(address).content.decode()
    assert "/series/build_minutes/" in shown
