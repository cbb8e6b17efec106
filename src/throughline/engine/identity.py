"""Which finding of a later scan is which of an earlier one: typed keys in tiers, matched one to one.

A key never holds a severity, a description or a line number: those move while the weakness stays.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

TIERS = (1, 2, 3, 4)
_DRIVE = re.compile(r"^(?:file:/*)?(?:[A-Za-z]:)?[/\\]*")
_PUBLIC = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})", re.IGNORECASE)
_QUERY = re.compile(r"[?#].*$", re.DOTALL)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
LONGEST_PART = 200


class Key(NamedTuple):
    """One way to know a finding again: the tier says how sure it is, the type what it is made of."""

    tier: int
    type: str
    value: str

    def __str__(self) -> str:
        return f"{self.tier}:{self.type}:{self.value}"

    @property
    def digest(self) -> int:
        """64 bits of the key; equal for equal keys."""
        return (
            int.from_bytes(blake2b(str(self).encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
        )


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

    1 the tool's stable id; 2 an advisory with package and artefact, or a rule with what it names (a function,
    a resource, an address); 3 a rule with its path and the text around; 4 a rule with its path alone.

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
        found += [_key(2, "package", name, component, held_in) for name in named]
    elif logical or place:
        found.append(_key(2, "rule", rule, artefact, path, logical, place))
    if context.strip():
        found.append(_key(3, "context", rule, path or held_in, _hashed(context)))
    if not component:
        found.append(_key(4, "path", rule, path or held_in))
    return list(dict.fromkeys(found))


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


def normal_endpoint(endpoint: str) -> str:
    """An address as it is compared: host and path in their own case, without scheme, query and last slash.

    >>> normal_endpoint("https://Shop.example/a/?q=1"), normal_endpoint("10.0.0.1:443")
    ('shop.example/a', '10.0.0.1:443')
    """
    host, slash, path = _SCHEME.sub("", _QUERY.sub("", endpoint.strip())).partition("/")
    return f"{host.casefold()}{slash}{path}".rstrip("/")


@dataclass(frozen=True, slots=True)
class Side:
    """One finding as matching sees it: its keys as (tier, digest), and where it stands among its like."""

    keys: Sequence[tuple[int, int]]
    position: int = 0


def match(before: Sequence[Side], after: Sequence[Side]) -> list[int]:
    """For each of `after` the index in `before` that it is, or −1; each is used at most once.

    Greedy by tier: everything that a stronger tier tells apart is settled before a weaker one is asked.
    Among several with one key the order of their positions decides.

    >>> before = [Side([(4, 7)], 10), Side([(3, 1), (4, 7)], 20)]
    >>> match(before, [Side([(3, 1), (4, 7)], 21), Side([(4, 7)], 11)])
    [1, 0]
    """
    found = [-1] * len(after)
    taken = [False] * len(before)
    old_order = sorted(range(len(before)), key=lambda at: before[at].position)
    new_order = sorted(range(len(after)), key=lambda at: after[at].position)
    for tier in TIERS:
        candidates: dict[int, deque[int]] = defaultdict(deque)
        for at in old_order:
            if not taken[at]:
                for level, digest in before[at].keys:
                    if level == tier:
                        candidates[digest].append(at)
        if not candidates:
            continue
        for at in new_order:
            if found[at] >= 0:
                continue
            for level, digest in after[at].keys:
                old = _next(candidates[digest], taken) if level == tier and digest in candidates else None
                if old is not None:
                    found[at], taken[old] = old, True
                    break
    return found


def _next(queue: deque[int], taken: Sequence[bool]) -> int | None:
    while queue:
        at = queue.popleft()
        if not taken[at]:
            return at
    return None


def _key(tier: int, type: str, *parts: str) -> Key:
    shortened = [part if len(part) <= LONGEST_PART else _hashed(part) for part in parts]
    return Key(tier, type, "|".join(shortened))


def _hashed(text: str) -> str:
    return blake2b(" ".join(text.split()).encode("utf-8", "replace"), digest_size=8).hexdigest()
