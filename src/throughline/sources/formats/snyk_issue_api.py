"""Snyk's issues, as its REST API gives them (`/rest/orgs/…/issues`): https://apidocs.snyk.io

One finding is one issue, known by its own id. Licence issues are left out, as in the other Snyk format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from throughline.sources.formats import loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import Rating, each, ordered, titled
from throughline.sources.formats.peeks import first_of, inner, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    instant,
    member,
    number,
    score,
    severity,
    severity_of_score,
    text,
    whole,
)

_KINDS = {"package_vulnerability": "dependency", "code": "code", "cloud": "cloud", "config": "cloud"}
_SLUG = re.compile(r"[^a-z0-9]+")


def detect(content: Content) -> bool:
    """Whether it is a page of issues, several such pages, or the issues alone."""
    if content.shape == "lines":
        return _is_issue(opening(content))
    if content.shape == "list":
        return _is_issue(opening(content)) or _is_page(opening(content))
    if "data" not in content.members or not content.members.keys() & {"jsonapi", "links"}:
        return False
    links = content.member("links")
    own = inner(links, "self") if isinstance(links, dict) else ""
    return _is_issue(first_of(content, "data")) or "/issues?" in str(own)


def read(content: Content) -> Report:
    """The issues; a record is one issue."""

    def findings(record: loose.Record) -> Iterator[Found]:
        said = loose.decoded(content, record)
        if text(said, "attributes", "type") != "license":
            yield _found(said)

    return Report(tool="Snyk", records=_records(content), findings=findings, unit="issue")


def _records(content: Content) -> Iterable[loose.Record]:
    if content.shape == "lines":
        return content.lines()
    if content.shape == "object":
        return content.items("data")
    if _is_issue(opening(content)):
        return content.records
    pages = (content.members_of(page).get("data") for page in content.records)
    return chain.from_iterable(content.items_of(data) for data in pages if data is not None)


def _is_issue(said: dict[str, Any]) -> bool:
    return said.get("type") == "issue" and inner(said, "attributes", "effective_severity_level") is not None


def _is_page(said: dict[str, Any]) -> bool:
    data = said.get("data")
    first = data[0] if isinstance(data, list) and data else {}
    return "jsonapi" in said and isinstance(first, dict) and _is_issue(first)


def _found(issue: dict[str, Any]) -> Found:
    said = member(issue, "attributes")
    package = _first(said, "dependency")
    known = _ids(said) if package else []
    vector, rated = _rating(said)
    level = severity(text(said, "effective_severity_level"))
    place = _first(said, "sourceLocation")
    name = text(package, "package_name")
    return Found(
        title=titled(text(said, "title"), known, name),
        rule="" if known else _SLUG.sub("-", text(said, "title").lower()).strip("-"),
        kind=_KINDS.get(text(said, "type"), "code" if place else ""),
        severity=severity_of_score(rated) if level is None else level,
        description=text(said, "description"),
        cwe=cwe([text(each_of, "id") for each_of in each(said, "classes")]),
        cvss_vector=vector,
        cvss_score=rated,
        vulnerability_ids=known,
        component=name,
        version=text(package, "package_version"),
        file=text(place, "file"),
        line=whole(place, "region", "start", "line"),
        identified=instant(dig(said, "created_at")),
        tool_id=text(issue, "id"),
        artefact=text(issue, "relationships", "scan_item", "data", "id"),
        attributes=_facts(said, place),
        **_judged(said),
    )


def _first(said: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first place of this kind; an issue has one, each of its coordinates being another view of it."""
    places = (
        member(shown, kind) for where in each(said, "coordinates") for shown in each(where, "representations")
    )
    return next(filter(None, places), {})


def _ids(said: dict[str, Any]) -> list[str]:
    problems = each(said, "problems")
    return ordered(text(problem, "id") for problem in problems if text(problem, "type") != "weakness")


def _rating(said: dict[str, Any]) -> Rating:
    """The first rating by the newest CVSS: Snyk's own stands before those of others."""
    ratings = [
        (text(rating, "version"), Rating(text(rating, "vector"), score(rating, "score")))
        for rating in each(said, "severities")
    ]
    return max(ratings, key=lambda rating: rating[0][:1], default=("", Rating()))[1]


def _judged(said: dict[str, Any]) -> dict[str, Any]:
    if text(said, "status") == "resolved":
        resolved = dig(said, "resolution", "resolved_at") or dig(said, "updated_at")
        return {"mitigated": instant(resolved)}
    if dig(said, "ignored") is True:
        return {"state": "accepted", "state_reason": text(said, "ignore_reason") or "Ignored in Snyk."}
    return {}


def _facts(said: dict[str, Any], place: dict[str, Any]) -> dict[str, str | float | bool]:
    reach = (text(where, "reachability") for where in each(said, "coordinates"))
    facts: dict[str, str | float | bool] = {
        "reachability": next(filter(None, reach), ""),
        "commit": text(place, "commit_id"),
    }
    if (risk := number(said, "risk", "score", "value")) is not None:
        facts["risk_score"] = risk
    return {name: value for name, value in facts.items() if value != ""}


FORMAT = Format("snyk_issue_api", "Snyk issues (API)", frozenset({"object", "list", "lines"}), detect, read)
