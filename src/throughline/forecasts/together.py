"""What a panel says together: the pooled figures of a revealed round, as the room keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from throughline.engine import pooling, ranges
from throughline.forecasts.learning import Learnt
from throughline.forecasts.models import Forecast

EQUAL, BY_RECORD = "equal", "track record"
# Everybody reads the answers and what they pool to: in two rounds two headlines and eight figures of the
# range. With fewer people these would tell each one's weight and widening, and so how well she foretells.
FEWEST_WEIGHED = 7
SPREAD = ("low", "high", "lower_quartile", "upper_quartile", "sd")


def pooled(
    answers: Sequence[Forecast],
    records: Mapping[int, tuple[float, int]],
    *,
    widenings: Mapping[int, float],
    learnt: Learnt,
) -> dict[str, Any]:
    """Every method's figure of a round, with the formula's version; what each believes, without a name.

    `answers` are in order of value, and so are the beliefs. `records` gives by person the mean Brier score of
    what is resolved, and of how many questions; `widenings` by how much a person's ranges are widened, where
    that is learnt; `learnt` whether extremising has earned to speak for this team. A small panel's answers
    all weigh the same, as they were given.
    """
    if len(answers) < FEWEST_WEIGHED:
        records, widenings = {}, {}
    weights = pooling.track_weights([_record(each, records) for each in answers])
    found = pooling.pool(
        [each.probability for each in answers],
        weights=weights,
        exponent=learnt.exponent if learnt.speaks else None,
        own_resolved=learnt.questions,
    )
    factors = [widenings.get(each.person_id, 1.0) for each in answers]
    losses, warnings = _losses(answers, weights, factors)
    return {
        "n": found.n,
        "probability": {
            "headline": found.value,
            "method": found.headline,
            **found.methods,
            **{name: value for name, value in asdict(found.spread).items() if name in SPREAD},
        },
        "loss": losses,
        "weights": BY_RECORD if any(each.person_id in records for each in answers) else EQUAL,
        "beliefs": [
            {"weight": weight, "probability": each.probability, "loss": _range(each), "widening": factor}
            for weight, factor, each in zip(weights, factors, answers, strict=True)
        ],
        "warnings": [*found.warnings, *warnings],
        "formula_version": pooling.FORMULA_VERSION,
    }


def _losses(
    answers: Sequence[Forecast], weights: Sequence[float], factors: Sequence[float]
) -> tuple[dict[str, Any] | None, Sequence[str]]:
    """The pooled range of the loss, where everybody was asked for one."""
    given = [each for answer in answers if (each := _range(answer)) is not None]
    if len(given) < len(answers):
        return None, ()
    low, high = zip(*given, strict=True)
    found = ranges.pool(low, high, weights=weights, widenings=factors)
    return {"method": found.headline, **asdict(found.value)}, found.warnings


def _record(answer: Forecast, records: Mapping[int, tuple[float, int]]) -> pooling.Record | None:
    found = records.get(answer.person_id)
    return pooling.Record(*found) if found else None


def _range(answer: Forecast) -> list[float] | None:
    if answer.loss_low is None or answer.loss_high is None:
        return None
    return [answer.loss_low, answer.loss_high]
