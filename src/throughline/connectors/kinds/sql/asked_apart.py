"""The program that asks: a process of its own, which can write nothing, reach nothing and last no longer.

It is run by its path and imports nothing of ours, so that whatever a statement does to it, the server stands.
A request comes as JSON by the standard input; the answer leaves as JSON by the standard output.
"""

from __future__ import annotations

import datetime
import decimal
import json
import resource
import sqlite3
import sys
import threading
from collections.abc import Iterator
from typing import Any

MEGABYTE = 2**20
# DuckDB reserves far more than it uses.
MOST_MEMORY = 1536 * MEGABYTE
# SQLite's index of a write-ahead log is a file of its own; nothing else is ever written.
LARGEST_FILE = 16 * MEGABYTE
LONGEST_VALUE = 1_000_000
LONGEST_CELL = 500
MOST_COLUMNS = 200
# Of a whole answer, in characters: the server reads it in one piece.
LARGEST_ANSWER = 16 * MEGABYTE
# Functions of SQLite that look outside the file, where somebody built them in.
OUTSIDE = {
    *("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "fsdir", "zipfile", "eval"),
    *("shell", "system", "exec"),
}
DUCKDB: dict[str, str | bool | int | float | list[str]] = {
    # Main first: the file itself is opened before it applies.
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "memory_limit": "256MB",
    "threads": "1",
    "lock_configuration": "true",
}
# Rows that are asked of a server at once.
PART = 200
# Refusals of PostgreSQL by their SQLSTATE (Appendix A), in whatever language it says them.
STATES = {
    "57014": "slow", "25P03": "slow", "55P03": "locked", "42501": "not_granted", "25006": "forbidden",
    "0A000": "forbidden", "42601": "error", "53200": "memory", "54000": "memory", "57P01": "silent",
    "08006": "silent", "08P01": "several",
}  # fmt: skip
# Before there is a connection there is only what the library says.
UNCONNECTED = {
    "password authentication failed": "password",
    "no password supplied": "password",
    "does not exist": "no_database",
    "permission denied for database": "no_database",
    "authentication method requirement": "unproven",
    "certificate verify failed": "certificate",
    "server certificate for": "certificate",
    "does not support ssl": "no_tls",
    "unsupported startup parameter": "options",
    "timeout": "silent",
    "closed the connection": "silent",
}
# Volatile to PostgreSQL, and nothing but a number or an instant.
HARMLESS = ("random", "clock_timestamp", "timeofday", "gen_random_uuid", "setseed")
ACCOUNT = """
    SELECT r.rolsuper OR EXISTS (
        SELECT FROM pg_catalog.pg_roles AS g
        WHERE g.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
        AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER')),
    EXISTS (
        SELECT FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'f')
        AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
    FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
"""
VOLATILE = """
    SELECT p.proname::text FROM pg_catalog.pg_proc AS p
    WHERE p.provolatile = 'v' AND p.proname = ANY (%s) AND p.proname <> ALL (%s) LIMIT 1
"""
READ_ONLY = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}


class Refused(Exception):
    """A statement that is not asked: a word for the reason, and what the database said."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


def main() -> None:
    request = json.load(sys.stdin)
    _bound(request["seconds"])
    ask = {"duckdb": _of_duckdb, "sqlite": _of_sqlite, "postgresql": _of_postgresql}[request["engine"]]
    answer: dict[str, Any]
    try:
        columns, rows, *rest = ask(request)
        answer = {"columns": columns, "rows": rows, "may_write": any(rest)}
    except Refused as refused:
        answer = {"refused": refused.reason, "said": refused.said}
    except MemoryError:
        answer = {"refused": "memory"}
    except Exception as error:
        answer = {"refused": _reason(error), "said": str(error).strip().splitlines()[0][:300]}
    json.dump(answer, sys.stdout)


def _bound(seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cpu = int(seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))


def _reason(error: Exception) -> str:
    text = str(error).casefold()
    for word, reason in (
        ("interrupt", "slow"),
        ("out of memory", "memory"),
        ("bad_alloc", "memory"),
        ("too big", "memory"),
        ("not authorized", "forbidden"),
        ("authorization denied", "forbidden"),
        ("disabled by configuration", "forbidden"),
        ("read-only", "forbidden"),
        ("readonly", "forbidden"),
        ("configuration has been locked", "forbidden"),
        ("one statement at a time", "several"),
        ("could not set lock", "locked"),
        ("database is locked", "locked"),
        ("not a database", "no_database"),
        ("not a valid duckdb", "no_database"),
    ):
        if word in text:
            return reason
    return "error"


def _of_sqlite(request: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    connection = sqlite3.connect(f"file:{_quoted(request['path'])}?mode=ro", uri=True, timeout=2)
    for pragma in ("query_only=on", "trusted_schema=off", "cell_size_check=on", "temp_store=memory"):
        connection.execute(f"pragma {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_may)
    threading.Timer(request["seconds"], connection.interrupt).start()
    return _read(connection.execute(request["statement"]), request["most_rows"])


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _may(action: int, first: str | None, second: str | None, base: str | None, source: str | None) -> int:
    is_outside = action == sqlite3.SQLITE_FUNCTION and (second or "").casefold() in OUTSIDE
    return sqlite3.SQLITE_OK if action in READ_ONLY and not is_outside else sqlite3.SQLITE_DENY


def _of_duckdb(request: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    import duckdb

    connection = duckdb.connect(request["path"], read_only=True, config=DUCKDB)
    statements = connection.extract_statements(request["statement"])
    if len(statements) != 1:
        raise Refused("several" if statements else "empty")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise Refused("forbidden")
    threading.Timer(request["seconds"], connection.interrupt).start()
    return _read(connection.execute(statements[0]), request["most_rows"])


def _of_postgresql(request: dict[str, Any]) -> tuple[list[str], list[list[str]], bool]:
    import psycopg

    try:
        connection = psycopg.connect(**request["server"], **_session(request["seconds"]))
    except psycopg.Error as error:
        raise _unconnected(str(error), request["server"]) from None
    connection.read_only = True
    try:
        may_write = _account(connection, request["names"])
        with connection.cursor(name="asked") as cursor:
            cursor.execute(request["statement"])
            columns, rows = _read(_Slowly(cursor), request["most_rows"])
    except psycopg.Error as error:
        raise Refused(STATES.get(error.sqlstate or "", _reason(error)), _first_line(str(error))) from None
    finally:
        # Nothing is ever committed, whatever was asked.
        connection.close()
    return columns, rows, may_write


def _session(seconds: float) -> dict[str, Any]:
    milliseconds = int(seconds * 1000)
    options = {
        "default_transaction_read_only": "on",
        "statement_timeout": milliseconds,
        "lock_timeout": min(milliseconds, 2000),
        "idle_in_transaction_session_timeout": milliseconds,
        # Temporary tables last: nothing of theirs is taken for one of the house's.
        "search_path": "pg_catalog,public,pg_temp",
        "standard_conforming_strings": "on",
        "timezone": "UTC",
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        "application_name": "throughline",
        "client_encoding": "UTF8",
        "connect_timeout": 5,
        "tcp_user_timeout": milliseconds,
        "gssencmode": "disable",
        "sslcertmode": "disable",
        "passfile": "/nonexistent",
        "prepare_threshold": None,
    }


def _unconnected(said: str, server: dict[str, str]) -> Refused:
    text = said.casefold()
    reason = next((reason for word, reason in UNCONNECTED.items() if word in text), "unreachable")
    line = _first_line(said).rpartition("failed: ")[2]
    return Refused(reason, line.replace(server["password"], "••••") if server["password"] else line)


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")[:300]


def _account(connection: Any, names: list[str]) -> bool:
    """Whether the user could write to a table. Raises Refused where it may do all, or a name does more."""
    is_super, may_write = connection.execute(ACCOUNT).fetchone()
    if is_super:
        raise Refused("superuser")
    if found := connection.execute(VOLATILE, (names, list(HARMLESS))).fetchone():
        raise Refused("volatile", found[0])
    return bool(may_write)


class _Slowly:
    """A cursor of the server, read in small parts: no answer is held whole before it is counted."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._part: Iterator[tuple[Any, ...]] = iter(())
        self.description = cursor.description

    def fetchone(self) -> tuple[Any, ...] | None:
        row = next(self._part, None)
        if row is None:
            self._part = iter(self._cursor.fetchmany(PART))
            row = next(self._part, None)
        return row


def _read(cursor: Any, most: int) -> tuple[list[str], list[list[str]]]:
    columns = [str(each[0])[:LONGEST_CELL] for each in cursor.description or ()]
    if len(columns) > MOST_COLUMNS:
        raise Refused("too_wide")
    rows: list[list[str]] = []
    size = 0
    while (row := cursor.fetchone()) is not None:
        rows.append(list(_texts(row)))
        size += sum(map(len, rows[-1]))
        if len(rows) > most:
            raise Refused("too_many")
        if size > LARGEST_ANSWER:
            raise Refused("too_large")
    return columns, rows


def _texts(row: tuple[Any, ...]) -> Iterator[str]:
    for cell in row:
        if cell is None:
            yield ""
        elif isinstance(cell, datetime.datetime):
            yield (cell if cell.tzinfo else cell.replace(tzinfo=datetime.UTC)).isoformat()
        elif isinstance(cell, datetime.date):
            yield cell.isoformat()
        elif isinstance(cell, float):
            yield repr(cell)
        elif isinstance(cell, int | decimal.Decimal | str) and not isinstance(cell, bool):
            yield str(cell)[:LONGEST_CELL]
        else:
            yield f"({type(cell).__name__})"


if __name__ == "__main__":
    main()
    # A timer may still wait, and a library may not want to end.
    sys.stdout.flush()
    import os

    os._exit(0)
