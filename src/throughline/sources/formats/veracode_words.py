"""What Veracode's reports call the same thing alike: severities, and the end of a finding. Pure."""

from __future__ import annotations

import re
from typing import Any

from throughline.sources.formats.shapes import whole

# 0 informational, 1 very low, 2 low, 3 medium, 4 high, 5 very high.
_LEVELS = (0, 0, 1, 2, 3, 4)
_FALSE = re.compile(r"false[\s_]*positive", re.IGNORECASE)


def level(value: Any) -> int | None:
    """The severity 0 to 4 of Veracode's 0 to 5, a number or its text; None for what is neither."""
    said = str(value).strip()
    if said == "0":
        return 0
    found = whole({"severity": value}, "severity") or len(_LEVELS)
    return _LEVELS[found] if found < len(_LEVELS) else None


def judged(*actions: str) -> tuple[str, str]:
    """State and reason of an approved mitigation: a false positive where an action says so, else accepted.

    >>> judged("Mitigate by Design"), judged("POTENTIAL_FALSE_POSITIVE", "Approved")
    (('accepted', 'mitigate by design'), ('false positive', 'potential false positive'))
    """
    said = [action.lower().replace("_", " ") for action in actions if action]
    wrong = next((action for action in said if _FALSE.search(action)), "")
    return ("false positive", wrong) if wrong else ("accepted", next(iter(said), ""))
