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
READ_ONLY = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}


class Refused(Exception):
    """A statement that is not asked; the text is a word for the reason."""


def main() -> None:
    request = json.load(sys.stdin)
    _bound(request["seconds"])
    ask = _of_duckdb if request["engine"] == "duckdb" else _of_sqlite
    try:
        columns, rows = ask(request)
        answer = {"columns": columns, "rows": rows}
    except Refused as refused:
        answer = {"refused": str(refused)}
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
