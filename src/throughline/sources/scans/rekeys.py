"""Findings that went while others much like them came: perhaps the same under another key. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from throughline.engine.identity import normal_endpoint, normal_path

MOST = 20_000


class Suspect(NamedTuple):
    """A finding that went (its id), one that came (its number in the report), and why they are alike."""

    before: int
    after: int
    why: str


class Suspects:
    """What came and what went in one import. Each is paired at most once, by the strongest likeness."""

    def __init__(self) -> None:
        self.new: list[tuple[int, dict[str, str]]] = []
        self.old: list[tuple[int, dict[str, str]]] = []

    def came(self, number: int, values: dict[str, Any]) -> None:
        """A finding that was not known."""
        if len(self.new) < MOST:
            self.new.append((number, dict(likenesses(values))))

    def went(self, finding: int, values: dict[str, Any]) -> None:
        """A finding that the scan did not see."""
        if len(self.old) < MOST:
            self.old.append((finding, dict(likenesses(values))))

    def pairs(self) -> list[Suspect]:
        """Those that are alike."""
        found: list[Suspect] = []
        for why in LIKENESSES:
            found += self._by(why, {pair.before for pair in found}, {pair.after for pair in found})
        return found

    def _by(self, why: str, old_taken: set[int], new_taken: set[int]) -> Iterator[Suspect]:
        waiting: dict[str, list[int]] = defaultdict(list)
        for finding, likeness in self.old:
            if why in likeness and finding not in old_taken:
                waiting[likeness[why]].append(finding)
        for number, likeness in self.new:
            if why in likeness and number not in new_taken and waiting[likeness[why]]:
                yield Suspect(waiting[likeness[why]].pop(0), number, why)


LIKENESSES = (
    "the same advisory in the same component",
    "the same check in a file of the same name",
    "the same weakness in the same file",
    "the same title in the same file",
    "the same check at the same address",
    "the same title in the same component",
)


def likenesses(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """By what a finding could be known again though its keys changed, as (sentence, text to compare)."""
    ids, component = values.get("vulnerability_ids") or [], values.get("component", "").casefold()
    rule, cwe, title = (values.get(name, "") for name in ("rule", "cwe", "title"))
    path, place = normal_path(values.get("file", "")), normal_endpoint(values.get("endpoint", ""))
    if ids and component:
        yield LIKENESSES[0], f"{min(ids)}|{component}"
    if rule and path:
        yield LIKENESSES[1], f"{rule}|{path.rpartition('/')[2]}"
    if cwe and path:
        yield LIKENESSES[2], f"{cwe}|{path}"
    if title and path:
        yield LIKENESSES[3], f"{title.casefold()}|{path}"
    if rule and place:
        yield LIKENESSES[4], f"{rule}|{place}"
    if component and title:
        yield LIKENESSES[5], f"{title.casefold()}|{component}"
