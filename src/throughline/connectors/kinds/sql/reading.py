"""A statement asked of a file: refused where it is no single SELECT, and read into dated values."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from throughline.connectors.dated import Columns, Dated, read_table
from throughline.connectors.kinds.sql import asked_apart
from throughline.engine.refusals import Refused

Engine = Literal["sqlite", "duckdb"]
SECONDS = 10.0
MOST_ROWS = 10_000
LONGEST_STATEMENT = 20_000
# A process of its own has to begin and to load its library first.
BEGINNING = 15.0
_SQLITE, _DUCKDB, _DUCKDB_AT = b"SQLite format 3\0", b"DUCK", 8
_COMMENT = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*.*?\*/", re.S)
_FIRST_WORD = re.compile(r"\(*\s*([A-Za-z]+)")
_SENTENCES = {
    "empty": "there is no statement: write one SELECT",
    "several": "only one statement is asked: write one SELECT",
    "forbidden": "only what one SELECT reads is asked; nothing is written, attached, loaded or read from "
    "elsewhere",
    "slow": "it did not answer within {seconds:g} seconds: let it read less",
    "memory": "it needs more memory than it is given: let it read less",
    "too_many": "it answers with more than {most:,} rows: let it group them by day",
    "too_wide": "it answers with more columns than a day and a value need: name the two that are read",
    "too_large": "it answers with more text than days and values need: name the two columns that are read",
    "locked": "another program writes to the file and has locked it: try again later",
    "no_database": "the file is no SQLite or DuckDB database, or of a version that is not read here",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement answers: the names of its columns, and its rows as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def file_within(path: str, folders: Sequence[Path], *, never: Path) -> Path:
    """The file, where it lies in a folder that the settings list and not in `never`. Raises Refused.

    `never` is the data folder, which holds what no page shows. The same sentence for what is elsewhere and
    for what is not there: nobody learns what other folders hold.
    """
    if not folders:
        raise Refused(
            "no folder is listed that files may be read from: list one in THROUGHLINE_SQL_FOLDERS",
            place="file",
            code="no_folder",
        )
    try:
        found = _named(path, folders).resolve(strict=True)
        is_within = any(found.is_relative_to(folder.resolve()) for folder in folders)
        is_within = is_within and found.is_file() and not found.is_relative_to(never.resolve())
    except (OSError, ValueError, RuntimeError):
        is_within = False
    if not is_within:
        raise Refused(
            f"there is no file '{path[:200]}' in a folder that THROUGHLINE_SQL_FOLDERS lists",
            place="file",
            code="no_file",
        )
    return found


def _named(path: str, folders: Sequence[Path]) -> Path:
    """The file of a whole path, or of a name in the first folder that has it."""
    inside = (folder / path for folder in folders)
    return Path(path) if Path(path).is_absolute() else next(filter(Path.exists, inside), Path(path))


def engine_of(path: Path) -> Engine:
    """Which of the two wrote the file, by its first bytes. Raises Refused."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}", place="file", code="no_file") from None
    if start.startswith(_SQLITE):
        return "sqlite"
    if start[_DUCKDB_AT : _DUCKDB_AT + len(_DUCKDB)] == _DUCKDB:
        return "duckdb"
    raise _refused("no_database", place="file")


def checked(statement: str) -> str:
    """The statement, where it begins as a SELECT does; what it does is checked when asked. Raises Refused."""
    if len(statement) > LONGEST_STATEMENT:
        raise Refused(f"longer than {LONGEST_STATEMENT:,} characters", place="statement", code="too_long")
    if "\0" in statement:
        raise Refused("it holds a NUL character", place="statement", code="forbidden")
    rest = statement
    while comment := _COMMENT.match(rest):
        rest = rest[comment.end() :]
    word = _FIRST_WORD.match(rest)
    if not rest:
        raise _refused("empty")
    if word is None or word[1].casefold() not in ("select", "with", "values", "from"):
        raise _refused("forbidden")
    return statement


def ask(path: Path, statement: str, *, seconds: float = SECONDS, most_rows: int = MOST_ROWS) -> Answer:
    """The rows of the statement. Raises Refused with a sentence where it is more than one SELECT may do."""
    request = {
        "path": str(path),
        "engine": engine_of(path),
        "statement": checked(statement),
    }
    answer = asked(request, seconds=seconds, most_rows=most_rows)
    return Answer(tuple(answer["columns"]), tuple(map(tuple, answer["rows"])))


def asked(
    request: Mapping[str, Any],
    *,
    seconds: float,
    most_rows: int,
    sentences: Mapping[str, tuple[str, str]] | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the program that asks answers. Raises Refused.

    `sentences` are those of an engine, before those of all: by the reason, the setting that it belongs to and
    what is said.
    """
    whole = {**request, "seconds": seconds, "most_rows": most_rows}
    answer = _asked(whole, seconds=seconds, environment=environment or {})
    if reason := answer.get("refused"):
        said = answer.get("said", "")
        if own := (sentences or {}).get(reason):
            raise Refused(own[1].format(said=said), place=own[0], code=reason)
        raise _refused(reason, said=said, seconds=seconds, most=most_rows)
    return answer


def read(answer: Answer, columns: Columns, *, unit: str, now: datetime) -> Dated:
    """The dated values of what a statement answered. Raises Refused."""
    if not answer.rows:
        raise Refused("the statement answers with no row", place="statement", code="no_data")
    lines = ((f"row {number}", cells) for number, cells in enumerate(answer.rows, start=1))
    return read_table(_distinct(answer.columns), lines, columns, unit=unit, now=now)


def _distinct(columns: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(columns)) < len(columns):
        raise Refused(
            f"two columns have one name ({', '.join(columns)}): name them with AS", place="statement"
        )
    return columns


def _asked(request: Mapping[str, Any], *, seconds: float, environment: Mapping[str, str]) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603
            # Isolated, and without the environment: no secret of the server is where a statement is asked.
            [sys.executable, "-I", asked_apart.__file__],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=seconds + BEGINNING,
            env=dict(environment),
            cwd="/",
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {"refused": "memory"}
    except subprocess.TimeoutExpired:
        answer = {"refused": "slow"}
    except ValueError:
        answer = {"refused": "memory"}
    return dict(answer)


def _refused(
    reason: str, *, place: str = "statement", said: str = "", seconds: float = SECONDS, most: int = MOST_ROWS
) -> Refused:
    sentence = _SENTENCES.get(reason)
    if sentence is None:
        return Refused(f"the database refused it: {said}", place=place, code="statement")
    return Refused(sentence.format(seconds=seconds, most=most), place=place, code=reason)
