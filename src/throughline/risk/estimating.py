"""From what a person writes into the form of an estimate to the words of `risk curve`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.engine.refusals import Refused
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
    for name, said in (("low", "at least"), ("high", "at most")):
        if not texts[name]:
            raise Refused(f"say how dear it is {said}, such as 250k", place=name, code="missing")
    low, high = (amounts.amount_of(texts[name], place=name) for name in ("low", "high"))
    _require_order(low, high, (texts["low"], texts["high"]), place="high")
    loss: dict[str, Any] = {"ci90": [low, high]}
    if given.get("dear") == "pert":
        loss = {"pert": [low, _likely(texts["likely"], low, high), high]}
    elif texts["likely"]:
        raise Refused("a 90 % range has two ends only: leave this empty", place="likely")
    for name in ("cap", "retention"):
        if texts[name]:
            loss[name] = amounts.amount_of(texts[name], place=name)
    return loss


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


def _likely(text: str, low: float, high: float) -> float:
    if not text:
        raise Refused("say how dear it is most likely", place="likely", code="missing")
    likely = amounts.amount_of(text, place="likely")
    if not low <= likely <= high:
        raise Refused(
            f"the most likely amount lies between the least and the most, found '{text}'", place="likely"
        )
    return likely


def _require_order(low: float, high: float, texts: tuple[str, str], *, place: str) -> None:
    if low == high:
        raise Refused("both ends are the same: a range says how unsure you are", place=place)
    if low > high:
        raise Refused(
            f"the range starts at {texts[0]} and ends at {texts[1]}: swap them", place=place, code="reversed"
        )
