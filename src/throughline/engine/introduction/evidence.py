"""Which evidence of a time of introduction goes before which."""

from __future__ import annotations

from enum import IntEnum


class Evidence(IntEnum):
    """How a time of introduction is known, the better the greater."""

    UNKNOWN = 0
    FIRST_AFFECTED_RELEASE = 1
    TRACED_BLAME = 2
    FLAGGED_LINE = 3
    LOCKFILE_HISTORY = 4
    ADVISORY_RANGE = 5
    BISECT = 6
    TRAILER = 7
    PERSON = 8

    @property
    def method(self) -> str:
        """What records call it: 'traced blame'."""
        return self.name.lower().replace("_", " ")

    @property
    def basis(self) -> str:
        """What the dates of a record call it: a trailer is what a person reported, the rest is inferred."""
        if self is Evidence.UNKNOWN:
            return ""
        return {Evidence.PERSON: "manual", Evidence.TRAILER: "reported"}.get(self, "inferred")


_BY_METHOD = {each.method: each for each in Evidence}
# What other tools call their methods, by the words in them.
_BY_WORD = {
    "bisect": Evidence.BISECT,
    "advisory": Evidence.ADVISORY_RANGE,
    "range": Evidence.ADVISORY_RANGE,
    "lockfile": Evidence.LOCKFILE_HISTORY,
    "blame": Evidence.TRACED_BLAME,
    "trac": Evidence.TRACED_BLAME,
    "release": Evidence.FIRST_AFFECTED_RELEASE,
}


def evidence_of(basis: str, method: str = "") -> Evidence:
    """How good a date of a record is, by its basis and method.

    What people or their trackers reported is what a person said. An inference whose method says nothing to us
    may be anything: it counts as the best that is inferred, so that nothing of ours is written over it.

    >>> evidence_of("inferred", "traced blame").name, evidence_of("reported").name, evidence_of("").name
    ('TRACED_BLAME', 'PERSON', 'UNKNOWN')
    >>> evidence_of("inferred", "release_no_commit_named").name, evidence_of("inferred", "our tool").name
    ('FIRST_AFFECTED_RELEASE', 'BISECT')
    """
    if basis == "inferred":
        return _inferred(method)
    if basis == "reported" and method == Evidence.TRAILER.method:
        return Evidence.TRAILER
    return {"manual": Evidence.PERSON, "reported": Evidence.PERSON, "presumed": Evidence.UNKNOWN}.get(
        basis, Evidence.UNKNOWN
    )


def _inferred(method: str) -> Evidence:
    own = _BY_METHOD.get(method, Evidence.UNKNOWN)
    if Evidence.UNKNOWN < own <= Evidence.BISECT:
        return own
    return next((found for word, found in _BY_WORD.items() if word in method.lower()), Evidence.BISECT)


def may_replace(new: Evidence, old: Evidence) -> bool:
    """Whether a newly found time may stand in the place of a known one: only what is no worse may.

    >>> may_replace(Evidence.LOCKFILE_HISTORY, Evidence.TRACED_BLAME)
    True
    >>> may_replace(Evidence.TRACED_BLAME, Evidence.PERSON), may_replace(Evidence.UNKNOWN, Evidence.UNKNOWN)
    (False, False)
    """
    return new is not Evidence.UNKNOWN and new >= old
