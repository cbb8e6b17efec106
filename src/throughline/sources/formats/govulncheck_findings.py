"""What govulncheck says of an advisory in a module, whichever way it is written."""

from __future__ import annotations

from typing import Any

from throughline.sources.formats.findings import Found
from throughline.sources.formats.osv_records import (
    ids_of,
    link_of,
    published_of,
    severity_of,
    title_of,
    weaknesses_of,
)
from throughline.sources.formats.packages import each, titled
from throughline.sources.formats.shapes import text, whole

_REACHES = ("required", "imported", "called")


def facts_of(advisory: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an advisory until its findings are told."""
    affected = list(each(advisory, "affected"))
    weaknesses = weaknesses_of(advisory, affected)
    pages = (text(one, "database_specific", "url") for one in affected)
    return {
        "title": title_of(advisory),
        "severity": severity_of(advisory, affected),
        "description": text(advisory, "details")[:2_000],
        "cwe": weaknesses[0] if weaknesses else "",
        "vulnerability_ids": ids_of(advisory),
        "published": published_of(advisory),
        "link": next(filter(None, pages), "") or link_of(advisory),
    }


def finding_of(
    facts: dict[str, Any],
    *,
    module: str,
    version: str,
    fixed_version: str = "",
    reach: int,
    package: str,
    place: dict[str, Any],
    artefact: str,
) -> Found:
    """The finding of an advisory; `reach` is 0 for a module that is required, 1 imported, 2 called."""
    ids = facts["vulnerability_ids"]
    attributes: dict[str, str | float | bool] = {"reachable": reach == 2, "reach": _REACHES[reach]}
    return Found(
        **facts | {"title": titled(facts["title"], ids, module)},
        rule="" if module else next(iter(ids), ""),
        kind="dependency",
        component=module,
        version=version,
        fixed_version=fixed_version,
        file=text(place, "filename"),
        line=whole(place, "line"),
        artefact=artefact,
        attributes=attributes | ({"package": package} if package else {}) | {"package_type": "Go"},
    )
