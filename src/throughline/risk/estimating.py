"""From what a person writes into the form of an estimate to the words of `risk curve`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.engine.refusals import Refused, together
from throughline.risk import amounts, chances

HOW_OFTEN = (
    ("probability", "a chance"),
    ("rate", "a number of events"),
    ("rate_90ci", "a range of events"),
)
HOW_DEAR = (("ci90", "a 90 % range"), ("pert", "least, most likely, most"))
PERIODS = {"month": "a month", "quarter": "a quarter", "year": "a year"}


def frequency_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """How often: `how` names the way, `often` and `often_to` hold the figures, `per` the period.

    >>> frequency_of({"how": "probability", "often": "9 %", "per": "year"})
    {'probability': 0.09, 'per': 'year'}
    """
    how, per = given.get("how") or "probability", given.get("per") or "year"
    first, second = str(given.get("often") or "").strip(), str(given.get("often_to") or "").strip()
    if not first:
        raise Refused("say how often, such as 9 % or 0.3", place="often", code="missing")
    if second and how != "rate_90ci":
        raise Refused(
            "only a range has a second figure: choose a range of events, or leave this empty",
            place="often_to",
        )
    if how == "probability":
        return {"probability": chances.chance_of(first, place="often"), "per": per}
    if how == "rate":
        return {"rate": chances.rate_of(first, place="often"), "per": per}
    if not second:
        raise Refused("a range has two ends: say how many events at most", place="often_to", code="missing")
    low, high = chances.rate_of(first, place="often"), chances.rate_of(second, place="often_to")
    _require_order(low, high, (first, second), place="often_to")
    return {"rate_90ci": [low, high], "per": per}


def loss_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """How dear: `dear` names the way; low, likely and high hold the figures; cap and retention may.

    >>> loss_of({"dear": "ci90", "low": "100k", "high": "2 M", "cap": "5 M"})
    {'ci90': [100000.0, 2000000.0], 'cap': 5000000.0}
    """
    texts = {
        name: str(given.get(name) or "").strip() for name in ("low", "likely", "high", "cap", "retention")
    }
    is_pert = given.get("dear") == "pert"
    (low, high), likely, cap, retention = together(
        lambda: _ends(texts),
        lambda: _likely(texts["likely"], is_pert=is_pert),
        lambda: _layer(texts, "cap"),
        lambda: _layer(texts, "retention"),
    )
    if is_pert:
        _require_between(likely, low, high, texts["likely"])
    _require_reach(texts, low=low, cap=cap, retention=retention)
    loss: dict[str, Any] = {"pert": [low, likely, high]} if is_pert else {"ci90": [low, high]}
    layers = {"cap": cap, "retention": retention}
    return loss | {name: amount for name, amount in layers.items() if amount is not None}


def estimate_of(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """How often and how dear; what is wrong with either is refused all at once."""
    often, dear = together(lambda: frequency_of(given), lambda: loss_of(given))
    return often, dear


def fields_of(frequency: Mapping[str, Any], loss: Mapping[str, Any]) -> dict[str, str]:
    """An estimate as the form writes it."""
    how = next((name for name, _ in HOW_OFTEN if name in frequency), "probability")
    figures = frequency.get(how, "")
    if how == "rate_90ci":
        often = [f"{each:.12g}" for each in figures]
    else:
        often = [chances.said(figures, figures=12) if how == "probability" else f"{figures:.12g}", ""]
    dear = "pert" if "pert" in loss else "ci90"
    ends = loss.get(dear) or [None, None]
    return {
        "how": how,
        "often": often[0],
        "often_to": often[1],
        "per": frequency.get("per", "year"),
        "dear": dear,
        "low": amounts.written(ends[0]),
        "likely": amounts.written(ends[1]) if dear == "pert" else "",
        "high": amounts.written(ends[-1]),
        "cap": amounts.written(loss.get("cap")),
        "retention": amounts.written(loss.get("retention")),
    }


def frequency_said(frequency: Mapping[str, Any]) -> str:
    """How often, in words.

    >>> frequency_said({"probability": 0.09, "per": "year"}), frequency_said({"rate": 3, "per": "month"})
    ('9 % a year', '3 events a month')
    """
    per = PERIODS.get(frequency.get("per", "year"), "a year")
    if "probability" in frequency:
        return f"{chances.said(frequency['probability'])} {per}"
    if "rate" in frequency:
        return f"{chances.events(frequency['rate'])} event{'' if frequency['rate'] == 1 else 's'} {per}"
    low, high = frequency["rate_90ci"]
    return f"{chances.events(low)} to {chances.events(high)} events {per}"


def loss_said(loss: Mapping[str, Any]) -> str:
    """How dear, in words.

    >>> loss_said({"ci90": [100_000, 2_000_000], "cap": 5_000_000})
    '100,000 to 2 million, at most 5 million'
    """
    said = _law_said(loss)
    if loss.get("retention"):
        said += f", without the first {amounts.said(loss['retention'])}"
    return f"{said}, at most {amounts.said(loss['cap'])}" if loss.get("cap") else said


def _law_said(loss: Mapping[str, Any]) -> str:
    if "ci90" in loss:
        return amounts.spread(*loss["ci90"])
    if "pert" in loss:
        low, likely, high = loss["pert"]
        return f"{amounts.spread(low, high)}, most likely {amounts.said(likely)}"
    if "quantiles" in loss:
        return " · ".join(
            f"{chances.said(float(share))} below {amounts.said(amount)}"
            for share, amount in loss["quantiles"].items()
        )
    if "fixed" in loss:
        return amounts.said(loss["fixed"])
    return f"{amounts.said(loss['exponential'])} on average"


def _ends(texts: Mapping[str, str]) -> tuple[float, float]:
    low, high = together(lambda: _end(texts, "low", "at least"), lambda: _end(texts, "high", "at most"))
    _require_order(low, high, (texts["low"], texts["high"]), place="high")
    return low, high


def _end(texts: Mapping[str, str], name: str, said: str) -> float:
    if not texts[name]:
        raise Refused(f"say how dear it is {said}, such as 250k", place=name, code="missing")
    return amounts.amount_of(texts[name], place=name)


def _layer(texts: Mapping[str, str], name: str) -> float | None:
    return amounts.amount_of(texts[name], place=name) if texts[name] else None


def _likely(text: str, *, is_pert: bool) -> float | None:
    if text and not is_pert:
        raise Refused("a 90 % range has two ends only: leave this empty", place="likely")
    if is_pert and not text:
        raise Refused("say how dear it is most likely", place="likely", code="missing")
    return amounts.amount_of(text, place="likely") if is_pert else None


def _require_between(likely: float, low: float, high: float, text: str) -> None:
    if not low <= likely <= high:
        raise Refused(
            f"the most likely amount lies between the least and the most, found '{text}'", place="likely"
        )


def _require_reach(
    texts: Mapping[str, str], *, low: float, cap: float | None, retention: float | None
) -> None:
    """A cap below the whole range says that nearly every event costs the cap: one of the two is mistaken."""
    if cap is not None and cap < low - (retention or 0.0):
        raise Refused(
            f"no event costs more than the cap, yet the range starts at {texts['low']}: nearly every event "
            f"would cost {texts['cap']}; raise the cap, or lower the range",
            place="cap",
            code="cap_below_range",
        )


def _require_order(low: float, high: float, texts: tuple[str, str], *, place: str) -> None:
    if low == high:
        raise Refused("both ends are the same: a range says how unsure you are", place=place)
    if low > high:
        raise Refused(
            f"the range starts at {texts[0]} and ends at {texts[1]}: swap them", place=place, code="reversed"
        )
