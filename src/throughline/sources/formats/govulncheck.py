"""govulncheck, JSON (`govulncheck -format json`): https://pkg.go.dev/golang.org/x/vuln/internal/govulncheck

Since 1.0 a stream of messages, as it is written or gathered into a list; before, one object with `Vulns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.govulncheck_findings import facts_of, finding_of
from throughline.sources.formats.govulncheck_object import findings_of_object
from throughline.sources.formats.packages import each
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import member, text

_MESSAGES = frozenset(["config", "SBOM", "progress", "osv", "finding"])
_OLD = frozenset(["Calls", "Imports", "Requires", "Modules"])
# The head is within the first messages: then come advisories by the hundred.
HEAD = 4
_END = None


def detect(content: Content) -> bool:
    """Whether it begins with one of its messages, or is the object of before 1.0."""
    if content.shape == "object":
        if "Vulns" in content.members:
            return not _OLD.isdisjoint(content.members)
        return content.members.keys() == {"config"} and "scanner_name" in _config(content.member("config"))
    return _is_message(content.first)


def _is_message(first: Any) -> bool:
    return isinstance(first, dict) and len(first) == 1 and first.keys() <= _MESSAGES


def _config(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def read(content: Content) -> Report:
    """The report; a record is one message.

    A finding is one advisory in one module, as its own summary counts, not one for each way to it: what says
    the most (called, then imported, then required) stands for all. All are told after the last message.
    """
    if content.shape == "object" and "Vulns" in content.members:
        return Report("govulncheck", [content.data], findings_of_object, unit="report")
    scope = _scope(content)
    gathered = _Gathered()
    return Report("govulncheck", _records(content), gathered.take, scope=scope, unit="message")


def _messages(content: Content) -> Iterable[tuple[int, Any]]:
    if content.shape == "lines":
        return content.lines()
    if content.shape == "stream":
        return content.messages()
    return enumerate(content.records if content.shape == "list" else [content.data], start=1)


def _records(content: Content) -> Iterator[tuple[int, Any]]:
    number = 0
    for number, raw in _messages(content):
        yield number, raw
    yield number + 1, _END


def _scope(content: Content) -> str:
    """The main module: the first of the modules that the head lists."""
    head = (content.value(raw) for _, raw in islice(_messages(content), HEAD))
    listed = (text(said, "SBOM", "modules", 0, "path") for said in head if isinstance(said, dict))
    return next(filter(None, listed), "")


class _Gathered:
    """The advisories by id, and the farthest way to each in each module."""

    def __init__(self) -> None:
        self.advisories: dict[str, dict[str, Any]] = {}
        self.ways: dict[tuple[str, str], dict[str, Any]] = {}
        self.binary = False

    def take(self, raw: Any) -> Iterator[Found]:
        if raw is _END:
            yield from self._found()
            return
        said = msgspec.json.decode(raw, type=dict[str, Any])
        if config := member(said, "config"):
            self.binary = text(config, "scan_mode") == "binary"
        if advisory := member(said, "osv"):
            self.advisories[text(advisory, "id")] = facts_of(advisory)
        if finding := member(said, "finding"):
            self._keep(finding)

    def _keep(self, finding: dict[str, Any]) -> None:
        known = (text(finding, "osv"), text(finding, "trace", 0, "module"))
        if known not in self.ways or _reach(finding) > _reach(self.ways[known]):
            self.ways[known] = finding

    def _found(self) -> Iterator[Found]:
        for (identifier, module), finding in self.ways.items():
            facts = self.advisories.get(identifier) or facts_of({"id": identifier})
            places = _positions(finding)
            yield finding_of(
                facts,
                module=module,
                version=text(finding, "trace", 0, "version"),
                fixed_version=text(finding, "fixed_version"),
                reach=_reach(finding),
                package=text(finding, "trace", 0, "package"),
                place=places[-1] if places else {},
                artefact="" if self.binary else "go.mod",
            )


def _positions(finding: dict[str, Any]) -> list[dict[str, Any]]:
    found = (member(frame, "position") for frame in each(finding, "trace"))
    return [position for position in found if text(position, "filename")]


def _reach(finding: dict[str, Any]) -> int:
    first = member(finding, "trace", 0)
    return 2 if text(first, "function") else 1 if text(first, "package") else 0


FORMAT = Format("govulncheck", "govulncheck", frozenset({"object", "list", "lines", "stream"}), detect, read)
