"""What `throughline forecast base-rate` answers, as documents: of events and chances read from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from throughline.engine import base_rates
from throughline.engine.base_rates import DAYS_IN_A_YEAR, EPSS_DAYS, Chance, Rate, Share
from throughline.engine.refusals import Refused
from throughline.forecasts.base_rate_files import Event, Events, Scores

FORMULA_VERSION = "base-rates-1"
# In parts of a year.
PERIODS: Mapping[str, float] = {"month": 1 / 12, "quarter": 1 / 4, "year": 1.0}
# So large a part of a long list in its first month is a backlog that was entered, not a month's events.
BACKLOG, FEWEST_MONTHS = 0.25, 6
# Monthly counts of independent events vary as much as their mean; this much more cannot be chance alone.
BURSTY = 2.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a file: the window of days (both included), the period ahead, and who is at risk."""

    since: date | None = None
    until: date | None = None
    period: str = "quarter"
    organisations: int | None = None


@dataclass(frozen=True, slots=True)
class _Window:
    """Events from `first` to `last`, both days included."""

    events: tuple[Event, ...]
    first: date
    last: date

    @property
    def years(self) -> float:
        return ((self.last - self.first).days + 1) / DAYS_IN_A_YEAR


def events_document(
    found: Events, wish: Wish, *, kind: str, name: str, filters: Mapping[str, str]
) -> dict[str, Any]:
    """The rate of dated events, and the chance of at least one in the period ahead."""
    window = _window(found, wish)
    rate = base_rates.gamma_poisson(len(window.events), window.years)
    return {
        "kind": kind,
        "file": name,
        "filters": {field: text for field, text in filters.items() if text},
        "from": f"{window.first}",
        "until": f"{window.last}",
        "years": window.years,
        "events": len(window.events),
        "by_month": _by_month(window),
        "model": "gamma-Poisson",
        "prior": [0.5, 0.0],
        "rate_per_year": _three(rate),
        "period": _period(wish.period),
        "at_least_one": _chance(rate.at_least_one(PERIODS[wish.period])),
        "warnings": _doubts(window, rate, wish),
        "formula_version": FORMULA_VERSION,
    }


def breaches_document(found: Events, wish: Wish, *, name: str, filters: Mapping[str, str]) -> dict[str, Any]:
    """The rate of a list of breaches; of `organisations` at risk, the chance that one of them is hit."""
    document = events_document(found, wish, kind="breaches", name=name, filters=filters)
    window = _window(found, wish)
    amounts = {
        "losses": _amounts([each.loss for each in window.events]),
        "records": _amounts([each.records for each in window.events]),
    }
    if wish.organisations is None:
        return document | amounts
    share = _share(window, wish.organisations, has_names=found.has_names)
    one = share.at_least_one(PERIODS[wish.period])
    return {
        **document,
        **amounts,
        "model": "beta-binomial",
        "prior": [0.5, 0.5],
        "organisations": wish.organisations,
        "hit": share.hits,
        "share_per_year": _three(share),
        "at_least_one": _chance(one),
    }


def epss_document(found: Scores, wish: Wish, *, name: str) -> dict[str, Any]:
    """The chance that at least one of some CVEs is exploited: within EPSS's 30 days, and in the period."""
    within = base_rates.any_of(list(found.chances.values()))
    days = PERIODS[wish.period] * DAYS_IN_A_YEAR
    warnings = [
        f"1 − Π(1 − p) takes the CVEs as independent, and the {wish.period} follows at a constant hazard",
        "EPSS is the chance that exploitation is seen anywhere, not in your organisation",
    ]
    if found.missing:
        counts = "it counts" if len(found.missing) == 1 else "they count"
        warnings.insert(0, f"EPSS has no score for {len(found.missing):,} of the CVEs: {counts} as 0")
    return {
        "kind": "epss",
        "file": name,
        "score_date": found.score_date,
        "model_version": found.model_version,
        "cves": [{"cve": cve, "epss": chance} for cve, chance in found.chances.items()],
        "missing": list(found.missing),
        "in_30_days": within,
        "period": _period(wish.period),
        "at_least_one": base_rates.at_constant_hazard(within, periods=days / EPSS_DAYS),
        "warnings": warnings,
        "formula_version": FORMULA_VERSION,
    }


def _window(found: Events, wish: Wish) -> _Window:
    first, last = wish.since or found.first, wish.until or found.last
    if first > last:
        message = f"the window runs from {first} back to {last}: write the earlier day with --since"
        raise Refused(message, place="--until" if wish.until else "--since", code="bad_window")
    return _Window(tuple(each for each in found.events if first <= each.day <= last), first, last)


def _share(window: _Window, organisations: int, *, has_names: bool) -> Share:
    """Organisations that were hit, each once in a year of the window, of all years of all of them."""
    year = timedelta(days=DAYS_IN_A_YEAR)
    hits = (
        len(
            {
                (each.who.casefold() or at, (each.day - window.first) // year)
                for at, each in enumerate(window.events)
            }
        )
        if has_names
        else len(window.events)
    )
    cases = round(organisations * window.years)
    if hits > cases:
        message = (
            f"{hits:,} were hit of {organisations:,} organisations in {window.years:.3g} years: "
            "give the number of all that could have been, --organisations"
        )
        raise Refused(message, place="--organisations", code="bad_count")
    return base_rates.beta_binomial(hits, cases)


def _doubts(window: _Window, rate: Rate, wish: Wish) -> list[str]:
    found = []
    counts = [each["events"] for each in _by_month(window)]
    total = sum(counts)
    if wish.since is None or wish.until is None:
        found.append(
            "the window is from the file's first to its last day where --since or --until does not say"
        )
    if len(counts) >= FEWEST_MONTHS and total >= 20 and counts[0] > BACKLOG * total:
        found.append(
            f"{counts[0]:,} of {total:,} events are of the first month, which looks like a backlog: "
            "leave it out with --since"
        )
    elif len(counts) >= FEWEST_MONTHS and total >= 20 and np.var(counts, ddof=1) > BURSTY * np.mean(counts):
        times = float(np.var(counts, ddof=1) / np.mean(counts))
        found.append(
            f"months differ {times:.1f} times as much as independent events do: they come in bursts, "
            "and the interval is too narrow"
        )
    if warning := base_rates.counting_warning(rate.mean):
        found.append(warning.rstrip("."))
    return found


def _by_month(window: _Window) -> list[dict[str, Any]]:
    counts = Counter(f"{each.day:%Y-%m}" for each in window.events)
    year, month = window.first.year, window.first.month
    found = []
    while (year, month) <= (window.last.year, window.last.month):
        name = f"{year:04}-{month:02}"
        found.append({"month": name, "events": counts[name]})
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _amounts(given: Sequence[float | None]) -> dict[str, Any] | None:
    """The middle and the outer twentieths of amounts above 0; None where the file has none."""
    known = [each for each in given if each]
    if not known:
        return None
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    return {"n": len(known), "q05": float(low), "median": float(middle), "q95": float(high)}


def _period(name: str) -> dict[str, Any]:
    return {"name": name, "days": PERIODS[name] * DAYS_IN_A_YEAR}


def _three(found: Rate | Share) -> dict[str, float]:
    return {"mean": found.mean, "low": found.low, "high": found.high}


def _chance(found: Chance) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}
