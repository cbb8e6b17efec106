"""The rows of a table as they are stored, in bounded portions; times and JSON as the database's own text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from throughline.exports.declared import Column, Kind, Part, Table
from throughline.exports.declared import json as json_column

AT_ONCE = 2_000
# Each holds as much as many rows.
HOLDING_AT_ONCE = 20
# Of these the database's text is taken as it is: making objects of it would only be undone again.
_AS_TEXT = (Kind.DAY, Kind.INSTANT, Kind.TEXTS, Kind.JSON)

Portion = Sequence[Sequence[Any]]


def portions(table: Table, connection: BaseDatabaseWrapper) -> Iterator[Portion]:
    """The rows, a portion at a time."""
    rows = table.rows()
    if not isinstance(rows, QuerySet):
        return _told(rows)
    return _in_parts(table, rows, connection) if table.parts else _stored(table.columns, rows, connection)


def size(table: Table, connection: BaseDatabaseWrapper) -> int:
    """How many rows there are; of a table in parts, how many hold them."""
    rows = table.rows()
    if not isinstance(rows, QuerySet):
        return sum(1 for _ in rows)
    sql, given = rows.order_by().values("pk").query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS counted", given)  # noqa: S608 - a query of Django's
        return int(cursor.fetchone()[0])


def _stored(
    columns: Sequence[Column],
    rows: QuerySet[Any],
    connection: BaseDatabaseWrapper,
    *,
    at_once: int = AT_ONCE,
) -> Iterator[Portion]:
    # Aliases of ours: a field may be called as the column that it fills.
    named = {f"export_{column.name}": _expression(column) for column in columns}
    found = rows.annotate(**named).values_list(*named)
    sql, given = found.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        while portion := cursor.fetchmany(at_once):
            yield portion


def _in_parts(table: Table, rows: QuerySet[Any], connection: BaseDatabaseWrapper) -> Iterator[Portion]:
    """Rows that a stored row holds as a list of objects, a portion for each that holds any."""
    own = [column for column in table.columns if not isinstance(column.source, Part)]
    holding = [*own, json_column(table.parts, "")]
    for portion in _stored(holding, rows, connection, at_once=HOLDING_AT_ONCE):
        for *values, parts in portion:
            stored = dict(zip((column.name for column in own), values, strict=True))
            found = [
                [_of_part(column, stored, part) for column in table.columns] for part in json.loads(parts)
            ]
            if found:
                yield found


def _of_part(column: Column, stored: Mapping[str, Any], part: Mapping[str, Any]) -> Any:
    return part.get(column.source.name) if isinstance(column.source, Part) else stored[column.name]


def _expression(column: Column) -> Any:
    source: Any = F(column.source) if isinstance(column.source, str) else column.source
    return Cast(source, TextField()) if column.kind in _AS_TEXT else source


def _told(rows: Iterator[Sequence[Any]]) -> Iterator[Portion]:
    rows = iter(rows)
    while portion := [[_as_stored(value) for value in row] for row in islice(rows, AT_ONCE)]:
        yield portion


def _as_stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
