"""One SELECT of a real PostgreSQL: read over TLS, by whoever may, and nothing more than that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.connectors.postgres import NAME, PASSWORD, SECRET, Server, started
from tests.connectors.test_statements import HOSTILE
from tests.organisation import NOW

from throughline.connectors.dated import Columns
from throughline.connectors.kinds.postgresql.asking import address_of, ask
from throughline.connectors.kinds.postgresql.statements import called
from throughline.connectors.kinds.sql.reading import read
from throughline.engine.refusals import Refused


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with started() as found:
        yield found


@pytest.fixture
def known(server, listed, monkeypatch) -> Server:
    """The server by a name that the house looks up and its machine knows nothing of."""
    from throughline.outbound import client

    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    monkeypatch.setattr(client, "resolved", lambda host, port: ["127.0.0.1"])
    return server


def settings_of(server: Server, **other) -> dict:
    given = {
        "host": NAME,
        "port": server.port,
        "database": "postgres",
        "user": "reader",
        "tls": "verify-full",
    }
    return given | other


def asked(server: Server, statement: str, *, password: str = PASSWORD, seconds: float = 5, **other):
    address = address_of(settings_of(server, **other), {"password": password})
    return ask(address, statement, seconds=seconds, most_rows=100)


def test_a_select_gives_the_same_dated_values_as_of_a_file(known):
    answer, may_write = asked(known, "-- of main\nselect day, minutes from builds order by day;")
    found = read(answer, Columns(), unit="minutes", now=NOW)
    assert (answer.columns, may_write) == (("day", "minutes"), False)
    assert [(f"{row.at:%m-%d}", row.value) for row in found.rows] == [("11-17", 12.5), ("11-18", 13.0)]
    assert found.notices == ("1 row without a value: left out.",)


def test_the_session_is_read_only_bounded_and_says_who_it_is(known):
    names = (
        *("transaction_read_only", "lock_timeout", "default_transaction_read_only", "statement_timeout"),
        *("idle_in_transaction_session_timeout", "search_path", "application_name"),
    )
    statement = f'select name, setting from pg_settings where name in {names} order by name collate "C"'
    answer, _ = asked(known, statement, seconds=3)
    assert [row[1] for row in answer.rows] == [
        *("throughline", "on", "3000", "2000", "pg_catalog,public,pg_temp", "3000", "on"),
    ]


HOSTILE_POSTGRESQL = {
    "read": "select pg_read_file('{secret}')",
    "read by its schema": "select pg_catalog . /* x */ \"pg_read_file\" ('{secret}')",
    "list": "select * from pg_ls_dir('/')",
    "large object": "select lo_import('{secret}')",
    "copy": "copy builds to program 'true'",
    "other server": "select * from dblink('host=127.0.0.1', 'select 1') as t(a int)",
    "statement in a text": "select query_to_xml('delete from builds', true, true, '')",
    "escaped name": "select U&\"pg\\005fread_file\"('{secret}')",
    "quote that is none": "select E'\\'', pg_read_file('{secret}') --'",
    "space that is none": "select 1 as \u00a0$x$, pg_sleep(9), 2 as y$x$",
    "string that goes on": "select E'a'\n'\\'', pg_sleep(9), '''b'''",
    "comment in a comment": "select /* /* */ 1, */ pg_sleep(9)",
    "dollar quotes": "select $a$ $b$ $a$, pg_sleep(9), $a$ $b$ $a$",
    "setting": "select set_config('transaction_read_only', 'off', false)",
    "sequence": "select nextval('counter')",
    "volatile": "select noted(day), minutes from builds",
    "into": "select * into copy from builds",
    "with that deletes": "with gone as (delete from builds returning *) select * from gone",
    "lock": "select * from builds for update",
    "not granted": "select * from salaries",
    "do": "do $$ begin delete from builds; end $$",
    "listen": "listen x",
    "endless": "select count(*) from generate_series(1, 100000000000) as t(i) where i % 7 = 3",
    "memory": "select repeat('x', 200000000)",
    "rows": "select * from generate_series(1, 200)",
}


@pytest.mark.parametrize("name", [*HOSTILE, *HOSTILE_POSTGRESQL])
def test_anything_but_one_bounded_select_is_refused_with_a_sentence_even_of_who_may_write(known, name):
    statement = (HOSTILE | HOSTILE_POSTGRESQL)[name]
    whole = "select array_agg(builds::text), (select last_value from counter) from builds"
    before = known.rows(whole)
    with pytest.raises(Refused) as refused:
        asked(known, statement.format(folder="/tmp", secret=known.secret), user="writer", seconds=0.5)
    assert refused.value.place == "statement"
    assert not any(text in str(refused.value) for text in (SECRET, PASSWORD, "Traceback"))
    assert known.rows(whole) == before
    assert known.rows("select count(*) from pg_stat_activity where state like 'idle in%'") == [(0,)]


def test_names_in_comments_and_texts_are_no_calls_and_functions_that_only_compute_are_asked(known):
    assert called("select 'pg_read_file(1)', $x$ pg_sleep(1) $x$, '\\', n'lo_get(1)' /* pg_sleep(1) */") == ()
    answer, _ = asked(
        known, "select date_trunc('week', day), weeks(max(minutes)::int) from builds group by 1"
    )
    assert answer.rows == (("2026-11-16T00:00:00+00:00", "91"),)


@pytest.mark.parametrize(
    ("other", "place", "said"),
    [
        ({"password": "another"}, "password", "refuses user or password"),
        ({"user": "nobody of theirs"}, "password", "refuses user or password"),
        ({"database": "elsewhere"}, "database", "no database of this name"),
        ({"user": "boss"}, "user", "may do everything"),
        ({"port": 1}, "host", "cannot be reached: Connection refused"),
        ({"host": "other.example.com"}, "host", "certificate does not hold for this name"),
        ({"tls": "disable"}, "tls", "THROUGHLINE_OUTBOUND_HTTP"),
        ({"host": "/var/run/postgresql"}, "host", "the name of one host"),
        ({"host": "db.example.com,127.0.0.1"}, "host", "the name of one host"),
        ({"host": "db.example.com service=x"}, "host", "the name of one host"),
        ({"database": "postgresql://evil.example.com/x"}, "database", "no address and no options"),
        ({"database": "x' passfile='/etc/passwd"}, "database", "no address and no options"),
        ({"user": "reader options=-csearch_path"}, "user", "no address and no options"),
        ({"port": 99_999}, "port", "expected 1 to 65535"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_beside_its_setting(known, other, place, said):
    with pytest.raises(Refused, match=said) as refused:
        asked(known, "select 1, 2", **other)
    assert (refused.value.place, PASSWORD in str(refused.value)) == (place, False)


def test_a_certificate_that_no_authority_of_this_machine_vouches_for_is_refused_unless_proof_is_waived(
    known, monkeypatch, settings
):
    encrypted = "select ssl, 1 from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'reader'"
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Refused, match="certificate does not hold"):
        asked(known, "select 1, 2")
    assert asked(known, encrypted, tls="require")[0].rows == (("(bool)", "1"),)
    settings.THROUGHLINE_OUTBOUND_HTTP = (NAME,)
    assert asked(known, "select 1, 2", tls="disable")[0].rows == (("1", "2"),)


def test_a_host_inside_the_network_is_not_spoken_to_unless_its_network_is_listed(server, settings):
    settings.THROUGHLINE_OUTBOUND_NETWORKS = ()
    for host in ("127.0.0.1", "localhost", "127.1", "::1"):
        with pytest.raises(Refused, match="THROUGHLINE_OUTBOUND_NETWORKS"):
            asked(server, "select 1, 2", host=host)


def test_nothing_of_the_servers_environment_says_whom_to_ask(known, monkeypatch):
    for name, value in {
        "PGHOST": "/tmp",
        "PGSERVICE": "x",
        "PGOPTIONS": "-c x=y",
        "PGSSLMODE": "disable",
    }.items():
        monkeypatch.setenv(name, value)
    assert asked(known, "select 1, 2")[0].rows == (("1", "2"),)


def moved(connector, server: Server, **other) -> None:
    from throughline.connectors.actions import Wish, change

    settings = connector.settings | settings_of(server, **other)
    change("test", connector, Wish(name=connector.name, settings=settings), now=NOW)


@pytest.mark.django_db
def test_a_database_becomes_a_series_and_what_cannot_be_is_kept_aside(known, waiting):
    from tests.connectors.test_external_series import connected, kept, synced

    from throughline.connectors.trying import tried

    secrets = {"password": PASSWORD}
    asks = "select day, avg(minutes) as value from builds where minutes > 0 group by day"
    with pytest.raises(Refused, match="the name of one host"):
        connected("postgresql", secrets=secrets, statement=asks, **settings_of(known, host="/run"))
    connector = connected("postgresql", secrets=secrets, statement=asks, **settings_of(known, user="writer"))
    seen, worry, newest = tried(connector, clock=waiting.clock)
    assert "the day is read from 'day', the value from 'value'" in seen.said
    assert "writer could write as well" in worry.said
    assert (worry.is_good, worry.is_note) == (True, True)
    assert newest.rows[-1] == ("2026-11-18 00:00", "13")
    assert (synced(connector, waiting).outcome, kept()) == ("done", [12.5, 13])
    with pytest.raises(Refused, match="Enter the Password again"):
        moved(connector, known, host="other.example.com")
    connector.refresh_from_db()
    connector.settings["statement"] = "select day, 'infinity'::float8 as value from builds"
    connector.save()
    failed = synced(connector, waiting)
    assert (failed.outcome, kept()) == ("failed", [12.5, 13])
    assert "inf" in connector.quarantined.get().sample
