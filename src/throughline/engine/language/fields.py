"""What can be asked about: the fields of a record with their kinds, and the attributes of the imports."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

SEVERITIES = ("info", "low", "medium", "high", "critical")
STATES = ("potential", "confirmed", "false positive", "duplicate", "accepted", "out of scope")
STATUSES = ("open", "mitigated", "accepted", "rejected")
KINDS = ("code", "dependency", "container", "cloud", "web", "os", "secret", "process")
BASES = ("reported", "inferred", "presumed", "manual")
UNITS_OF_TIME = ("week", "month", "quarter", "year")


class Kind(enum.Enum):
    """The type of a value; the text is how an error message names it."""

    DATE = "a date"
    DURATION = "a duration"
    NUMBER = "a number"
    TEXT = "a text"
    BOOLEAN = "a yes or no"
    SEVERITY = "a severity"
    COLLECTION = "a list of texts"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing known about a record. `column` is its name on the read side; `choices` all its values."""

    name: str
    kind: Kind
    column: str
    choices: tuple[str, ...] = ()
    attribute: bool = False

    @property
    def is_dimension(self) -> bool:
        """Whether records can be grouped by its plain value."""
        return self.kind not in (Kind.DATE, Kind.COLLECTION)


def _core() -> Iterable[Field]:
    texts = (
        "id title rule cwe weakness_class component version fixed_version file endpoint service team "
        "environment source feed scope"
    )
    dates = "introduced identified triaged accepted mitigated accepted_until"
    yield from (Field(name, Kind.TEXT, name) for name in texts.split())
    yield from (Field(name, Kind.DATE, name) for name in dates.split())
    yield from (
        Field(f"introduced_{bound}", Kind.DATE, f"introduced_{bound}") for bound in ("earliest", "latest")
    )
    yield from (Field(name, Kind.NUMBER, name) for name in ("cvss", "line", "tier", "award", "epss"))
    yield Field("kev", Kind.BOOLEAN, "kev")
    yield Field("kev_added", Kind.DATE, "kev_added")
    yield from (Field(name, Kind.COLLECTION, name) for name in ("tags", "vulnerability_ids", "cwe_within"))
    yield from (
        Field(name, Kind.TEXT, name) for name in ("cvss_version", "introduced_method", "award_currency")
    )
    for date in ("introduced", "identified", "triaged", "mitigated"):
        yield Field(f"{date}_basis", Kind.TEXT, f"{date}_basis", BASES)
    yield Field("severity", Kind.SEVERITY, "severity", SEVERITIES)
    yield Field("kind", Kind.TEXT, "kind", KINDS)
    yield Field("state", Kind.TEXT, "state", STATES)
    yield Field("status", Kind.TEXT, "status", STATUSES)


CORE: Mapping[str, Field] = MappingProxyType({found.name: found for found in _core()})
ALIASES: Mapping[str, str] = MappingProxyType(
    {f"{name}_at": name for name in ("introduced", "identified", "triaged", "accepted", "mitigated")}
    | {"key": "id", "cvss_score": "cvss", "score": "cvss", "component_version": "version"}
)


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of a record and the attributes of the imports, by name."""

    attributes: Mapping[str, Field] = field(default_factory=dict)

    @classmethod
    def of(cls, attributes: Iterable[tuple[str, str, str]] = ()) -> Schema:
        """From (name, type, column): type is text, number, boolean or date.

        >>> Schema.of([("is_c_mistake", "number", "attr_7")]).find("is_c_mistake").column
        'attr_7'
        """
        found = (Field(name, Kind[kind.upper()], column, attribute=True) for name, kind, column in attributes)
        return cls({each.name: each for each in found})

    def find(self, name: str) -> Field | None:
        """The field of this name: ours first, then an attribute, then another spelling, then any case."""
        exact = CORE.get(name) or self.attributes.get(name) or CORE.get(ALIASES.get(name, ""))
        if exact is not None:
            return exact
        folded = {known.casefold(): known for known in self.names()}
        known = folded.get(name.casefold())
        return None if known is None else self.find(known)

    def names(self) -> list[str]:
        """Every name that `find` knows by its own spelling."""
        return [*ALIASES, *self.attributes, *CORE]

    def dimensions(self) -> list[Field]:
        """The fields that records can be grouped by, ours first."""
        return [each for each in (*CORE.values(), *self.attributes.values()) if each.is_dimension]

    def dates(self) -> list[Field]:
        """The fields that put a record on the calendar, ours first."""
        every = (*CORE.values(), *self.attributes.values())
        return [each for each in every if each.kind is Kind.DATE]


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean identified?)` for a word that is near a known one, else an empty text.

    >>> nearest("identifed", ["identified", "mitigated"])
    ' (did you mean identified?)'
    """
    options = {option.casefold(): option for option in known}
    found = difflib.get_close_matches(word.casefold(), options, n=1, cutoff=0.6)
    return f" (did you mean {options[found[0]]}?)" if found else ""
