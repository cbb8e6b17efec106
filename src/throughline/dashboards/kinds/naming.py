"""What whoever has a link may read of how records were picked: classes of them, never what names one."""

from __future__ import annotations

from throughline.engine.language.fields import ALIASES, CORE, Kind
from throughline.engine.language.parsing import parse_condition, parse_measure
from throughline.engine.language.syntax import Name, Node, parts_of
from throughline.vulnerabilities.selections import FACETS

PICKED = ", of a selection"


def condition_names(text: str) -> bool:
    """Whether a condition may say the title, the file or the key of a single vulnerability.

    >>> condition_names("severity = 'high' and cvss > 7"), condition_names("title = 'Open door'")
    (False, True)
    """
    return bool(text) and _names(parse_condition(text))


def measure_names(text: str) -> bool:
    """Whether a measure may.

    >>> measure_names("mean(mitigated - identified)"), measure_names("share(file = 'a.c')")
    (False, True)
    """
    return bool(text) and _names(parse_measure(text))


def _names(tree: Node) -> bool:
    return any(isinstance(each, Name) and not _is_of_many(each.name) for each in parts_of(tree))


def _is_of_many(name: str) -> bool:
    found = CORE.get(ALIASES.get(name, name))
    if found is None:
        return False
    return name in FACETS or bool(found.choices) or found.kind not in (Kind.TEXT, Kind.COLLECTION)
