"""The formats of scanners and advisories: found by name, or by what a file shows.

Each is one module of this package with a `FORMAT`; other packages add theirs as entry points of the group
`throughline.formats`, each naming such a Format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

import msgspec

import throughline.sources.formats as _formats
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Report
from throughline.sources.formats.tables import BadFile

GROUP = "throughline.formats"
_PACKAGE = "throughline.sources.formats"
# What a record's number counts where it is not the position in a list.
_UNITS = {"lines": "line", "table": "line", "stream": "message"}
_SHAPED = (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of report is recognised and read.

    `name` is what --format takes, `title` how people call it, `shapes` the kinds of file (see Content.shape),
    `empty` whether a file without any byte is a report that found nothing. No two formats take one file.
    """

    name: str
    title: str
    shapes: frozenset[str]
    detect: Callable[[Content], bool]
    read: Callable[[Content], Report]
    empty: bool = False

    def report(self, content: Content) -> Report:
        """The report in a file. Raises BadFile, whatever is wrong with its head."""
        try:
            report = self.read(content)
        except _SHAPED as error:
            # Whatever a stranger's file holds: it is a bad head, not a fault of the reader.
            message = f"its head is not that of {self.title}: {error}"
            raise BadFile(message, name=content.name) from None
        unit = _UNITS.get(content.shape)
        return replace(report, unit=unit) if unit else report


@cache
def reports() -> dict[str, Format]:
    """Every format of reports by name: ours, then those of other packages."""
    modules = (import_module(f"{_PACKAGE}.{found.name}") for found in iter_modules(_formats.__path__))
    ours = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    others = [entry.load() for entry in entry_points(group=GROUP)]
    return {found.name: found for found in [*others, *ours]}


def detected(content: Content) -> Format | None:
    """The format whose report this is, or None."""
    return next(
        (found for found in reports().values() if content.shape in found.shapes and found.detect(content)),
        None,
    )
