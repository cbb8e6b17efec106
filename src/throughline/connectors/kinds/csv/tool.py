"""A table at an address as a connected source: read whole each time, since it says nothing of what is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.connectors.asking import SAMPLE, Asking
from throughline.connectors.kinds import of_series
from throughline.connectors.kinds.csv import reading
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, Settings


class Table:
    """One table at one address. It keeps nothing."""

    name = "csv"
    title = "CSV at an address"
    lead = "Reads a table with a column of days and one of values from where another program puts it."
    gives = "series"
    settings = (
        Field(
            "address",
            "Address",
            "Of the table itself, as https://ci.example.com/builds.csv. It is shown as it is: "
            "a key belongs in the token.",
            reads="address",
        ),
        *of_series.SERIES,
        *of_series.COLUMNS,
        Field(
            "order",
            "Dates such as 03/04/2026",
            "Needed only where no date of the column decides it.",
            reads="choice",
            is_required=False,
            choices=(("", "By the column"), ("dmy", "Day first"), ("mdy", "Month first")),
        ),
        Field(
            "decimal",
            "Decimal mark",
            reads="choice",
            choices=((".", "Point, as in 12.5"), (",", "Comma, as in 12,5")),
            default=".",
        ),
        of_series.USER,
    )
    secrets = (of_series.TOKEN,)

    def base(self, settings: Settings) -> str:
        """The address of the table."""
        return str(settings["address"])

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """A token, or user and password."""
        return {"accept": "text/csv, */*;q=0.5", **of_series.signed_in(settings, secrets)}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """The first rows of the table with the columns that are read, and the newest values."""
        content, columns = self._content(asking, settings), of_series.columns_of(settings)
        seen = reading.preview(content, columns, name=asking.host)
        found = reading.read(
            content, columns, name=asking.host, unit=of_series.unit_of(settings), now=asking.clock.now()
        )
        table = of_series.table(seen.columns, seen.rows, f"The table of {asking.host}", seen.chosen)
        return [table, *of_series.checked(found, "It")]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All values of the table; those that are known change nothing."""
        progress(0, 0, "fetching the table")
        found = reading.read(
            self._content(asking, settings),
            of_series.columns_of(settings),
            name=asking.host,
            unit=of_series.unit_of(settings),
            now=asking.clock.now(),
        )
        return of_series.pulled(asking, settings, found)

    def _content(self, asking: Asking, settings: Settings) -> bytes:
        answer = asking.answer("GET", str(settings["address"]))
        if not answer.is_success:
            raise asking.refusal(answer)
        if reading.is_page(answer.body):
            # A sign-in page answers with 200 as well.
            sample = answer.body[:SAMPLE].decode("utf-8", "replace")
            raise asking.nonsense(
                "a page came where a table was expected: it asks to sign in, or the address leads elsewhere",
                sample,
            )
        return answer.body


kind = Table()
