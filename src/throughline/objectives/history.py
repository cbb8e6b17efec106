"""The versions of a key result as differences that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from throughline.engine.sentences import amount, day_text
from throughline.objectives.models import KeyResult, Version

DIFFED = (
    "title",
    "metric",
    "where",
    "at",
    "window",
    "baseline",
    "target",
    "start",
    "due",
    "owner",
    "cadence",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that a version changed, as people read it."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """A version and what it changed; the first one changed nothing."""

    version: Version
    changes: tuple[Changed, ...]

    @property
    def author(self) -> str:
        """Who made it."""
        return person_of(self.version.author)


def person_of(author: str) -> str:
    """Who that is, without the number that the record keeps.

    >>> person_of("person:3 Ada"), person_of("command line")
    ('Ada', 'command line')
    """
    return author.partition(" ")[2] if author.startswith("person:") else author


def steps(key_result: KeyResult) -> list[Step]:
    """The versions as readable differences, the newest first."""
    versions = list(key_result.versions.order_by("number"))
    found = [Step(each, tuple(_changes(before, each))) for before, each in _pairs(versions)]
    return found[::-1]


def _pairs(versions: list[Version]) -> Iterator[tuple[Version | None, Version]]:
    yield from zip([None, *versions], versions, strict=False)


def _changes(before: Version | None, after: Version) -> Iterator[Changed]:
    if before is None:
        return
    old, new = _readable(before), _readable(after)
    yield from (Changed(name, old[name], new[name]) for name in DIFFED if old[name] != new[name])


def _readable(version: Version) -> dict[str, str]:
    unit = " days" if version.unit == "days" else ""
    how = "measured" if version.baseline_measured else "given"
    return {
        "title": version.title or "made from the fields",
        "metric": version.metric,
        "where": version.where or "everything",
        "at": version.at or "the metric's own date",
        "window": version.window,
        "baseline": f"{amount(version.baseline, version.unit)}{unit}, {how}",
        "target": f"{amount(version.target, version.unit)}{unit} ({version.target_text})",
        "start": f"{version.start:%Y-%m-%d}",
        "due": day_text(version.due),
        "owner": version.owner_name,
        "cadence": f"every {version.cadence_days} days",
    }
