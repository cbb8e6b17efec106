"""Vulnerable dependencies: since when a lockfile held one, and when it came back."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.engine.introduction.holdings import Spell, State, of_spells, spells
from throughline.engine.introduction.versions.advisories import is_affected
from throughline.engine.refusals import Refused
from throughline.introductions.advisories import Flaw, Package
from throughline.introductions.answers import Answer
from throughline.introductions.git import Clone
from throughline.introductions.lockfiles import Histories, Lockfile, histories
from throughline.site.progress import Progress


def kept_by(clone: Clone, *, revision: str = "HEAD", progress: Progress) -> Histories:
    """What the lockfiles of the history held. Raises Refused where there is no such commit."""
    tip = clone.resolved(revision)
    if tip is None:
        message = f"the clone has no commit '{revision[:200]}' to read lockfiles of"
        raise Refused(message, place="--lockfiles", code="no_commit")
    return histories(clone, tip, progress=progress)


def packages_of(kept: Histories) -> set[Package]:
    """Every package that a lockfile of the history ever held."""
    return {
        (each.ecosystem, name)
        for each in kept.lockfiles
        for state in each.states
        for name in state.locked or {}
    }


def introduced(clone: Clone, kept: Histories, flaws: list[Flaw]) -> tuple[list[Answer], tuple[str, ...]]:
    """Each of these flaws that a lockfile of the history ever held, and notes."""
    answers = [answer for flaw in flaws for answer in _of_flaw(clone, kept, flaw)]
    nothing = () if kept.lockfiles else ("the history holds no lockfile that is read here",)
    return answers, (*kept.notes, *nothing)


def _of_flaw(clone: Clone, kept: Histories, flaw: Flaw) -> Iterator[Answer]:
    for lockfile in kept.lockfiles:
        if lockfile.ecosystem == flaw.package[0]:
            unread: set[str] = set()
            held = spells(_states(lockfile, flaw, unread))
            if held:
                yield _answer(clone, lockfile, flaw, held, unread)


def _states(lockfile: Lockfile, flaw: Flaw, unread: set[str]) -> Iterator[State]:
    known: dict[frozenset[str], frozenset[str]] = {}
    for kept in lockfile.states:
        versions = (kept.locked or {}).get(flaw.package[1], frozenset())
        if versions not in known:
            known[versions] = frozenset(each for each in versions if _is_affected(each, flaw, unread))
        yield State(kept.commit, kept.date, known[versions], kept.is_first)


def _is_affected(version: str, flaw: Flaw, unread: set[str]) -> bool:
    try:
        return any(is_affected(version, one) for one in flaw.affected)
    except ValueError:
        unread.add(version)
        return False


def _answer(clone: Clone, lockfile: Lockfile, flaw: Flaw, held: list[Spell], unread: set[str]) -> Answer:
    ecosystem, name = flaw.package
    is_cut = clone.is_cut(held[0].begin.commit)
    about = {
        "package": name,
        "ecosystem": ecosystem,
        "vulnerability_ids": list(flaw.ids),
        "lockfile": lockfile.path,
    }
    return Answer(
        f"{flaw.ids[0]} in {name} ({lockfile.path})",
        "dependency",
        about,
        of_spells(held, is_cut=is_cut),
        tuple(_notes(held, unread, is_cut=is_cut)),
        tuple(held),
    )


def _notes(held: list[Spell], unread: set[str], *, is_cut: bool) -> Iterator[str]:
    if is_cut:
        yield "the clone is shallow and begins with it, so that it may be older"
    elif held[0].begin.is_first:
        yield "the lockfile begins with it: what was installed before, nobody wrote down"
    if len(held) > 1:
        last = held[-1].begin
        yield f"it went and came back: the last time with {last.commit[:12]} on {last.date:%Y-%m-%d}"
    if unread:
        yield f"versions that cannot be read are passed over: {', '.join(sorted(unread)[:5])}"
