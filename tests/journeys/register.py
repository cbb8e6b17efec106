"""Registers of vulnerabilities as somebody keeps them in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

HEADER = ("ID", "Title", "Severity", "Service", "Team", "Found on", "Fixed on", "Found by")
SEVERITIES = ("low", "medium", "high", "critical")
OWNERS = {"checkout": "Payments", "ledger": "Payments", "catalogue": "Search"}
FINDERS = ("scanner", "bounty", "review")
BAD_LINE = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One vulnerability of the register; `fixed` is empty while it is open."""

    number: int
    severity: str
    service: str
    found: str
    fixed: str

    @property
    def title(self) -> str:
        return f"Weakness {self.number} in {self.service}"

    def cells(self) -> tuple[str, ...]:
        finder = FINDERS[self.number % len(FINDERS)]
        about = (f"R-{self.number:03}", self.title, self.severity, self.service, OWNERS[self.service])
        return (*about, self.found, self.fixed, finder)


def lines(count: int = 120, *, now: datetime | None = None) -> list[Line]:
    """One a week over the last years: repairs get faster, the newest and every ninth stay open."""
    today = (now or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    return [_line(number, today - timedelta(days=4 * (count - number) + 3), today) for number in range(count)]


def _line(number: int, found: datetime, today: datetime) -> Line:
    services = list(OWNERS)
    fixed = found + timedelta(days=70 - number // 3 + 11 * (number % 4))
    is_open = fixed > today or number % 9 == 0
    return Line(
        number=number + 1,
        severity=SEVERITIES[number % len(SEVERITIES)],
        service=services[number % len(services)],
        found=f"{found:%Y-%m-%d}",
        fixed="" if is_open else f"{fixed:%Y-%m-%d}",
    )


def written(register: list[Line]) -> bytes:
    """The register as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(line.cells() for line in register)
    return text.getvalue().encode()


def with_a_bad_row(register: list[Line]) -> list[Line]:
    """The same, with a date in line 7 that no calendar has."""
    spoilt = list(register)
    spoilt[BAD_LINE - 2] = replace(spoilt[BAD_LINE - 2], found="31 February")
    return spoilt
