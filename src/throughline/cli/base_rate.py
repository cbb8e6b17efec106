"""`throughline forecast base-rate`: how often it happened elsewhere, from files that people have."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import content_of, name_of, text_of
from throughline.engine.dates import Order, parse_date
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.forecasts.base_rates import Wish

MOST_BYTES = 64_000_000
# Which options ask something of which kind of file.
OF_KIND = {
    "kev": ("vendor", "product", "since", "until"),
    "epss": ("cve", "cves"),
    "breaches": ("maps", "sector", "organisations", "date_order", "since", "until"),
}
SPELLED = {"maps": "--map", "date_order": "--date-order"}


@click.command("base-rate")
@click.argument("file", metavar="FILE|-")
@click.option("--kind", type=click.Choice(list(OF_KIND)), required=True, help="What the file is.")
@click.option(
    "--period", type=click.Choice(["month", "quarter", "year"]), default="quarter", show_default=True
)
@click.option("--since", default="", metavar="DATE", help="The first day that counts (kev, breaches).")
@click.option("--until", default="", metavar="DATE", help="The last day that counts (kev, breaches).")
@click.option("--vendor", default="", metavar="NAME", help="Entries of this vendor only (kev).")
@click.option("--product", default="", metavar="NAME", help="Entries of this product only (kev).")
@click.option("--cve", multiple=True, metavar="CVE", help="A CVE to ask about (epss); may be repeated.")
@click.option("--cves", default="", metavar="FILE", help="A file that names the CVEs (epss).")
@click.option("--sector", default="", metavar="NAME", help="Breaches of this sector only (breaches).")
@click.option(
    "--organisations", type=click.IntRange(min=1), metavar="N", help="How many could be hit (breaches)."
)
@click.option(
    "--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Which column is a field (breaches)."
)
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="How to read 03/04/2024 (breaches).")
@home_option
@json_option
def base_rate(file: str, *, kind: str, period: str, home: Path | None, as_json: bool, **asked: Any) -> None:
    """Say how often something happened by a file, and how likely it is in the period ahead.

    kev: CISA's catalogue as CSV, entries of a vendor or product. epss: FIRST's scores, the chance that at
    least one of some CVEs is exploited. breaches: any CSV with a column of dates; with --organisations, the
    chance of one of so many. A .gz is the file in it. Needs no data folder.

    \b
    Examples:
      throughline forecast base-rate known_exploited_vulnerabilities.csv --kind kev --vendor Fortinet
      throughline forecast base-rate epss_scores-current.csv.gz --kind epss --cve CVE-2021-44228
      throughline forecast base-rate breaches.csv --kind breaches --sector Health --organisations 400
    """
    from throughline.cli.forecast_tables import show_base_rate

    _require_of_kind(kind, asked)
    document = _document(file, kind, period, asked)
    emit(document, as_json=as_json, show=lambda: show_base_rate(document))


def _require_of_kind(kind: str, asked: dict[str, Any]) -> None:
    for option, value in asked.items():
        if value and option not in OF_KIND[kind]:
            kinds = " or ".join(each for each, options in OF_KIND.items() if option in options)
            raise Refused(
                f"asks nothing of a file of kind {kind}: it is for {kinds}",
                place=SPELLED.get(option, f"--{option}"),
                code="not_of_kind",
            )


def _document(file: str, kind: str, period: str, asked: dict[str, Any]) -> dict[str, Any]:
    from throughline.forecasts import base_rate_files as files
    from throughline.forecasts import base_rates

    content, name = content_of(file, most=MOST_BYTES), os.path.basename(name_of(file))
    wish = _wish(period, asked)
    if kind == "epss":
        return base_rates.epss_document(
            files.read_epss(content, name=name, cves=_cves(asked)), wish, name=name
        )
    if kind == "kev":
        filters = {"vendor": asked["vendor"], "product": asked["product"]}
        found = files.read_kev(content, name=name, **filters)
        return base_rates.events_document(found, wish, kind="kev", name=name, filters=filters)
    order: Order | None = asked["date_order"]
    found = files.read_breaches(content, name=name, maps=asked["maps"], sector=asked["sector"], order=order)
    return base_rates.breaches_document(found, wish, name=name, filters={"sector": asked["sector"]})


def _wish(period: str, asked: dict[str, Any]) -> Wish:
    from throughline.forecasts.base_rates import Wish

    since, until = (_day(asked[each], f"--{each}") for each in ("since", "until"))
    return Wish(since=since, until=until, period=period, organisations=asked["organisations"])


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text).date()
    except ValueError as error:
        raise Refused(f"found '{text[:60]}': {error}", place=option, code="bad_date") from None


def _cves(asked: dict[str, Any]) -> list[str]:
    from throughline.forecasts.base_rate_files import cves_in

    found = list(asked["cve"])
    if asked["cves"]:
        name = name_of(asked["cves"])
        found += cves_in(text_of(content_of(asked["cves"]), name=name), name=name)
    if not found:
        message = "name the CVEs to ask about: --cve CVE-2024-0001, or --cves FILE"
        raise Refused(message, place="--cve", code="no_cve")
    return found
