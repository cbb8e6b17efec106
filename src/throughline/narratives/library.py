"""The library of stories that comes with the product: how to tell the work, and when telling it fails."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

from throughline.engine.refusals import Refused

KEYS = (
    *("zero-trust", "paved-road", "shift-left", "detection-engineering", "killing-bug-classes"),
    *("least-privilege", "supply-chain", "tabletop", "customer-assurance", "developer-experience"),
    *("security-champions", "vulnerability-slos", "secrets", "incident-readiness"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A key result as far as a story can write it: how far to go is left to whoever promises it.

    `such_as` is an example for the one field that is left open: the target, or the bound of a keep.
    """

    kind: str
    title: str
    unit: str
    better: str
    metric: str = ""
    where: str = ""
    window: str = ""
    baseline: str = ""
    such_as: str = ""
    steps: tuple[str, ...] = ()
    acceptance: str = ""
    how_measured: str = ""

    @property
    def sketch(self) -> dict[str, str]:
        """The fields of a sketch, as its form takes them."""
        names = ("kind", "title", "metric", "where", "window", "baseline", "acceptance", "how_measured")
        said = {name: str(getattr(self, name)) for name in names}
        said["steps"] = "\n".join(self.steps)
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Threat:
    """What people have heard of already: the kind of event in a few words, and how it goes."""

    event: str
    told: str


@dataclass(frozen=True, slots=True)
class Fails:
    """When the story fails, and the signs of it that one can look for."""

    when: str
    signs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The signs, one a line."""
        return "\n".join(self.signs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """A story of the library.

    `serves` is the kind of long-term objective, `work` the keys of the kinds of work that it usually
    consists of, `revenue` how to count what it unlocks where it unlocks something.
    """

    key: str
    title: str
    serves: str
    board: str
    customer: str
    engineer: str
    threat: Threat
    key_results: tuple[Template, ...]
    work: tuple[str, ...]
    fails: Fails
    revenue: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


@cache
def library() -> Mapping[str, Narrative]:
    """Every story by its key, in the order in which they are shown."""
    return {key: _read(key) for key in KEYS}


def narrative_of(key: str) -> Narrative:
    """The story of that key. Raises Refused with those that there are."""
    found = library().get(key)
    if found is None:
        raise Refused(
            f"there is no story '{key[:60]}' in the library; there are: {', '.join(KEYS)}",
            place="narrative",
            code="unknown",
        )
    return found


def _read(key: str) -> Narrative:
    file = resources.files("throughline.narratives") / "library" / f"{key}.json"
    said = json.loads(file.read_text("utf-8"))
    results = tuple(
        Template(**{**each, "steps": tuple(each.get("steps", ()))}) for each in said.pop("key_results")
    )
    fails = said.pop("fails")
    return Narrative(
        threat=Threat(**said.pop("threat")),
        key_results=results,
        fails=Fails(fails["when"], tuple(fails["signs"])),
        work=tuple(said.pop("work")),
        **said,
    )
