"""The versions of a key result as differences that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from throughline.engine.sentences import amount, day_text, unit_word
from throughline.objectives.models import KeyResult, Version


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
    yield from (Changed(name, old[name], new[name]) for name in new if old[name] != new[name])


def _readable(version: Version) -> dict[str, str]:
    """Every field of a version as people read it, in the order in which a change is told."""
    return {
        "kind": version.get_kind_display().lower(),
        "title": version.title or "made from the fields",
        "metric": version.metric or "none",
        "where": version.where or "everything",
        "at": version.at or "the metric's own date",
        "window": version.window,
        "baseline": _baseline(version),
        "target": _target(version),
        "on the way": _on_the_way(version),
        "at least": _amount(version.bound_low, version),
        "at most": _amount(version.bound_high, version),
        "allowed outside": f"{version.allowed_outside:g} days",
        "steps": ", ".join(f"{step['title']} ({step['weight']:g})" for step in version.steps) or "none",
        "acceptance": version.acceptance or "none",
        "scale": version.scale.replace("_", "-") or "its own",
        "start": f"{version.start:%Y-%m-%d}",
        "due": day_text(version.due),
        "owner": version.owner_name,
        "judge": version.judge or "nobody named",
        "commitment": version.commitment,
        "weight": f"{version.weight:g}",
        "cadence": f"every {version.cadence_days} days",
        "why": version.why or "nothing said",
        "why this target": version.why_target or "nothing said",
        "how it is measured": version.how_measured or "nothing said",
    }


def _amount(value: float | None, version: Version) -> str:
    return "open" if value is None else f"{amount(value, version.unit)}{unit_word(version.unit)}"


def _baseline(version: Version) -> str:
    if version.baseline is None:
        return "none"
    return f"{_amount(version.baseline, version)}, {'measured' if version.baseline_measured else 'given'}"


def _target(version: Version) -> str:
    if version.target is None:
        return "none"
    figure, written = _amount(version.target, version), version.target_text
    # A change such as -30% says more than its figure; the figure itself, written again, says nothing.
    again = amount(version.target, version.unit).replace(",", "").replace(" ", "")
    return figure if written.replace(" ", "") == again else f"{figure} ({written})"


def _on_the_way(version: Version) -> str:
    return ", ".join(f"{each['target']} by {each['due']}" for each in version.phases) or "nothing"
