"""A scenario as most tests write it."""

from __future__ import annotations

from tests.organisation import NOW

ASKED = {
    "statement": "An adversary reaches production from a developer's laptop",
    "criteria": "An incident report says so, and the security lead agrees.",
    "judge": "Max",
    "start": "2027-01-01",
}
CHANCE = {"probability": 0.1, "per": "quarter"}
LOSS = {"ci90": [100_000, 2_000_000]}


def scenario(key: str = "prod-access", *, written=NOW, **given):
    from throughline.risk.actions import add_scenario

    return add_scenario("test", key=key, now=written, **{**ASKED, **given})


def estimated(key: str = "prod-access", *, at=NOW, stage="residual", frequency=CHANCE, loss=LOSS, **given):
    from throughline.risk.actions import add_estimate

    made = scenario(key, **given)
    add_estimate("test", made, stage=stage, frequency=frequency, loss=loss, now=at)
    return made
