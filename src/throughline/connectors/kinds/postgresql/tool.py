"""A PostgreSQL as a connected source: one SELECT of it, asked by a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from throughline.connectors.dated import Dated
from throughline.connectors.kinds import of_series
from throughline.connectors.kinds.postgresql.asking import GRANT, PLAIN, PROVEN, UNPROVEN, address_of, ask
from throughline.connectors.kinds.sql import reading
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings

if TYPE_CHECKING:
    from throughline.connectors.asking import Asking


class PostgreSQL:
    """One statement of one database. It keeps nothing."""

    name = "postgresql"
    title = "PostgreSQL"
    lead = (
        "Reads one SELECT of a database over TLS, in a transaction that can write nothing. Its user should "
        f"be one that only reads: {GRANT}."
    )
    gives = "series"
    settings = (
        Field("host", "Host", "Its name, as db.example.com.", reads="host"),
        Field("port", "Port", reads="number", default=5432),
        Field("database", "Database", "Its name."),
        Field("user", "User", "One that may read the tables of the statement and nothing else."),
        Field(
            "tls",
            "TLS",
            "Without a proven certificate, whoever stands between can read and change what comes. "
            "Without TLS only where THROUGHLINE_OUTBOUND_HTTP lists the host.",
            reads="choice",
            choices=(
                (PROVEN, "The certificate is proven"),
                (UNPROVEN, "Encrypted, but who answers is not proven"),
                (PLAIN, "None: everybody between can read it"),
            ),
            default=PROVEN,
        ),
        Field(
            "statement",
            "Statement",
            "One SELECT with a column of days and one of values: SELECT day, avg(minutes) AS value "
            "FROM builds GROUP BY day. Tables outside public are named with their schema.",
            reads="long",
        ),
        *of_series.SERIES,
        *of_series.COLUMNS,
    )
    secrets = (SecretField("password", "Password", "Of that user."),)

    def base(self, settings: Settings) -> str:
        """None: it is not asked over HTTP."""
        return ""

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """None."""
        return {}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """The first rows with the columns that are read, the newest values, and what should be mended."""
        answer, may_write = self._answer(asking, settings)
        found = self._read(asking, settings, answer)
        chosen = of_series.columns_of(settings).found_in(answer.columns)
        return [
            of_series.table(answer.columns, answer.rows, "The answer", chosen),
            *_worries(settings, may_write=may_write),
            *of_series.checked(found, asking.host),
        ]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All values of the answer; those that are known change nothing."""
        progress(0, 0, "asking the database")
        answer, _ = self._answer(asking, settings)
        return of_series.pulled(asking, settings, self._read(asking, settings, answer))

    def _answer(self, asking: Asking, settings: Settings) -> tuple[reading.Answer, bool]:
        address = address_of(settings, asking.secrets)
        # What is kept aside names where it came from.
        asking.host = address.host
        return ask(address, str(settings["statement"]))

    def _read(self, asking: Asking, settings: Settings, answer: reading.Answer) -> Dated:
        unit = of_series.unit_of(settings)
        return reading.read(answer, of_series.columns_of(settings), unit=unit, now=asking.clock.now())


def _worries(settings: Settings, *, may_write: bool) -> list[Check]:
    """What works, and should be otherwise."""
    found = []
    if may_write:
        said = f"{settings['user']} could write as well. Nothing is written from here"
        found.append(Check(True, f"{said}; one that only reads is safer: {GRANT}.", is_note=True))
    if settings["tls"] != PROVEN:
        said = f"Nobody proves that it is {settings['host']} that answers."
        found.append(Check(True, said, is_note=True))
    return found


kind = PostgreSQL()
