"""What a person receives and what is read for her: every byte of an answer, every row of every query."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from django.db import connection
from tests.api.programs import EVERY_SCOPE, Program
from tests.api.rows import OPERATIONS
from tests.api.test_access import described
from tests.rules.access import ROWS
from tests.rules.test_access_table import address_of

from throughline.api.rates import RATES


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


def read_by_program(person, objects, scopes=EVERY_SCOPE) -> Iterator[tuple[str, str]]:
    """Each of them with all that a program of the person receives there; nobody's has no token."""
    RATES.counts.clear()
    program = Program(person, scopes)
    for path in every_operation(objects):
        yield path, body_of(program.get(path))


def body_of(answer, *, without: str = "") -> str:
    """All that a browser receives, headers as well but for one that is named."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name: value for name, value in answer.headers.items() if name != without}
    return content.decode(errors="replace") + json.dumps(headers)


class Rows:
    """Notes every row that the database hands out to queries that hold a text.

    What a function of the name `but_in` reads is counted in `let_pass`, and not noted.
    """

    def __init__(self, holding: str = "", *, but_in: str = "") -> None:
        self.holding = holding
        self.but_in = but_in
        self.let_pass = 0
        self.seen: list[str] = []
        self.asked = 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith("SELECT") and self.holding in sql and not many:
            self.asked += 1
            if self.but_in and self.but_in in _functions():
                self.let_pass += 1
                return result
            again = connection.connection.execute(sql % tuple("?" for _ in params or ()), tuple(params or ()))
            self.seen.extend(str(row) for row in again.fetchall())
        return result


def _functions() -> Iterator[str]:
    """The names of the functions that are under way."""
    frame = sys._getframe(1)
    while frame is not None:
        yield frame.f_code.co_name
        frame = frame.f_back
