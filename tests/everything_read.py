"""What a person receives and what is read for her: every byte of an answer, every row of every query."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator

from django.db import connection
from tests.api.programs import EVERY_SCOPE, Program
from tests.api.rows import OPERATIONS
from tests.api.test_access import described
from tests.rules.access import ROWS
from tests.rules.test_access_table import address_of

from throughline.api.rates import RATES

# The one function that reads everybody's answers.
OF_THE_MATCH = "for_the_match"
# How long an answer is may be any number, a private one as well.
LENGTH = "Content-Length"


def every_address(objects) -> Iterator[str]:
    """Every address that answers GET, about the objects."""
    for name, row in ROWS.items():
        if row.get is not None:
            yield address_of(name, row, objects)


def every_operation(objects) -> Iterator[str]:
    """Every address of the API that answers GET, about the objects, without its root."""
    for name, row in OPERATIONS.items():
        method, path, _ = described()[name]
        if method == "GET":
            kwargs = {key: value.format(**objects) for key, value in row.path.items()}
            yield path.format(**kwargs) + row.query.format(**objects)


def read_by_program(person, paths: Iterable[str], scopes=EVERY_SCOPE) -> Iterator[tuple[str, str]]:
    """Each of them with all that a program of the person receives there; nobody's has no token."""
    RATES.counts.clear()
    program = Program(person, scopes)
    for path in paths:
        yield path, body_of(program.get(path), without=LENGTH)


def body_of(answer, *, without: str = "") -> str:
    """All that a browser receives, headers as well but for one that is named."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name: value for name, value in answer.headers.items() if name != without}
    return content.decode(errors="replace") + json.dumps(headers)


class Rows:
    """Notes every row that the database hands out to queries that hold a text."""

    def __init__(self, holding: str = "") -> None:
        self.holding = holding
        self.seen: list[str] = []
        self.asked = 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith("SELECT") and self.holding in sql and not many:
            self.note(sql, rows_of(sql, params))
        return result

    def note(self, sql: str, rows: list[str]) -> None:
        self.asked += 1
        self.seen.extend(rows)


class Watch(Rows):
    """Notes besides which query of which address read them.

    What the match reads of all answers together is counted in `let_pass`, and not noted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.address = ""
        self.let_pass = 0
        self.queries: list[tuple[str, str, list[str]]] = []

    def note(self, sql: str, rows: list[str]) -> None:
        if "people_" in sql and OF_THE_MATCH in _functions():
            self.let_pass += 1
            return
        super().note(sql, rows)
        self.queries.append((self.address, sql, rows))

    def of(self, table: str) -> list[tuple[str, str]]:
        """Each row that was read by a query of such a table, with the address that read it."""
        return [(address, row) for address, sql, rows in self.queries if table in sql for row in rows]

    def asking(self, table: str) -> set[str]:
        """The addresses whose answer rests on such a table."""
        return {address for address, sql, _ in self.queries if table in sql}


def rows_of(sql: str, params) -> list[str]:
    """What a query reads, read again."""
    again = connection.connection.execute(sql % tuple("?" for _ in params or ()), tuple(params or ()))
    return [str(row) for row in again.fetchall()]


def _functions() -> Iterator[str]:
    """The names of the functions that are under way."""
    frame = sys._getframe(1)
    while frame is not None:
        yield frame.f_code.co_name
        frame = frame.f_back
