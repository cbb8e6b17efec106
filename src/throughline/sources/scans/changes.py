"""What an import of one report does, as it waits to be written."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

from throughline.sources.scans import rekeys
from throughline.sources.spool import Spool


class Sighting(msgspec.Struct, array_like=True, gc=False):
    """The row of a finding as this report leaves it."""

    keys: bytes
    said: bytes
    links: list[int]
    line: int
    rule: str
    identified: str
    mitigated: str | None
    basis: str
    missed: str | None = None
    misses: int = 0


class New(msgspec.Struct, array_like=True, gc=False, tag="n"):
    """A finding that is new: of a vulnerability known from another source (`linked`), or of a new one.

    `joins` are the vulnerabilities of other sources that are one with it, as the ids of the finding say.
    """

    number: int
    sighting: Sighting
    values: dict[str, Any]
    linked: int = 0
    joins: list[int] = msgspec.field(default_factory=list)


class Respelled(msgspec.Struct, array_like=True, gc=False, tag="r"):
    """A known finding that says the same in another record."""

    finding: int
    said: bytes


class Again(msgspec.Struct, array_like=True, gc=False, tag="a"):
    """A known finding seen again with something else to say, or missed; `changes` are its vulnerability's.

    `names` are its ids where others speak of the vulnerability too; `earlier` is since when it was known,
    which is all that an older report can still tell of it.
    """

    finding: int
    vulnerability: int
    sighting: Sighting | None
    values: dict[str, Any]
    changes: dict[str, list[Any]]
    action: str
    missed: tuple[str, int] | None = None
    presumed: str = ""
    shared: bool = False
    earlier: str = ""
    names: list[str] = msgspec.field(default_factory=list)
    joins: list[int] = msgspec.field(default_factory=list)


Said = New | Again | Respelled


@dataclass(slots=True)
class Outcome:
    """What an import of one report does: counts, and the changes to write."""

    counts: Counter[str] = field(default_factory=Counter)
    spool: Spool[Said] = field(default_factory=lambda: Spool(Said))
    seen: array[int] = field(default_factory=lambda: array("q"))
    services: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    attributes: dict[str, str] = field(default_factory=dict)
    rekeyed: list[rekeys.Suspect] = field(default_factory=list)
    # Known findings that are judged under this scope from now on.
    scoped: array[int] = field(default_factory=lambda: array("q"))
    # How many it saw before a later complete scan did not.
    older: int = 0
    # How many the scan did not see although its silence does not count.
    unheard: int = 0
