"""The lockfiles of a clone through its history: which packages they held, commit by commit.

The history is that of the branch itself (first parents): a dependency is there once it was merged. Only what
changed is read, each content once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from throughline.engine.introduction.blame import instant_of
from throughline.engine.introduction.lockfiles.locked import Locked
from throughline.engine.introduction.lockfiles.names import PATTERNS, ecosystem_of, read_lockfile
from throughline.introductions.answers import few_of
from throughline.introductions.git import Clone
from throughline.site.progress import Progress

MOST_VERSIONS = 20_000
AT_ONCE = 100
_NO_BLOB = "0"


@dataclass(frozen=True, slots=True)
class Change:
    """A commit made a lockfile what it is (`blob`), removed it (None), or moved it here from `before`."""

    commit: str
    date: datetime
    path: str
    blob: str | None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A lockfile after a commit; `locked` is None where it was gone, `is_first` where none was before."""

    commit: str
    date: datetime
    locked: Locked | None
    is_first: bool


@dataclass(slots=True)
class Lockfile:
    """One lockfile under the name that it has at the end, with each of its states from the oldest on."""

    path: str
    ecosystem: str
    states: list[Kept] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Histories:
    """The lockfiles of a clone, and what is to be said of their reading."""

    lockfiles: list[Lockfile]
    notes: tuple[str, ...]


def histories(clone: Clone, revision: str, *, progress: Progress) -> Histories:
    """Each lockfile of the history of a commit."""
    changes = list(_changes(clone, revision))
    notes = []
    if len(changes) > MOST_VERSIONS:
        notes.append(f"only the last {MOST_VERSIONS:,} of {len(changes):,} changes of lockfiles are read")
        changes = changes[-MOST_VERSIONS:]
    contents, unread = _read(clone, changes, progress)
    if unread:
        versions = "version of a lockfile" if len(unread) == 1 else "versions of lockfiles"
        are = "is" if len(unread) == 1 else "are"
        notes.append(f"{len(unread):,} {versions} could not be read and {are} passed over: {few_of(unread)}")
    return Histories(_put_together(changes, contents), tuple(notes))


def _changes(clone: Clone, revision: str) -> Iterator[Change]:
    """The changes of lockfiles, the oldest first."""
    said = clone.said(
        *("log", "--first-parent", "--diff-merges=first-parent", "--root", "--raw", "-z", "-r", "-M"),
        *("--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv", "--reverse", "--topo-order"),
        *("--ignore-submodules=all", "--format=%x01%H %ct", revision, "--"),
        *(f":(glob)**/{pattern}" for pattern in PATTERNS),
        literal=False,
    )
    commit, date = "", instant_of("0")
    words = iter(said.decode("utf-8", "surrogateescape").split("\0"))
    for word in words:
        word = word.lstrip("\n")
        if word.startswith("\1"):
            commit, _, seconds = word[1:].partition(" ")
            date = instant_of(seconds.strip())
        elif word.startswith(":"):
            _, mode, _, blob, status = word[1:].split(" ")
            path, before = next(words), None
            if status[0] in "RC":
                path, before = next(words), path if status[0] == "R" else None
            if ecosystem_of(path):
                yield Change(commit, date, path, blob if _is_file(mode, blob) else None, before)
            elif before and ecosystem_of(before):
                yield Change(commit, date, before, None)


def _is_file(mode: str, blob: str) -> bool:
    # A link is no lockfile, whatever it names.
    return mode.startswith("100") and bool(blob.strip(_NO_BLOB))


def _read(clone: Clone, changes: list[Change], progress: Progress) -> tuple[dict[str, Locked], list[str]]:
    """What each content locks, and which could not be read, by path and commit. A content is read once."""
    paths = {change.blob: change.path for change in changes if change.blob}
    commits = {change.blob: change.commit for change in changes if change.blob}
    found: dict[str, Locked] = {}
    for done, (id, content) in enumerate(_contents(clone, list(paths)), start=1):
        progress(done, len(paths), "reading lockfiles")
        if content is None:
            continue
        try:
            found[id] = _shared(read_lockfile(paths[id], content))
        except ValueError:
            continue
    return found, [f"{path} in {commits[id][:12]}" for id, path in paths.items() if id not in found]


def _contents(clone: Clone, ids: list[str]) -> Iterator[tuple[str, bytes | None]]:
    # What is read is parsed meanwhile, which must not use up the time that git is given.
    for start in range(0, len(ids), AT_ONCE):
        yield from clone.blobs(ids[start : start + AT_ONCE])


_VERSIONS: dict[frozenset[str], frozenset[str]] = {}


def _shared(locked: Locked) -> Locked:
    # Most packages stay what they were: hundreds of versions of a lock hold the same few sets.
    return {name: _VERSIONS.setdefault(versions, versions) for name, versions in locked.items()}


def _put_together(changes: list[Change], contents: dict[str, Locked]) -> list[Lockfile]:
    found: dict[str, Lockfile] = {}
    for change in changes:
        if change.before and change.before in found:
            # The names of one ecosystem only: a moved file stays what it was.
            moved = found.pop(change.before)
            found[change.path] = Lockfile(change.path, moved.ecosystem, moved.states)
        ecosystem = ecosystem_of(change.path) or ""
        lockfile = found.setdefault(change.path, Lockfile(change.path, ecosystem))
        locked = contents.get(change.blob) if change.blob else None
        if change.blob and locked is None:
            continue
        lockfile.states.append(Kept(change.commit, change.date, locked, not lockfile.states))
    return [lockfile for lockfile in found.values() if lockfile.states]
