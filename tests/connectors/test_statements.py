"""One SELECT of a file: asked of SQLite and DuckDB alike, and nothing more than that."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from throughline.connectors.dated import Columns
from throughline.connectors.kinds.sql import asked_apart
from throughline.connectors.kinds.sql.reading import Answer, ask, engine_of, file_within, read
from throughline.engine.refusals import Refused

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECRET = "the secret of another file"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A file of each of the two with the same builds, and a file of somebody else beside them."""
    folder = tmp_path_factory.mktemp("sql")
    rows = [("2026-11-17", 12.5), ("2026-11-18", 13.0), ("2026-11-19", None)]
    with sqlite3.connect(folder / "ci.sqlite") as database:
        database.execute("create table builds (day text, minutes real)")
        database.executemany("insert into builds values (?, ?)", rows)
    database.close()
    with duckdb.connect(str(folder / "ci.duckdb")) as database:
        database.execute("create table builds (day date, minutes double)")
        database.executemany("insert into builds values (?, ?)", rows)
    (folder / "secret.csv").write_text(SECRET)
    return folder


@pytest.mark.parametrize("name", ["ci.sqlite", "ci.duckdb"])
def test_a_select_of_either_gives_the_same_dated_values(folder, name):
    answer = ask(folder / name, "-- of main\nselect day, minutes from builds order by day;")
    found = read(answer, Columns(), unit="minutes", now=NOW)
    assert answer.columns == ("day", "minutes")
    assert [(f"{row.at:%m-%d}", row.value) for row in found.rows] == [("11-17", 12.5), ("11-18", 13.0)]
    assert found.notices == ("1 row without a value: left out.",)


HOSTILE = {
    "several": "select 1; select 2",
    "write": "insert into builds values ('2026-11-20', 1)",
    "write behind with": "with x as (select 1) insert into builds select '2026-11-20', 1",
    "delete behind a comment": "/* select */ delete from builds returning *",
    "drop": "drop table builds",
    "attach": "attach '{folder}/other.db' as other",
    "pragma": "pragma database_list",
    "explain": "explain select 1",
    "vacuum": "vacuum into '{folder}/copy.db'",
    "transaction": "begin immediate",
    "nothing": "  -- only words\n",
}
HOSTILE_SQLITE = {
    "extension": "select load_extension('x')",
    "read": "select readfile('{folder}/secret.csv')",
    "pragma as a table": "select * from pragma_table_info('builds')",
    "endless": "with recursive r(x) as (select 1 union all select x + 1 from r) select max(x) from r",
    "memory": "select zeroblob(900000000)",
    "rows": "with recursive r(x) as (select 1 union all select x + 1 from r) select x from r limit 200",
}
HOSTILE_DUCKDB = {
    "copy": "copy builds to '{folder}/copy.csv'",
    "read": "select * from read_text('{folder}/secret.csv')",
    "read by name": "from '{folder}/secret.csv'",
    "glob": "select * from glob('{folder}/*')",
    "other database": "select * from read_duckdb('{folder}/other.duckdb')",
    "setting": "set enable_external_access = true",
    "load": "install httpfs",
    "endless": "select count(*) from range(100000000000) t(i) where i % 7 = 3",
    "memory": "select length(repeat('x', 1500000000))",
    "rows": "select * from range(200)",
}


@pytest.mark.parametrize(
    ("name", "statement"),
    [("ci.sqlite", said) for said in (HOSTILE | HOSTILE_SQLITE).values()]
    + [("ci.duckdb", said) for said in (HOSTILE | HOSTILE_DUCKDB).values()],
    ids=[f"sqlite-{key}" for key in HOSTILE | HOSTILE_SQLITE]
    + [f"duckdb-{key}" for key in HOSTILE | HOSTILE_DUCKDB],
)
def test_anything_but_one_bounded_select_is_refused_with_a_sentence(folder, name, statement):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Refused) as refused:
        ask(folder / name, statement.format(folder=folder), seconds=0.5, most_rows=100)
    assert refused.value.place == "statement"
    assert SECRET not in str(refused.value)
    assert "Traceback" not in str(refused.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_statement_is_asked_where_nothing_of_the_server_is_to_be_seen(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("THROUGHLINE_METRICS_TOKEN", SECRET)
    tells = "import json, os; print(json.dumps({'columns': [], 'rows': [[os.getcwd(), str(os.environ)]]}))"
    (program := tmp_path / "tells.py").write_text(tells)
    monkeypatch.setattr(asked_apart, "__file__", str(program))
    ((place, environment),) = ask(folder / "ci.sqlite", "select 1").rows
    assert place == "/"
    assert environment.startswith("environ(")
    assert "THROUGHLINE" not in environment


def test_only_files_of_listed_folders_are_read_and_no_link_leads_out(folder, tmp_path):
    inside = tmp_path / "listed"
    inside.mkdir()
    os.symlink(folder / "ci.sqlite", inside / "link.sqlite")
    never = tmp_path / "home"
    assert file_within(str(folder / "ci.sqlite"), [folder], never=never) == folder / "ci.sqlite"
    assert file_within("ci.sqlite", [inside, folder], never=never) == folder / "ci.sqlite"
    for path in (inside / "link.sqlite", inside / ".." / "x.sqlite", folder / "ci.sqlite", inside):
        with pytest.raises(Refused, match="in a folder that THROUGHLINE_SQL_FOLDERS lists"):
            file_within(str(path), [inside], never=never)
    with pytest.raises(Refused, match="in a folder that"):
        file_within(str(folder / "ci.sqlite"), [folder], never=folder)
    with pytest.raises(Refused, match="no folder is listed"):
        file_within(str(folder / "ci.sqlite"), [], never=never)


def test_what_is_no_database_says_so(folder):
    with pytest.raises(Refused, match="no SQLite or DuckDB database"):
        engine_of(folder / "secret.csv")


def test_a_wrong_name_is_said_in_the_words_of_the_database(folder):
    for name in ("ci.sqlite", "ci.duckdb"):
        with pytest.raises(Refused, match=r"the database refused it: .*minuts"):
            ask(folder / name, "select day, minuts from builds")
    with pytest.raises(Refused, match="name them with AS"):
        read(Answer(("a", "a"), (("1", "2"),)), Columns(), unit="count", now=NOW)
