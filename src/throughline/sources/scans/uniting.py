"""Two vulnerabilities made one and one made two again: what moves with the findings, each with its event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from throughline.audit.actions import record
from throughline.engine.vulnerabilities import Changes, Values, diff
from throughline.sources.models import Finding, Joining
from throughline.sources.scans.linking import facts
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.actions import DECIDED
from throughline.vulnerabilities.bulk import Author, Happening
from throughline.vulnerabilities.columns import cell_of
from throughline.vulnerabilities.exploitation import Signals
from throughline.vulnerabilities.models import Event, State, Vulnerability

MERGED, JOINED, SPLIT = "merged", "joined", "split"
IDS = "vulnerability_ids"
_PINNED = ("state", "state_reason", "duplicate_of")


def findings_of(vulnerability: int) -> list[Finding]:
    """The findings that speak of a vulnerability."""
    return list(Finding.objects.filter(vulnerability=vulnerability, became=None))


def unite(
    keep: int, gone: int, *, why: str, known_at: datetime, author: Author, with_ids: bool = False
) -> list[Joining]:
    """Put the findings of one vulnerability to another, of which it becomes a duplicate, if it has any.

    What was decided about it holds for the one that stays, where nothing was decided about that; so do its
    ids, where they name the same thing (`with_ids`).
    """
    joined = [_moved(finding, keep, why, author) for finding in findings_of(gone)]
    if joined:
        present = bulk.values_by_id([keep, gone])
        _hand_over(keep, present, gone, known_at=known_at, author=author, with_ids=with_ids)
        _become_duplicate(gone, present[gone], keep, known_at=known_at, author=author)
    return joined


def unite_known(
    joins: Iterable[tuple[int, Sequence[int]]], *, known_at: datetime, author: Author
) -> list[int]:
    """Make vulnerabilities one that an import says are; those that changed.

    The one that was known first stays, but one that a register keeps stays before all.
    """
    into: dict[int, int] = {}
    touched: list[int] = []
    for one, others in joins:
        for other in others:
            first, second = _root(into, one), _root(into, other)
            if first == second:
                continue
            keep, gone = sorted((first, second), key=_precedence([first, second]))
            since = max([known_at, *bulk.last_known([keep, gone]).values()])
            why = "another id that a source gives it names both"
            # A register says itself what it is about.
            with_ids = not facts([keep])[keep].is_registered
            unite(keep, gone, why=why, known_at=since, author=author, with_ids=with_ids)
            into[gone] = keep
            touched += [keep, gone]
    if into:
        pairs = [[gone, keep] for gone, keep in into.items()]
        detail = {"pairs": pairs[:200], "count": len(pairs)}
        record(
            author.actor,
            "merge",
            object_type="import",
            object_id=author.import_id or "",
            detail=detail,
            now=author.now,
        )
    return touched


def _root(into: dict[int, int], id: int) -> int:
    while id in into:
        id = into[id]
    return id


def _precedence(ids: Sequence[int]) -> Callable[[int], tuple[bool, str, int]]:
    present, known = bulk.values_by_id(ids), facts(ids)
    return lambda id: (not known[id].is_registered, present[id][0].get("identified_at", ""), id)


def part(joined: QuerySet[Joining], *, known_at: datetime, author: Author) -> list[int]:
    """Put findings that were moved in one go back, with what else that changed; the ids of the findings."""
    one = joined.first()
    if one is None or one.before_id is None:
        return []
    moved = list(joined.values_list("finding", flat=True))
    Finding.objects.filter(pk__in=moved).update(vulnerability=one.before_id)
    _restore_duplicate(one.before_id, known_at=known_at, author=author)
    _take_back(one, known_at=known_at, author=author)
    joined.update(undone_at=author.now)
    hear_again([one.before_id, one.after_id])
    return moved


def hear_again(vulnerabilities: Iterable[int]) -> None:
    """Have the next report of each finding read anew: while several were one, only one of them was heard."""
    Finding.objects.filter(vulnerability__in=list(vulnerabilities)).update(said=b"")


def named(old: Values, ids: Sequence[str], signals: Signals) -> Changes:
    """What changes where a record has further ids: those, and what is known of their exploitation."""
    known = old.get(IDS, [])
    new = {**old, IDS: list(dict.fromkeys([*known, *ids]))}
    return _signalled(old, new, signals) if new[IDS] != known else {}


def write_changes(id: int, changes: Changes, action: str, *, known_at: datetime, author: Author) -> None:
    """Change a record, with the event that says so."""
    cells = {name: cell_of(name, pair[1]) for name, pair in changes.items()}
    Vulnerability.objects.filter(pk=id).update(**cells)
    bulk.insert_events([(id, Happening(known_at, action, changes))], author=author)


def _signalled(old: Values, new: Values, signals: Signals) -> Changes:
    signals.learn(new[IDS])
    signals.put(new)
    return diff(old, new)


def _moved(finding: Finding, keep: int, why: str, author: Author) -> Joining:
    joined = Joining.objects.create(
        finding=finding,
        before_id=finding.vulnerability_id,
        after_id=keep,
        why=why[:240],
        actor=author.actor,
        joined_at=author.now,
    )
    Finding.objects.filter(pk=finding.pk).update(vulnerability=keep)
    return joined


def _hand_over(
    keep: int,
    present: dict[int, tuple[Values, list[str]]],
    gone: int,
    *,
    known_at: datetime,
    author: Author,
    with_ids: bool,
) -> None:
    (kept, pinned), (old, decided) = present[keep], present[gone]
    changes: Changes = {}
    is_said_of_it = old.get("duplicate_of") == keep
    if _is_undecided(kept, pinned) and _is_decided(old, decided) and not is_said_of_it:
        changes = diff(*({name: values.get(name) for name in DECIDED} for values in (kept, old)))
        if "triaged_at" in decided:
            Vulnerability.objects.filter(pk=keep).update(pinned=list(dict.fromkeys([*pinned, *DECIDED])))
    if with_ids:
        changes |= named(kept, old.get(IDS, []), Signals(known_at=known_at))
    if changes:
        write_changes(keep, changes, JOINED, known_at=known_at, author=author)


def _is_undecided(values: Values, pinned: Sequence[str]) -> bool:
    return "state" not in pinned and values.get("state") == State.POTENTIAL


def _is_decided(values: Values, pinned: Sequence[str]) -> bool:
    """Whether a person or a rule decided about it, or its source says that somebody looked at it."""
    return "triaged_at" in pinned or values.get("state") == State.CONFIRMED


def _become_duplicate(
    id: int, present: tuple[Values, list[str]], keep: int, *, known_at: datetime, author: Author
) -> None:
    old, pinned = present
    reason = f"the same as vulnerability {keep}"
    changes = {"state": [old.get("state"), str(State.DUPLICATE.value)]}
    changes["state_reason"] = [old.get("state_reason"), reason]
    changes["duplicate_of"] = [old.get("duplicate_of"), keep]
    write_changes(id, changes, MERGED, known_at=known_at, author=author)
    Vulnerability.objects.filter(pk=id).update(pinned=list(dict.fromkeys([*pinned, *_PINNED])))


def _restore_duplicate(id: int, *, known_at: datetime, author: Author) -> None:
    merged = Event.objects.filter(vulnerability=id, action=MERGED).order_by("-known_at", "-id").first()
    if merged is None:
        return
    old, pinned = bulk.values_by_id([id])[id]
    changes = _back(old, merged.changes)
    if not changes:
        return
    write_changes(id, changes, SPLIT, known_at=known_at, author=author)
    # A decision pins more than a merge does, whether a person's or a rule's.
    kept = pinned if "triaged_at" in pinned else [name for name in pinned if name not in _PINNED]
    Vulnerability.objects.filter(pk=id).update(pinned=kept)


def _take_back(joined: Joining, *, known_at: datetime, author: Author) -> None:
    """From the one that stayed, what it had from the other: its decision and its ids."""
    id = joined.after_id
    took = Event.objects.filter(vulnerability=id, action=JOINED, recorded_at=joined.joined_at).last()
    if took is None:
        return
    old, pinned = bulk.values_by_id([id])[id]
    decision = _back(old, {name: pair for name, pair in took.changes.items() if name in DECIDED})
    changes = dict(decision)
    if ids := _back(old, {name: pair for name, pair in took.changes.items() if name == IDS}):
        changes |= _signalled(old, {**old, IDS: ids[IDS][1] or []}, Signals())
    if changes:
        write_changes(id, changes, SPLIT, known_at=known_at, author=author)
    if decision:
        kept = [name for name in pinned if name not in DECIDED]
        Vulnerability.objects.filter(pk=id).update(pinned=kept)


def _back(old: Values, changes: Changes) -> Changes:
    """What leads back over some changes; nothing where any of it was changed since, for that stands."""
    if any((old.get(name) or None) != (said or None) for name, (_, said) in changes.items()):
        return {}
    return {name: [old.get(name), before] for name, (before, _) in changes.items()}
