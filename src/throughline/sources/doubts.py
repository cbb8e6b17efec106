"""Rows that can be read and yet cannot be right, or cannot be counted: dates that run backwards or are to
come, and records without any. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from throughline.engine.dates import is_epoch, iso

MOST_NAMED = 5
PAST = ("introduced_at", "identified_at", "triaged_at", "accepted_at", "mitigated_at")
# A day alone is its midnight in a zone that the file may not name.
FIRST = "1970-01-02"
TOLERANCE = timedelta(days=1)


@dataclass(slots=True)
class Named:
    """How many rows, and the numbers of the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        """Count a row."""
        self.count += 1
        if len(self.first) < MOST_NAMED:
            self.first.append(line)

    def told(self, unit: str) -> str:
        """The numbers as a sentence names them.

        >>> Named(7, [2, 3, 4, 5, 6]).told("line"), Named(2, [2, 9]).told("line")
        ('lines 2, 3, 4, 5, 6 and 2 more', 'lines 2 and 9')
        """
        numbers = [str(line) for line in sorted(self.first)]
        last = f"{self.count - len(numbers):,} more" if self.count > len(numbers) else numbers.pop()
        listed = f"{', '.join(numbers)} and {last}" if numbers else last
        return f"{unit}{'s' if self.count > 1 else ''} {listed}"


class Doubts:
    """What one pass over rows meets; `known_at` is when their content was known."""

    def __init__(self, known_at: datetime) -> None:
        self.latest = iso(known_at + TOLERANCE)
        self.rows = self.undated = 0
        self.backwards, self.to_come, self.zero = Named(), Named(), Named()

    def look(self, line: int, values: dict[str, Any]) -> None:
        """Count a row by its dates, which are texts that sort as they follow one another.

        A date that is none (the zero of Unix) is taken from it.
        """
        self.rows += 1
        early = [name for name in PAST if values.get(name, FIRST) < FIRST and is_epoch(values[name])]
        if early:
            self.zero.add(line)
            for name in early:
                del values[name]
                values.pop(f"{name.removesuffix('_at')}_basis", None)
        identified, mitigated = values.get("identified_at"), values.get("mitigated_at")
        if identified is None:
            self.undated += 1
        elif mitigated is not None and mitigated < identified:
            self.backwards.add(line)
        if any(values.get(name, "") > self.latest for name in PAST):
            self.to_come.add(line)

    def add(self, other: Doubts) -> None:
        """Count what another pass met too."""
        self.rows += other.rows
        self.undated += other.undated
        pairs = ((self.backwards, other.backwards), (self.to_come, other.to_come), (self.zero, other.zero))
        for mine, theirs in pairs:
            mine.count += theirs.count
            mine.first = sorted([*mine.first, *theirs.first])[:MOST_NAMED]

    def notices(self, mapped: Iterable[str], *, unit: str) -> Iterator[str]:
        """A sentence about each kind of doubt; `mapped` are the fields that a column fills."""
        if self.backwards.count:
            one = self.backwards.count == 1
            yield (
                f"{_rows(self.backwards)} mitigated before {'it was' if one else 'they were'} identified "
                f"({self.backwards.told(unit)}): look at the dates, for no time can be told from them"
            )
        if self.to_come.count:
            verb = "has" if self.to_come.count == 1 else "have"
            yield (
                f"{self.to_come.count:,} {_plural('row', self.to_come.count)} {verb} a date that is still to "
                f"come ({self.to_come.told(unit)}): look at the dates"
            )
        if self.zero.count:
            verb = "has" if self.zero.count == 1 else "have"
            yield (
                f"{self.zero.count:,} {_plural('row', self.zero.count)} {verb} 1970-01-01 as a date "
                f"({self.zero.told(unit)}): tools write that where they know none, and it is read as none"
            )
        yield from self._undated(frozenset(mapped))

    def _undated(self, mapped: frozenset[str]) -> Iterator[str]:
        if not self.rows:
            return
        if not mapped & {"identified_at", "mitigated_at"}:
            yield (
                "no column says when anything was identified or mitigated: these records count in no figure "
                "of time, and all of them as open"
            )
        elif "identified_at" not in mapped:
            yield (
                "no column says when anything was identified: these records count in no time that starts "
                "there, such as the time to remediate"
            )
        elif self.undated:
            verb = "does" if self.undated == 1 else "do"
            yield (
                f"{self.undated:,} of {self.rows:,} {_plural('row', self.rows)} {verb} not say when it was "
                "identified, and count in no time that starts there"
            )
        if "mitigated_at" not in mapped and "identified_at" in mapped:
            yield "no column says when anything was mitigated: all these records count as open"


def _rows(named: Named) -> str:
    return f"{named.count:,} {_plural('row', named.count)} {'was' if named.count == 1 else 'were'}"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
