"""A database file as a connected source: one SELECT of it, asked in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings as house

from throughline.connectors.dated import Dated
from throughline.connectors.kinds import of_series
from throughline.connectors.kinds.sql import reading
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, Settings

if TYPE_CHECKING:
    from throughline.connectors.asking import Asking


class Database:
    """One statement of one file. It keeps nothing."""

    name = "sql"
    title = "SQL"
    lead = (
        "Reads one SELECT of a SQLite or DuckDB file in a folder that THROUGHLINE_SQL_FOLDERS lists. "
        "The file is opened read-only."
    )
    gives = "series"
    settings = (
        Field("file", "File", "Its name in a listed folder, as builds.sqlite, or its whole path."),
        Field(
            "statement",
            "Statement",
            "One SELECT with a column of days and one of values: SELECT day, avg(minutes) AS value "
            "FROM builds GROUP BY day.",
            reads="long",
        ),
        *of_series.SERIES,
        *of_series.COLUMNS,
    )
    secrets = ()

    def base(self, settings: Settings) -> str:
        """None: nothing leaves this server."""
        return ""

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """None."""
        return {}

    def require_settled(self, settings: Settings) -> None:
        """Raises Refused where the file lies in no listed folder, or the statement is none."""
        self._path(settings)
        reading.checked(str(settings["statement"]))

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """The first rows of the answer with the columns that are read, and the newest values."""
        answer, columns = self._answer(settings), of_series.columns_of(settings)
        found = self._read(asking, settings, answer)
        chosen = columns.found_in(answer.columns)
        return [
            of_series.table(answer.columns, answer.rows, "The answer", chosen),
            *of_series.checked(found, "It"),
        ]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All values of the answer; those that are known change nothing."""
        progress(0, 0, "asking the file")
        found = self._read(asking, settings, self._answer(settings))
        return of_series.pulled(asking, settings, found)

    def _path(self, settings: Settings) -> Path:
        folders = house.THROUGHLINE_SQL_FOLDERS
        return reading.file_within(str(settings["file"]), folders, never=Path(house.HOME))

    def _answer(self, settings: Settings) -> reading.Answer:
        return reading.ask(self._path(settings), str(settings["statement"]))

    def _read(self, asking: Asking, settings: Settings, answer: reading.Answer) -> Dated:
        unit = of_series.unit_of(settings)
        return reading.read(answer, of_series.columns_of(settings), unit=unit, now=asking.clock.now())


kind = Database()
