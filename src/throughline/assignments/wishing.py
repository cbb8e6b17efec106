"""What the address of the match asks: other weights, or changes of the plan. Nothing of it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from urllib.parse import urlencode

from throughline.assignments.models import Tie
from throughline.assignments.weighing import weights_of
from throughline.engine.matching import TERMS, Weights
from throughline.engine.refusals import Refused, each_of

MUST, NEVER = str(Tie.Kind.MUST), str(Tie.Kind.NEVER)
BETWEEN = "~"
MOST_CHANGES = 8
# (person, work, "must" or "never"), as `asking.asked_of` takes them.
Change: TypeAlias = tuple[str, str, str]


class Given(Protocol):
    """The query of an address."""

    def getlist(self, name: str, /) -> list[str]: ...
    def __contains__(self, name: object, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wished:
    """Weights and changes of an address; `texts` as they are written, `problems` by field."""

    weights: Weights | None
    changes: tuple[Change, ...]
    texts: dict[str, str]
    problems: dict[str, str]

    @property
    def query(self) -> str:
        """The changes as an address writes them."""
        return query_of(self.changes)


def wished(given: Given, *, people: Collection[str], works: Collection[str]) -> Wished:
    """What an address asks: business=0.5&interest=0.3&growth=0.2, or must=3~initiative:paved-road.

    `never=` rules out, `person=3&work=…&how=must` is how a form says the same. What cannot be read is said
    beside its field and left out.
    """
    names = (*TERMS, "person", "work", "how")
    texts = {name: given.getlist(name)[-1].strip() for name in names if name in given}
    problems: dict[str, str] = {}
    weights = _weights(texts, problems)
    changes: list[Change] = []
    for how, person, work, place in _said(given, texts):
        try:
            changes.append(_change(how, person, work, people, works, place=place))
        except Refused as refused:
            problems.setdefault(refused.place or place, refused.message)
    if len(set(changes)) > MOST_CHANGES:
        problems.setdefault("changes", f"expected at most {MOST_CHANGES} changes at once: the first count")
    if twice := _contradicted(changes):
        problems.setdefault("changes", "somebody both does and does not do the same work: take one back")
    kept = [each for each in dict.fromkeys(changes) if each[:2] not in twice]
    return Wished(weights, tuple(kept[:MOST_CHANGES]), texts, problems)


def query_of(changes: Iterable[Change], weights: Weights | None = None) -> str:
    """The query of an address that asks for these changes, under these weights.

    >>> query_of([("3", "initiative:paved-road", "must")])
    'must=3~initiative:paved-road'
    """
    said: list[tuple[str, str]] = (
        [(name, number_text(each)) for name, each in zip(TERMS, weights.each, strict=True)] if weights else []
    )
    said += [(how, f"{person}{BETWEEN}{work}") for person, work, how in changes]
    return urlencode(said, safe=f"{BETWEEN}:")


def number_text(value: float) -> str:
    """A weight as an address has it: three digits at most.

    >>> number_text(0.5), number_text(1 / 3), number_text(0.0)
    ('0.5', '0.333', '0')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _weights(texts: dict[str, str], problems: dict[str, str]) -> Weights | None:
    if not any(texts.get(name) for name in TERMS):
        return None
    try:
        return weights_of({name: texts.get(name) or "0" for name in TERMS})
    except Refused as refused:
        problems.update({each.place or "business": each.message for each in each_of(refused)})
        return None


def _said(given: Given, texts: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Each change as it is written: how, person, work, and the field that a refusal is beside."""
    for how in (MUST, NEVER):
        for text in given.getlist(how):
            person, _, work = text.partition(BETWEEN)
            yield how, person, work, "changes"
    # A form that is sent with nothing chosen asks as well, and is answered beside its fields.
    if "person" in texts or "work" in texts:
        yield texts.get("how") or MUST, texts.get("person", ""), texts.get("work", ""), ""


def _change(
    how: str, person: str, work: str, people: Collection[str], works: Collection[str], *, place: str
) -> Change:
    if person not in people:
        message = f"choose a person of the team, found '{person or 'nothing'}'"
        raise Refused(message, place=place or "person", code="unknown")
    if work not in works:
        message = f"choose a piece of work of this cycle, found '{work or 'nothing'}'"
        raise Refused(message, place=place or "work", code="unknown")
    if how not in (MUST, NEVER):
        message = f"expected {MUST} or {NEVER}, found '{how}'"
        raise Refused(message, place=place or "how", code="unknown")
    return person, work, how


def _contradicted(changes: Iterable[Change]) -> set[tuple[str, str]]:
    """Pairs that are both asked for and ruled out."""
    asked = set(changes)
    return {(person, work) for person, work, how in asked if how == MUST and (person, work, NEVER) in asked}
