"""Which finding of a later scan is which of an earlier one: typed keys in tiers, matched one to one.

A key never holds a severity, a description or a line number: those move while the weakness stays.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TIERS = (1, 2, 3, 4)
# A source that is silent so often about what it looked at lets us presume that it is gone.
PRESUMED_AFTER = 2
# Each round settles what it can; findings with several keys of one tier may need another.
MOST_ROUNDS = 10
_PACKED = np.dtype([("tier", "u1"), ("digest", ">i8")])
_DRIVE = re.compile(r"^(?:file:/*)?(?:[A-Za-z]:)?[/\\]*")
_PUBLIC = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})", re.IGNORECASE)
_QUERY = re.compile(r"[?#].*$", re.DOTALL)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
LONGEST_PART = 200
_TIER = {tier: bytes([tier]) for tier in TIERS}


class Key(NamedTuple):
    """One way to know a finding again: the tier says how sure it is, the type what it is made of."""

    tier: int
    type: str
    value: str

    def __str__(self) -> str:
        return f"{self.tier}:{self.type}:{self.value}"


def keys_of(
    *,
    rule: str,
    tool_id: str = "",
    ids: Iterable[str] = (),
    component: str = "",
    version: str = "",
    artefact: str = "",
    file: str = "",
    logical: str = "",
    endpoint: str = "",
    context: str = "",
) -> list[Key]:
    """The keys of a finding, strongest first; at least one.

    1 the tool's stable id; 2 an advisory with a version of a package and the artefact, or a rule with what it
    names (a function, a resource, an address); 3 an advisory with the package in any version, or a rule with
    its path and the text around; 4 a rule with its path alone.

    >>> [str(key) for key in keys_of(rule="B101", file="./src/a.py", context="assert  x")]
    ['3:context:B101|src/a.py|57a892051cc77582', '4:path:B101|src/a.py']
    """
    found: list[Key] = []
    path, place = normal_path(file), normal_endpoint(endpoint)
    if tool_id:
        found.append(_key(1, "tool", tool_id))
    held_in = artefact or path or place
    if component:
        named = [advisory.upper() if _PUBLIC.fullmatch(advisory) else advisory for advisory in ids] or [rule]
        if version:
            found += [_key(2, "advisory", name, component, version, held_in) for name in named]
        found += [_key(3, "package", name, component, held_in) for name in named]
    elif logical or place:
        found.append(_key(2, "rule", rule, artefact, path, logical, place))
    if context.strip():
        found.append(_key(3, "context", rule, path or held_in, _hashed(context)))
    if not component:
        found.append(_key(4, "path", rule, path or held_in))
    return list(dict.fromkeys(found))


@lru_cache(maxsize=20_000)
def normal_path(path: str) -> str:
    """A path as it is compared: forward slashes, without drive, scheme and leading dots.

    >>> normal_path("file:///C:\\\\src\\\\a.py"), normal_path("./src/../src/a.py")
    ('src/a.py', 'src/a.py')
    """
    parts: list[str] = []
    for part in _DRIVE.sub("", path.strip()).replace("\\", "/").split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


@lru_cache(maxsize=20_000)
def normal_endpoint(endpoint: str) -> str:
    """An address as it is compared: host and path in their own case, without scheme, query and last slash.

    >>> normal_endpoint("https://Shop.example/a/?q=1"), normal_endpoint("10.0.0.1:443")
    ('shop.example/a', '10.0.0.1:443')
    """
    host, slash, path = _SCHEME.sub("", _QUERY.sub("", endpoint.strip())).partition("/")
    return f"{host.casefold()}{slash}{path}".rstrip("/")


@dataclass(frozen=True, slots=True)
class Sides:
    """Findings as matching sees them: every key of every finding, and the line of each finding.

    `tiers`, `digests` and `owners` have one entry a key, `lines` one a finding; an owner is the index of its
    finding. Of a finding without a line the line is 0.
    """

    tiers: NDArray[np.uint8]
    digests: NDArray[np.int64]
    owners: NDArray[np.int64]
    lines: NDArray[np.int64]


class Gathered:
    """Packed keys and lines of findings as they come, in little memory: there may be millions.

    >>> gathered = Gathered()
    >>> gathered.add(packed([Key(4, "path", "a")]), 10)
    >>> len(gathered), len(gathered.keys_of(0)), gathered.sides().lines.tolist()
    (1, 9, [10])
    """

    def __init__(self) -> None:
        self.keys = bytearray()
        self.ends = array("q")
        self.lines = array("q")

    def __len__(self) -> int:
        return len(self.ends)

    def add(self, keys: bytes, line: int) -> None:
        """One more finding, by its packed keys."""
        self.keys += keys
        self.ends.append(len(self.keys))
        self.lines.append(line)

    def keys_of(self, place: int) -> bytes:
        """The packed keys of the finding at a place."""
        start = self.ends[place - 1] if place else 0
        return bytes(self.keys[start : self.ends[place]])

    def sides(self) -> Sides:
        """As matching takes them."""
        keys = np.frombuffer(bytes(self.keys), dtype=_PACKED)
        ends = np.array(self.ends, dtype=np.int64)
        owners = np.repeat(np.arange(ends.size), np.diff(ends, prepend=0) // _PACKED.itemsize)
        lines = np.array(self.lines, dtype=np.int64)
        return Sides(keys["tier"].astype(np.uint8), keys["digest"].astype(np.int64), owners, lines)


def packed(keys: Iterable[Key]) -> bytes:
    """Keys as they are kept: nine bytes each, the tier and 64 bits of the key."""
    return b"".join([_TIER[tier] + _digest(f"{type}:{value}") for tier, type, value in keys])


def match(before: Sides, after: Sides) -> NDArray[np.int64]:
    """For each of `after` the index in `before` that it is, or −1; each is used at most once.

    Greedy by tier: what a stronger tier tells apart is settled before a weaker one is asked. Among several
    with one key those on the same line are the same, then the order of their lines decides.

    >>> def sides(*found):
    ...     gathered = Gathered()
    ...     for rule, line in found:
    ...         gathered.add(packed([Key(4, "path", rule)]), line)
    ...     return gathered.sides()
    >>> match(sides(("a", 10), ("a", 20), ("b", 5)), sides(("a", 20), ("b", 9), ("c", 1))).tolist()
    [1, 2, -1]
    """
    found = np.full(after.lines.size, -1, dtype=np.int64)
    if not before.lines.size or not after.lines.size:
        return found
    taken = np.zeros(before.lines.size, dtype=bool)
    for tier in TIERS:
        for by_line in (True, False):
            for _ in range(MOST_ROUNDS):
                old = _candidates(before, tier, ~taken)
                new = _candidates(after, tier, found < 0)
                pairs = _pairs(before, old, after, new, by_line=by_line)
                if pairs is None:
                    break
                found[pairs[1]] = pairs[0]
                taken[pairs[0]] = True
    return found


def by_tool(sides: Sides) -> Sides:
    """The sides without the weaker keys of findings that have an id of their tool.

    Where a listing holds only what changed, a new finding would else be taken for one like it that did not.

    >>> gathered = Gathered()
    >>> gathered.add(packed([Key(1, "tool", "7"), Key(4, "path", "a")]), 0)
    >>> gathered.add(packed([Key(4, "path", "a")]), 0)
    >>> by_tool(gathered.sides()).tiers.tolist()
    [1, 4]
    """
    named = np.zeros(sides.lines.size, dtype=bool)
    named[sides.owners[sides.tiers == 1]] = True
    kept = (sides.tiers == 1) | ~named[sides.owners]
    return Sides(sides.tiers[kept], sides.digests[kept], sides.owners[kept], sides.lines)


def _candidates(sides: Sides, tier: int, free: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The keys of a tier whose findings are free, ordered by key, then by the line of their finding."""
    chosen = np.flatnonzero((sides.tiers == tier) & free[sides.owners])
    owners = sides.owners[chosen]
    return chosen[np.lexsort((owners, sides.lines[owners], sides.digests[chosen]))]


def _pairs(
    before: Sides, old: NDArray[np.int64], after: Sides, new: NDArray[np.int64], *, by_line: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Findings with the same key (and line), the first with the first; each at most once. None for none."""
    if not old.size or not new.size:
        return None
    _, codes = np.unique(np.concatenate([before.digests[old], after.digests[new]]), return_inverse=True)
    places = (codes[: old.size], codes[old.size :])
    if by_line:
        lines = np.concatenate([before.lines[before.owners[old]], after.lines[after.owners[new]]])
        _, at = np.unique(lines, return_inverse=True)
        together = codes * (int(at.max()) + 1) + at
        places = (together[: old.size], together[old.size :])
    first, second = _ranked(places[0]), _ranked(places[1])
    most = int(max(first.max(), second.max())) + 1
    left, right = places[0] * most + first, places[1] * most + second
    at = np.searchsorted(left, right)
    hit = np.flatnonzero(left[np.minimum(at, left.size - 1)] == right)
    olds, news = before.owners[old[np.minimum(at[hit], left.size - 1)]], after.owners[new[hit]]
    _, kept = np.unique(news, return_index=True)
    olds, news = olds[kept], news[kept]
    _, kept = np.unique(olds, return_index=True)
    return (olds[kept], news[kept]) if kept.size else None


def _ranked(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The position of each entry among its equals, for codes in order."""
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    sizes = np.diff(np.r_[starts, codes.size])
    return np.arange(codes.size) - np.repeat(starts, sizes)


class Sight(NamedTuple):
    """What one source says of a vulnerability: since when, and until when (None: still), with the basis."""

    identified: str
    mitigated: str | None
    basis: str = ""


def together(sights: Sequence[Sight]) -> Sight:
    """What several sources say of one vulnerability: known since the first, gone once the last lets it go.

    >>> together([Sight("2024-01-02", "2024-03-01", "reported"), Sight("2024-01-01", None)])
    Sight(identified='2024-01-01', mitigated=None, basis='')
    """
    identified = min(sight.identified for sight in sights)
    gone = [(sight.mitigated, sight.basis) for sight in sights if sight.mitigated]
    if len(gone) < len(sights):
        return Sight(identified, None)
    mitigated, basis = max(gone)
    return Sight(identified, mitigated, basis)


def _key(tier: int, type: str, *parts: str) -> Key:
    value = "|".join(parts)
    if len(value) > LONGEST_PART:
        value = "|".join(part if len(part) <= LONGEST_PART else _hashed(part) for part in parts)
    return Key(tier, type, value)


def _hashed(text: str) -> str:
    return _digest(" ".join(text.split())).hex()


def _digest(text: str) -> bytes:
    """64 bits of a text."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
