"""How words and figures look: the badge of each word, and numbers written one way everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NOTHING = "–"
# From two years on, nobody thinks in days.
LONG_DAYS = 730
DAYS_A_YEAR = 365.25
SEVERITIES = ("info", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, shape and word together."""

    tone: str
    shape: str
    word: str


LOOKS = {
    "critical": Look("critical", "octagon", "critical"),
    "high": Look("high", "triangle", "high"),
    "medium": Look("medium", "diamond", "medium"),
    "low": Look("low", "drop", "low"),
    "info": Look("info", "dot", "info"),
    "unknown": Look("info", "dotted", "unknown"),
    "open": Look("accent", "ring", "open"),
    "write": Look("accent", "ring", "writing"),
    "sort": Look("accent", "half", "sorting"),
    "vote": Look("accent", "triangle", "voting"),
    "result": Look("good", "check", "ranked"),
    "contested": Look("warn", "arrows", "contested"),
    "mitigated": Look("good", "check", "mitigated"),
    "accepted": Look("warn", "shield", "accepted"),
    "rejected": Look("info", "slash", "rejected"),
    "vanished": Look("info", "dotted", "vanished"),
    "potential": Look("info", "question", "potential"),
    "confirmed": Look("accent", "check", "confirmed"),
    "false positive": Look("info", "slash", "false positive"),
    "duplicate": Look("info", "twins", "duplicate"),
    "out of scope": Look("info", "dotted", "out of scope"),
    "exploited": Look("critical", "warning", "known exploited"),
    "on_track": Look("good", "check", "on track"),
    "at_risk": Look("warn", "warning", "at risk"),
    "off_track": Look("bad", "close", "off track"),
    "stale": Look("warn", "clock", "stale"),
    "pending": Look("info", "dotted", "pending"),
    "closed": Look("info", "square", "closed"),
    "dropped": Look("info", "slash", "given up"),
    "draft": Look("info", "dotted", "draft"),
    "proposed": Look("warn", "half", "proposed"),
    "set": Look("good", "check", "set"),
    "round 1": Look("accent", "half", "round 1"),
    "round 2": Look("accent", "half", "round 2"),
    "discussion": Look("warn", "half", "discussion"),
    "asked": Look("warn", "clock", "asked"),
    "declined": Look("bad", "close", "declined"),
    "planned": Look("info", "dotted", "planned"),
    "doing": Look("accent", "half", "doing"),
    "added": Look("good", "plus", "added"),
    "changed": Look("accent", "half", "changed"),
    "taken out": Look("bad", "slash", "taken out"),
    "hit": Look("good", "check", "hit"),
    "missed": Look("bad", "close", "missed"),
    "right": Look("good", "check", "right"),
    "wrong": Look("bad", "close", "wrong"),
    "held": Look("good", "check", "held"),
    "happened": Look("bad", "warning", "it happened"),
    "did_not": Look("good", "check", "it did not happen"),
    "void": Look("info", "slash", "it cannot be told"),
    "inside": Look("good", "check", "inside"),
    "beyond": Look("bad", "warning", "beyond"),
    "better": Look("good", "check", "clearly better"),
    "worse": Look("bad", "warning", "clearly worse"),
    "honest": Look("good", "check", "honest: counts the open ones"),
    "naive": Look("warn", "warning", "naive: leaves out the open ones"),
    "broken": Look("warn", "warning", "broken"),
    "waiting": Look("info", "clock", "waiting"),
    "running": Look("accent", "half", "running"),
    "done": Look("good", "check", "done"),
    "under_way": Look("accent", "half", "under way"),
    "skipped": Look("info", "slash", "skipped"),
    "not_begun": Look("info", "dotted", "not begun"),
    "failed": Look("bad", "close", "failed"),
    "cancelled": Look("info", "slash", "cancelled"),
    "sending": Look("accent", "half", "being sent"),
    "sent": Look("good", "check", "sent"),
    "unneeded": Look("info", "slash", "not needed any more"),
    "given_up": Look("bad", "close", "given up"),
}


def look_of(value: object) -> Look:
    """The look of a severity (0–4 or word), a state, a status or a verdict."""
    if value is None or value == "":
        return LOOKS["unknown"]
    if isinstance(value, int) and not isinstance(value, bool):
        return LOOKS[SEVERITIES[value]]
    word = str(value)
    return LOOKS.get(word) or LOOKS.get(word.replace(" ", "_")) or Look("info", "dot", word)


def plain_number(value: float | None) -> str:
    """A number with at most three figures after the point, fewer as it grows.

    >>> plain_number(14.62), plain_number(26.0), plain_number(1446.2), plain_number(-1e-9)
    ('14.6', '26', '1,446', '0')
    """
    if value is None:
        return NOTHING
    if type(value) is int and value >= 0:
        # Thousands of cells hold how many there are.
        return f"{value:,}"
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    decimals = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def unit_word(unit: str, value: float | None = None) -> str:
    """The word behind a number: days (or day), %, and nothing for counts."""
    if unit == "share":
        return "%"
    if unit in ("count", "number", ""):
        return ""
    return unit[:-1] if value == 1 and unit.endswith("s") else unit


def scaled(value: float | None, unit: str) -> float | None:
    """A share as per cent; anything else as it is."""
    return value * 100 if value is not None and unit == "share" else value


def figure(value: float | None, unit: str = "") -> str:
    """A figure with its unit.

    >>> figure(26, "days"), figure(0.914, "share"), figure(206, "count"), figure(None, "days")
    ('26 days', '91.4 %', '206', '–')
    """
    if value is None:
        return NOTHING
    shown = scaled(value, unit)
    word = unit_word(unit, value)
    return f"{plain_number(shown)} {word}" if word else plain_number(shown)


def in_years(value: float | None, unit: str) -> str:
    """A long time in years beside its days; empty for what is short or no time.

    >>> in_years(1447, "days"), in_years(26, "days"), in_years(1447, "count")
    ('3.96 years', '', '')
    """
    if value is None or unit != "days" or abs(value) < LONG_DAYS:
        return ""
    return f"{plain_number(value / DAYS_A_YEAR)} years"


def interval(low: float | None, high: float | None, unit: str = "") -> str:
    """Both bounds, or an open end where only one is known.

    >>> interval(22, 29, "days"), interval(5, None)
    ('22 to 29 days', '5 or more')
    """
    if low is None and high is None:
        return ""
    if high is None:
        return f"{figure(low, unit)} or more"
    if low is None:
        return f"up to {figure(high, unit)}"
    return f"{plain_number(scaled(low, unit))} to {figure(high, unit)}"


def day(instant: datetime | None) -> str:
    """A date as people write it: 4 Mar 2026."""
    return f"{instant.day} {instant:%b %Y}" if instant else NOTHING


def ago(instant: datetime, *, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = (now - instant) // timedelta(seconds=1)
    if seconds < 60:
        return "just now" if seconds >= 0 else f"on {day(instant)}"
    for size, word in (
        (31557600, "year"),
        (2629800, "month"),
        (86400, "day"),
        (3600, "hour"),
        (60, "minute"),
    ):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    raise AssertionError("unreachable")
