"""What was learnt as pictures: three bars with their bands, and a triangle."""

from __future__ import annotations

from dataclasses import replace

from throughline.charts import Chart, Point, bars
from throughline.charts.ternary import Area, Spot, Ternary, ternary
from throughline.engine.preferences import EQUAL, NAMES, Learnt
from throughline.outcomes.queries import Past

TITLES = {"business": "Business value", "interest": "Interest", "growth": "Growth"}


def weights_chart(learnt: Learnt) -> Chart:
    """Each learnt weight with its 90 % band."""
    points = [
        Point(
            label=TITLES[name],
            value=learnt.posterior[name],
            low=learnt.bands[name][0],
            high=learnt.bands[name][1],
            n=learnt.n,
        )
        for name in NAMES
    ]
    said = ", ".join(
        f"{TITLES[name].lower()} {learnt.posterior[name]:.2f} ({low:.2f} to {high:.2f})"
        for name, (low, high) in learnt.bands.items()
    )
    drawn = bars(points, title="Learnt weight", unit="number", dimension="weight")
    return replace(drawn, summary=f"Learnt, with 90 % bands: {said}.")


def triangle(learnt: Learnt, past: Past | None) -> Ternary:
    """Equal weights, the learnt ones with the area in which all bands hold, and the past choices."""
    lows, highs = zip(*(learnt.bands[name] for name in NAMES), strict=True)
    business, interest, growth = (learnt.posterior[name] for name in NAMES)
    pieces = "1 piece of work" if learnt.n == 1 else f"{learnt.n} pieces of work"
    spots = [
        Spot(
            weights=(EQUAL, EQUAL, EQUAL),
            name="Equal weights",
            label="equal",
            shape="ring",
            said=("where one starts",),
        ),
        Spot(
            weights=(business, interest, growth),
            name="Learnt from finished work",
            label="learnt",
            shape="diamond",
            tone="series-1",
            size=8,
            said=(pieces,),
        ),
        *_chosen(past),
    ]
    said = f"Learnt from {pieces}: business {business:.2f}, interest {interest:.2f}, growth {growth:.2f}."
    if past is not None:
        said += f" {past.says}"
    if past is not None and past.is_explained:
        b, i, g = past.explained.centre
        said += f" They lie about business {b:.2f}, interest {i:.2f}, growth {g:.2f}."
    return ternary(
        spots,
        title="The three weights in a triangle",
        summary=f"{said} The dashed area is where all three 90 % bands hold.",
        columns=("Rests on",),
        areas=[Area(lows=lows, highs=highs, name="All three 90 % bands hold", tone="series-1")],
    )


def _chosen(past: Past | None) -> list[Spot]:
    if past is None or not past.is_explained:
        return []
    rests_on = f"{past.explained.most:.0%} of {past.choices} choices of {past.people} people"
    return [
        Spot(
            weights=past.explained.centre,
            name="What explains past choices",
            label="past choices",
            shape="square",
            tone="series-3",
            size=7,
            said=(rests_on,),
        )
    ]
