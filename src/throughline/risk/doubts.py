"""What is kept although it is likely a slip: said in words, so that whoever wrote it looks again."""

from __future__ import annotations

from throughline.risk.amounts import said
from throughline.risk.documents import Estimated
from throughline.risk.fields import FEWEST_FOR_CRITERIA
from throughline.risk.models import Scenario
from throughline.risk.portfolios import mean_of


def question_of(scenario: Scenario) -> str:
    """What is asked of somebody whose criteria are too short to tell by; empty where they are not."""
    if len(scenario.criteria) >= FEWEST_FOR_CRITERIA:
        return ""
    return (
        f"How the judge will tell is said in {len(scenario.criteria)} characters: would two judges say the "
        "same? It may be changed until somebody forecasts."
    )


def doubts_of(stands: Estimated) -> list[str]:
    """Where the stages contradict each other: controls that make a year dearer, a target above today."""
    means = {stage: mean_of(each) for stage, each in stands.newest.items()}
    now = means.get("residual")
    if now is None:
        return []
    found = []
    if "inherent" in means and now > means["inherent"]:
        found.append(
            f"As things stand a year costs {said(now)}, without our controls {said(means['inherent'])}: "
            "controls that make it dearer are a slip in one of the two, or worth a look."
        )
    if "target" in means and means["target"] > now:
        found.append(
            f"Where we want to be a year costs {said(means['target'])}, as things stand {said(now)}: "
            "a target above today is reached already."
        )
    return found
