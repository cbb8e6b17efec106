"""What a table of an export is: its columns with kind, unit and meaning, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable


@dataclass(frozen=True, slots=True)
class Part:
    """A value by its name in each object of the list that a stored row holds."""

    name: str


Of = str | Combinable | Part
# A set of rows of a table, or the rows themselves where no database holds them.
Rows = Callable[[], Any]


class Kind(Enum):
    """What stands in a column; the value is its type in Parquet, in the words of DuckDB."""

    TEXT = "VARCHAR"
    WHOLE = "BIGINT"
    NUMBER = "DOUBLE"
    TRUTH = "BOOLEAN"
    DAY = "DATE"
    INSTANT = "TIMESTAMP WITH TIME ZONE"
    TEXTS = "VARCHAR[]"
    # Text that holds JSON: every tool reads it, and DuckDB asks it by ->>.
    JSON = "VARCHAR (JSON)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `of` is the field or expression that fills it, `to` the column of another table it names."""

    name: str
    kind: Kind
    meaning: str
    of: Of = ""
    unit: str = ""
    to: str = ""

    @property
    def source(self) -> Of:
        """The field or expression that fills it."""
        return self.of or self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, and the columns that tell rows apart.

    Where `parts` names a field that holds a list of objects, each object is a row.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    rows: Rows
    key: tuple[str, ...] = ("id",)
    parts: str = ""


def stored(label: str, where: Q | None = None, *, order: tuple[str, ...] = ("pk",)) -> Rows:
    """All rows of a model, by its label: a text, so that the dictionary is told without a database."""

    def rows() -> QuerySet[Any]:
        found: QuerySet[Any] = apps.get_model(label)._default_manager.order_by(*order)
        return found.filter(where) if where is not None else found

    return rows


def text(name: str, meaning: str, of: Of = "", *, to: str = "") -> Column:
    """A text; null where nothing is said."""
    return Column(name, Kind.TEXT, meaning, of, to=to)


def whole(name: str, meaning: str, of: Of = "", *, unit: str = "", to: str = "") -> Column:
    """A whole number."""
    return Column(name, Kind.WHOLE, meaning, of, unit, to)


def number(name: str, meaning: str, of: Of = "", *, unit: str = "") -> Column:
    """A number."""
    return Column(name, Kind.NUMBER, meaning, of, unit)


def truth(name: str, meaning: str, of: Of = "") -> Column:
    """True or false; null where it is not known."""
    return Column(name, Kind.TRUTH, meaning, of)


def day(name: str, meaning: str, of: Of = "") -> Column:
    """A day of the calendar."""
    return Column(name, Kind.DAY, meaning, of, "UTC")


def instant(name: str, meaning: str, of: Of = "") -> Column:
    """An instant."""
    return Column(name, Kind.INSTANT, meaning, of, "UTC")


def texts(name: str, meaning: str, of: Of = "") -> Column:
    """A list of texts."""
    return Column(name, Kind.TEXTS, meaning, of)


def json(name: str, meaning: str, of: Of = "") -> Column:
    """A text that holds JSON."""
    return Column(name, Kind.JSON, meaning, of)


def identity(meaning: str = "Its number, which never changes.") -> Column:
    """The number of a row."""
    return Column("id", Kind.WHOLE, meaning, "pk")
