"""What scanners see of some services over four months, drawn from a seed: flaws, repairs and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from throughline.sample.organisation import SampleService
from throughline.sample.software import (
    CHECKS,
    FLAGGED,
    OWN,
    PACKAGES,
    SCANNED,
    Advisory,
    Flagged,
    advisories,
    of_own,
    package_name,
)

WEEKS = 16
EXPLOITED = 3
# The mean time between two upgrades.
BASE_IMAGE_DAYS, PACKAGE_DAYS = 11.0, 15.0
Upgrades = dict[tuple[str, str], list[datetime]]
IMAGE_SCANNERS = ("Trivy", "Grype")
CODE_SCANNER = "Bandit"
CONFIRMED, FALSE, ACCEPTED, WAITING = "confirmed", "false positive", "accepted", ""
# Shares by severity; the rest waits.
_VERDICTS = {
    "critical": {CONFIRMED: 0.70, FALSE: 0.05, ACCEPTED: 0.0},
    "high": {CONFIRMED: 0.38, FALSE: 0.16, ACCEPTED: 0.0},
    "medium": {CONFIRMED: 0.12, FALSE: 0.12, ACCEPTED: 0.04},
    "low": {CONFIRMED: 0.02, FALSE: 0.08, ACCEPTED: 0.05},
}
_SEEN_BY = ((IMAGE_SCANNERS, 0.72), (IMAGE_SCANNERS[:1], 0.17), (IMAGE_SCANNERS[1:], 0.11))


@dataclass(frozen=True, slots=True)
class Move:
    """A file that got another place, some weeks before the last scan."""

    service: str
    before: str
    after: str
    weeks_ago: int


# The first is old enough that somebody decided about it; the others still look like one gone and one new.
MOVES = (
    Move("checkout", "src/checkout/export.py", "src/checkout/orders/export.py", 9),
    Move("reports", "src/reports/cache.py", "src/reports/store/cache.py", 1),
    Move("search", "src/search/queries.py", "src/search/index/queries.py", 0),
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that scanners see in a service from one instant to another, and what is decided about it."""

    service: SampleService
    what: Advisory | Flagged
    scanners: tuple[str, ...]
    since: datetime
    until: datetime | None
    verdict: str = WAITING
    decided: datetime | None = None

    @property
    def named(self) -> tuple[str, str, str]:
        """By what its record is found again: its service, and two words of its own."""
        if isinstance(self.what, Advisory):
            return self.service.name, self.what.cve, self.what.package.name
        return self.service.name, self.what.check, self.what.file

    def is_there(self, at: datetime) -> bool:
        """Whether a scan at an instant can see it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Plan:
    """Everything that happens. `upgrades` says when a service changed to later versions of a package."""

    days: list[datetime]
    advisories: list[Advisory]
    flaws: list[Flaw]
    upgrades: Upgrades

    def seen(self, service: SampleService, scanner: str, at: datetime) -> list[Flaw]:
        """What a scanner sees of a service at an instant."""
        return [
            flaw
            for flaw in self.flaws
            if flaw.service == service and scanner in flaw.scanners and flaw.is_there(at)
        ]

    def chance(self, advisory: Advisory) -> float:
        """That of being exploited within 30 days: high for what is exploited."""
        return min(0.94, 0.3 + 20 * advisory.epss) if advisory in self.exploited else advisory.epss

    def line(self, place: Flagged, at: datetime) -> int:
        """Where in its file a flagged place stands at an instant."""
        return place.line + place.growth * ((at - self.days[0]) // timedelta(weeks=1))

    def versions(self, service: SampleService, advisory: Advisory, at: datetime) -> tuple[str, str]:
        """The version of a package that a service has, and the one that mends it; empty where none does."""
        package = advisory.package
        upgraded = sum(instant <= at for instant in self.upgrades[service.name, package.name])
        return package.version(upgraded), package.version(upgraded + 1) if advisory.has_fix else ""

    @cached_property
    def exploited(self) -> list[Advisory]:
        """The few that are known to be exploited: the likeliest of those that concern us still."""
        stays = {flaw.what for flaw in self.flaws if flaw.until is None}
        ruled_out = {flaw.what for flaw in self.flaws if flaw.verdict in (FALSE, ACCEPTED)}
        likely = sorted(self.advisories, key=lambda advisory: -advisory.epss)
        return [advisory for advisory in likely if advisory in stays - ruled_out][:EXPLOITED]


def scan_days(now: datetime) -> list[datetime]:
    """The nights of the scans, a week apart, each at two o'clock; the last one is over by now."""
    last = (now - timedelta(hours=6)).replace(hour=2, minute=0, second=0, microsecond=0)
    return [last - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]


def plan(now: datetime, *, seed: int) -> Plan:
    """What happens until `now`: the same from the same seed on the same day."""
    draw = np.random.default_rng([seed, WEEKS])
    days = scan_days(now)
    known = list(advisories(draw, day=days[-1], window=days[-1] - days[0]))
    upgrades = dict(_upgrades(draw, days))
    own = of_own(days[0] - timedelta(days=40))
    accepted = days[0] + timedelta(days=5)
    flaws = [
        *(Flaw(each, own, IMAGE_SCANNERS, days[0], None, ACCEPTED, accepted) for each in SCANNED),
        *_of_images(draw, known, upgrades, days),
        *_of_code(draw, days),
    ]
    return Plan(days, [*known, own], flaws, upgrades)


def _upgrades(
    draw: np.random.Generator, days: list[datetime]
) -> Iterator[tuple[tuple[str, str], list[datetime]]]:
    """A new base image brings all its packages up to date at once; those of an application come singly."""
    for service in SCANNED:
        rebuilt = _now_and_then(draw, days, BASE_IMAGE_DAYS)
        yield (service.name, OWN.name), days[1:]
        for package in PACKAGES:
            own = package.kind != "deb"
            yield (service.name, package.name), _now_and_then(draw, days, PACKAGE_DAYS) if own else rebuilt


def _now_and_then(draw: np.random.Generator, days: list[datetime], every: float) -> list[datetime]:
    gaps = np.cumsum(draw.gamma(4.0, every / 4.0, size=2 * WEEKS))
    instants = (days[0] + timedelta(days=float(gap)) for gap in gaps)
    return [instant for instant in instants if instant < days[-1]]


def _between(draw: np.random.Generator, days: list[datetime]) -> datetime:
    return days[2] + (days[-1] - days[2]) * float(draw.random())


def _of_images(
    draw: np.random.Generator,
    known: list[Advisory],
    upgrades: Upgrades,
    days: list[datetime],
) -> Iterator[Flaw]:
    for service in SCANNED:
        used = {package for package in PACKAGES if draw.random() < (0.9 if package.kind == "deb" else 0.5)}
        for advisory in known:
            if advisory.package in used:
                yield _of_image(draw, service, advisory, upgrades, days)


def _of_image(
    draw: np.random.Generator,
    service: SampleService,
    advisory: Advisory,
    upgrades: Upgrades,
    days: list[datetime],
) -> Flaw:
    since = max(advisory.published + timedelta(days=float(draw.uniform(1, 6))), days[0])
    later = [at for at in upgrades[service.name, advisory.package.name] if at > since]
    until = later[0] if later and advisory.has_fix else None
    scanners = _SEEN_BY[int(draw.choice(len(_SEEN_BY), p=[share for _, share in _SEEN_BY]))][0]
    flaw = _judged(draw, Flaw(service, advisory, scanners, since, until), advisory.severity)
    return flaw if advisory.has_fix else _without_fix(draw, flaw, advisory.severity)


def _without_fix(draw: np.random.Generator, flaw: Flaw, severity: str) -> Flaw:
    """Nobody can act on what has no mended version yet: mostly it waits, or is accepted where it is small."""
    if flaw.verdict == CONFIRMED and draw.random() < 0.6:
        return replace(flaw, verdict=WAITING)
    is_small = severity in ("low", "medium") and flaw.verdict == WAITING
    return replace(flaw, verdict=ACCEPTED) if is_small and draw.random() < 0.35 else flaw


def _judged(draw: np.random.Generator, flaw: Flaw, severity: str) -> Flaw:
    """With what people decide, some days after they can have seen it."""
    shares = _VERDICTS[severity]
    left = 1.0 - sum(shares.values())
    verdict = str(draw.choice([*shares, WAITING], p=[*shares.values(), left]))
    days = float(draw.exponential(6.0 if severity in ("high", "critical") else 18.0))
    return replace(flaw, verdict=verdict, decided=flaw.since + timedelta(days=days))


def _of_code(draw: np.random.Generator, days: list[datetime]) -> Iterator[Flaw]:
    for service in SCANNED:
        for place in FLAGGED:
            named = replace(place, file=place.file.format(package=package_name(service)))
            yield from _of_file(draw, service, named, days)


def _of_file(
    draw: np.random.Generator, service: SampleService, place: Flagged, days: list[datetime]
) -> Iterator[Flaw]:
    since = _between(draw, days) if draw.random() < 0.3 else days[0]
    flaw = _mended(draw, _judged(draw, Flaw(service, place, (CODE_SCANNER,), since, None), _severity(place)))
    if place.growth:
        flaw = replace(flaw, since=days[0], until=None)
    moved = next((move for move in MOVES if (move.service, move.before) == (service.name, place.file)), None)
    if moved is not None:
        yield from _moved(flaw, moved, days)
    elif place.growth or draw.random() < 0.7:
        yield flaw


def _mended(draw: np.random.Generator, flaw: Flaw) -> Flaw:
    """What is confirmed is mended within weeks, the rest now and then as code changes."""
    if flaw.verdict == CONFIRMED and flaw.decided is not None:
        return replace(flaw, until=flaw.decided + timedelta(days=float(draw.exponential(14.0))))
    if draw.random() < 0.2:
        return replace(flaw, until=flaw.since + timedelta(days=float(draw.exponential(45.0))))
    return flaw


def _severity(place: Flagged) -> str:
    """How people take it: as the check says, but for what is not shipped."""
    level = next(check.level for check in CHECKS if check.id == place.check)
    return "high" if level == "error" and place.file.startswith("src/") else "medium"


def _moved(flaw: Flaw, move: Move, days: list[datetime]) -> Iterator[Flaw]:
    """The same place before and after: to the scanner they are two."""
    assert isinstance(flaw.what, Flagged)
    at = days[-1 - move.weeks_ago]
    confirmed = days[0] + timedelta(days=2)
    yield replace(flaw, since=days[0], until=at, verdict=CONFIRMED, decided=confirmed)
    yield Flaw(flaw.service, replace(flaw.what, file=move.after), flaw.scanners, at, None)
