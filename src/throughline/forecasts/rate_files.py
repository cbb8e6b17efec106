"""Base rates from files that people have: CISA's KEV, FIRST's EPSS, lists of breaches, as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from throughline.accounts.models import User
from throughline.engine.base_rates import EPSS_DAYS
from throughline.engine.refusals import Refused
from throughline.forecasts import base_rate_files as files
from throughline.forecasts import base_rates, rates
from throughline.forecasts.models import BaseRate
from throughline.risk.models import Scenario

# CISA's catalogue is 1 MB, FIRST's scores are 10 MB: both are read while the person waits.
MOST_BYTES = 20_000_000
KINDS = (
    ("kev", "CISA's KEV catalogue"),
    ("epss", "FIRST's EPSS scores"),
    ("breaches", "A list of breaches"),
)
MOST_ORGANISATIONS = 1_000_000_000


def bring_in(
    person: User,
    scenario: Scenario,
    content: bytes,
    *,
    name: str,
    kind: str,
    asked: Mapping[str, str],
    now: datetime,
) -> BaseRate:
    """Count in a file, and keep the count beside the question. Raises Refused with file, line and column.

    `asked` may hold vendor and product (kev), cves (epss), sector and organisations (breaches).
    """
    if len(content) > MOST_BYTES:
        raise Refused(
            f"this is more than {MOST_BYTES // 1_000_000} MB: cut the file, or count on the command line",
            place="file",
            code="too_large",
        )
    readers = {"kev": _of_kev, "epss": _of_epss, "breaches": _of_breaches}
    if kind not in readers:
        raise Refused(f"expected one of {', '.join(readers)}, found '{kind}'", place="kind")
    fields = readers[kind](content, name, {key: text.strip() for key, text in asked.items()})
    return rates.keep(person, scenario, fields, now=now)


def _of_kev(content: bytes, name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    filters = {each: asked.get(each, "") for each in ("vendor", "product")}
    found = files.read_kev(content, name=name, **filters)
    told = base_rates.events_document(found, base_rates.Wish(), kind="kev", name=name, filters=filters)
    of = " ".join(text for text in filters.values() if text)
    return _over_time(f"Entries of CISA's KEV{f' for {of}' if of else ''}", told)


def _of_breaches(content: bytes, name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    sector, organisations = asked.get("sector", ""), _organisations(asked.get("organisations", ""))
    found = files.read_breaches(content, name=name, sector=sector)
    wish = base_rates.Wish(organisations=organisations)
    told = base_rates.breaches_document(found, wish, name=name, filters={"sector": sector})
    title = f"Breaches{f' in {sector}' if sector else ''}"
    if organisations is None:
        return _over_time(title, told)
    # Of one organisation among so many: the years of all of them together.
    told |= {"events": told["hit"], "years": told["years"] * organisations}
    return _over_time(f"{title}, of one among {organisations:,} organisations", told)


def _of_epss(content: bytes, name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    cves = files.cves_in(asked.get("cves", ""), name="cves")
    found = files.read_epss(content, name=name, cves=cves)
    told = base_rates.epss_document(found, base_rates.Wish(), name=name)
    return {
        "kind": BaseRate.Kind.SCORES,
        "title": "Exploited anywhere, by EPSS",
        "events": len(found.chances),
        "exposure": EPSS_DAYS,
        "chance": told["in_30_days"],
        "source": f"{name}{f', {found.score_date}' if found.score_date else ''}"[: rates.LONGEST["source"]],
    }


def _over_time(title: str, told: Mapping[str, Any]) -> dict[str, Any]:
    source = f"{told['file']}, {told['from']} to {told['until']}"
    return {
        "kind": BaseRate.Kind.GAMMA_POISSON,
        "title": title[: rates.LONGEST["title"]],
        "events": told["events"],
        "exposure": told["years"],
        "source": source[: rates.LONGEST["source"]],
    }


def _organisations(text: str) -> int | None:
    if not text:
        return None
    digits = text.replace(",", "")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:12]) <= MOST_ORGANISATIONS):
        raise Refused(
            f"expected how many could be hit, such as 400, found '{text[:40]}'", place="organisations"
        )
    return int(digits)
