"""What every kind that gives a series has: what is asked of it, and how its values leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from throughline.connectors.asking import Asking, basic
from throughline.connectors.dated import PREVIEWED, Columns, Dated, counted, said
from throughline.connectors.shape import Check, Field, Pulled, SecretField, SeriesValues, Settings
from throughline.engine.refusals import Refused
from throughline.series import actions
from throughline.series import values as written

NEWEST = "newest"
SERIES = (
    Field(
        "series",
        "Series",
        "Its name, such as build_minutes: key results name it as they name a metric.",
        check=written.name_of,
    ),
    Field(
        "unit",
        "Unit",
        "days, share, count, or any word such as minutes.",
        default="count",
        check=written.unit_of,
    ),
    Field(
        "better",
        "Better",
        "Which way is better.",
        reads="choice",
        is_required=False,
        choices=(("", "Neither"), ("lower", "Lower"), ("higher", "Higher")),
    ),
    Field("title", "Title", "What it is, in plain words.", is_required=False),
)
COLUMNS = (
    Field(
        "date_column",
        "Column of the day",
        "Left out: the one named at, date or day, or the first of two.",
        is_required=False,
    ),
    Field(
        "value_column",
        "Column of the value",
        "Left out: the one named value, or the second of two.",
        is_required=False,
    ),
)
USER = Field("user", "User", "Only where a user name and a password are asked for.", is_required=False)
TOKEN = SecretField(
    "token",
    "Token",
    "The token, or the password where a user is named. Left out where the address asks for none.",
    is_required=False,
)


def signed_in(settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
    """The header of a token (RFC 6750), or of user and password."""
    token = secrets.get("token", "")
    if not token:
        return {}
    if user := str(settings.get("user", "")):
        return {"authorization": basic(user, token)}
    return {"authorization": f"Bearer {token}"}


def unit_of(settings: Settings) -> str:
    """The unit in which values are read: that of the series, where it is there already. Raises Refused."""
    written.name_of(str(settings["series"]))
    return actions.unit_for(str(settings["series"]), str(settings["unit"]))


def columns_of(settings: Settings) -> Columns:
    """Which columns are read, and how."""
    order = settings.get("order") or None
    return Columns(
        at=str(settings.get("date_column") or ""),
        value=str(settings.get("value_column") or ""),
        order=order,
        decimal="," if settings.get("decimal") == "," else ".",
    )


def pulled(asking: Asking, settings: Settings, found: Dated) -> Pulled:
    """The values of a source. Raises Nonsense, with what they are, where some cannot be."""
    if found.doubts:
        raise doubted(asking, found)
    values = SeriesValues(
        name=str(settings["series"]),
        values=[(row.at, row.value) for row in found.rows],
        unit=str(settings["unit"]),
        title=str(settings.get("title") or ""),
        better=str(settings.get("better") or ""),
    )
    newest = found.rows[-1].at.isoformat() if found.rows else None
    return Pulled(state={NEWEST: newest}, series=[values], notices=found.notices)


def doubted(asking: Asking, found: Dated) -> Refused:
    """That values cannot be, with them as the sample."""
    n = len(found.doubts)
    message = (
        f"{n:,} value{' that cannot be one' if n == 1 else 's that cannot be any'}:\n{said(found.doubts)}"
    )
    sample = "\n".join(f"{each.place}: {each.cell}" for each in found.doubts)
    return asking.nonsense(message, sample)


def checked(found: Dated, where: str) -> list[Check]:
    """What would be read, for whoever sets it up: the newest values, and whatever is wrong with others."""
    newest = "; the newest are these" if found.rows else ""
    checks = [
        Check(
            True,
            f"{where} gives {counted(len(found.rows), 'value')}{newest}.",
            columns=("at", "value"),
            rows=tuple((f"{row.at:%Y-%m-%d %H:%M}", f"{row.value:g}") for row in found.rows[-PREVIEWED:]),
        ),
        *(Check(True, notice) for notice in found.notices),
    ]
    if found.doubts:
        checks.append(Check(False, said(found.doubts), "Nothing is stored while values cannot be."))
    return checks


def newest_of(state: Mapping[str, Any]) -> datetime | None:
    """The instant of the newest value that was stored; None at the beginning."""
    return datetime.fromisoformat(state[NEWEST]) if state.get(NEWEST) else None


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], where: str, chosen: Columns) -> Check:
    """The first rows of a table as they are, and which of its columns are read."""
    read = f"the day is read from '{chosen.at}', the value from '{chosen.value}'"
    message = f"{where} has {counted(len(columns), 'column')}; {read}."
    return Check(True, message, columns=tuple(columns), rows=tuple(tuple(row) for row in rows[:PREVIEWED]))
