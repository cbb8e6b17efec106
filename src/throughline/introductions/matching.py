"""Which records an answer is about: by a place, commit or release that they name, or package and advisory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from throughline.engine.introduction.lockfiles.names import spelled
from throughline.introductions.answers import Answer
from throughline.vulnerabilities.models import Vulnerability

_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{7,64}(?![0-9a-f])")
# The attributes in which trackers keep the commit that mended something.
_FIXING = re.compile(r"fix|patch|commit", re.I)

# And the commit or the release that brought it in; `unaffected` and `last_affected` say the contrary.
_BRINGING = re.compile(r"introduc|bisect|regress|caus|culprit|first_?bad", re.I)
_AFFECTED = re.compile(r"introduc|first_?affected|affected_?(since|from|in$)|^affected(_?versions?)?$", re.I)


def matched(answer: Answer, *, service: str = "") -> list[Vulnerability]:
    """The records that an answer is about, of one service where it is named."""
    records = Vulnerability.objects.filter(vanished_at=None).select_related("service").order_by("pk")
    if service:
        records = records.filter(service__name=service)
    return list(_BY_KIND[answer.kind](records, answer.about))


def _of_line(records: QuerySet[Vulnerability], about: dict[str, Any]) -> Iterator[Vulnerability]:
    file = about["file"]
    yield from records.filter(file__in=[file, f"./{file}", f"/{file}"], line=about["line"])


def _of_fix(records: QuerySet[Vulnerability], about: dict[str, Any]) -> Iterator[Vulnerability]:
    fix = about["fix"]
    short = fix[:7]
    near = records.filter(Q(attributes__icontains=short) | Q(fixed_version__icontains=short))
    for record in near:
        if _names([record.fixed_version, *_said(record, _FIXING)], fix):
            yield record


def _of_bisect(records: QuerySet[Vulnerability], about: dict[str, Any]) -> Iterator[Vulnerability]:
    first = about["first_bad"]
    near = records.filter(attributes__icontains=first[:7]) if first else []
    yield from (record for record in near if _names(_said(record, _BRINGING), first))


def _of_release(records: QuerySet[Vulnerability], about: dict[str, Any]) -> Iterator[Vulnerability]:
    tag = about["tag"].lower()
    version = tag.removeprefix("v")
    for record in records.filter(attributes__icontains=version):
        if {text.strip().lower() for text in _said(record, _AFFECTED)} & {tag, version, f"v{version}"}:
            yield record


def _said(record: Vulnerability, names: re.Pattern[str]) -> list[str]:
    """What the attributes of such names say."""
    return [str(value) for name, value in record.attributes.items() if names.search(name)]


def _names(said: list[str], commit: str) -> bool:
    return any(commit.startswith(word) for text in said for word in _HASH.findall(text.lower()))


def _of_advisory(records: QuerySet[Vulnerability], about: dict[str, Any]) -> Iterator[Vulnerability]:
    """Flaws of the clone's own code: of a component it is the lockfile that says since when it is here."""
    ids = {each.upper() for each in about["vulnerability_ids"]}
    for record in records.filter(component=""):
        if ids & {record.key.upper(), *(str(each).upper() for each in record.vulnerability_ids)}:
            yield record


def _of_package(records: QuerySet[Vulnerability], about: dict[str, Any]) -> Iterator[Vulnerability]:
    ecosystem, package = about["ecosystem"], about["package"]
    ids = {each.upper() for each in about["vulnerability_ids"]}
    named = Q(component__iexact=package) | Q(component__iendswith=f":{package}")
    if ecosystem == "PyPI":
        # Written with -, _ or . and in any case.
        spellings = "[-_.]+".join(map(re.escape, package.split("-")))
        named = Q(component__iregex=rf"^(.*:)?{spellings}$")
    for record in records.filter(named):
        own = spelled(ecosystem, record.component.rpartition(":")[2])
        if own == package and ids & {str(each).upper() for each in record.vulnerability_ids}:
            yield record


_BY_KIND = {
    "finding": _of_line,
    "fix": _of_fix,
    "bisect": _of_bisect,
    "release": _of_release,
    "dependency": _of_package,
    "advisory": _of_advisory,
}
