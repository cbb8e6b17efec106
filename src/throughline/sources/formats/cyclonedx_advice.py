"""What a CycloneDX vulnerability says apart from the components that it affects."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from throughline.sources.formats.names import short
from throughline.sources.formats.packages import each, ordered
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    instant,
    member,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    unique,
)

# From the newest on; what is no CVSS at all comes last.
_METHODS = ("CVSSv4", "CVSSv31", "CVSSv3", "CVSSv2", "")
_PREFIXES = {"CVSSv4": "CVSS:4.0/", "CVSSv31": "CVSS:3.1/", "CVSSv3": "CVSS:3.0/"}
_STATES = {
    "exploitable": "confirmed",
    "in_triage": "potential",
    "false_positive": "false positive",
    "not_affected": "false positive",
}
_OPEN = ("exploitable", "in_triage", "")
_RESOLVED = ("resolved", "resolved_with_pedigree")
_FIX = re.compile(r"\bto version ([^\s;,]+(?:, [^\s;,]+)*)")


class Advice(NamedTuple):
    """A vulnerability, read once for all that it affects."""

    id: str
    ids: list[str]
    title: str
    description: str
    severity: int | None
    vector: str
    score: float | None
    cwe: str
    tags: list[str]
    state: str
    reason: str
    mitigated: str
    fixed_version: str
    published: str
    link: str
    facts: dict[str, str | float | bool]


class _Rating(NamedTuple):
    rank: int
    foreign: bool
    at: int
    said: dict[str, Any]


def advice_of(said: dict[str, Any], date: str) -> Advice:
    """The vulnerability; `date` is the bill's, for what was resolved on no day of its own."""
    ids = ordered([text(said, "id"), *(text(other, "id") for other in each(said, "references"))])
    description = text(said, "description")
    ratings = _ratings(said)
    best = min(ratings, default=_Rating(len(_METHODS) - 1, True, 0, {}))
    points = score(best.said, "score")
    weaknesses = cwes(dig(said, "cwes"))
    analysis = member(said, "analysis")
    state, reason = _state(said, analysis)
    rated = bool(_METHODS[best.rank])
    return Advice(
        id=text(said, "id"),
        ids=ids,
        title="" if ids else short(description),
        description="\n\n".join(unique([description, text(said, "detail")])),
        severity=_severity(best, ratings, points if rated else None),
        vector=_vector(best),
        score=points if rated else None,
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        state=state,
        reason=reason,
        mitigated=_mitigated(analysis, date) if analysis else "",
        fixed_version=_fixed(said),
        published=instant(said.get("published")),
        link=text(said, "source", "url") or text(said, "advisories", 0, "url"),
        facts=_facts(analysis, best),
    )


def _ratings(said: dict[str, Any]) -> list[_Rating]:
    """The ratings, that of the newest CVSS first, and of the vulnerability's own source before another's."""
    source = text(said, "source", "name").lower()
    return [
        _Rating(_rank(rating), text(rating, "source", "name").lower() != source, at, rating)
        for at, rating in enumerate(each(said, "ratings"))
    ]


def _rank(rating: dict[str, Any]) -> int:
    method = text(rating, "method")
    if method in _METHODS[:-1]:
        return _METHODS.index(method)
    vector = text(rating, "vector")
    named = (rank for rank, method in enumerate(_METHODS) if vector.startswith(_PREFIXES.get(method, "-")))
    return next(named, len(_METHODS) - 1)


def _vector(best: _Rating) -> str:
    """The vector; after the version that the method names, where the vector alone does not say it."""
    said = text(best.said, "vector")
    bare = ":" in said and not said.startswith("CVSS:")
    return _PREFIXES.get(_METHODS[best.rank], "") + said if bare else said


def _severity(best: _Rating, ratings: list[_Rating], points: float | None) -> int | None:
    """The word of the vulnerability's own source, as the tool takes it, then that of the best rating."""
    sourced = (other.said for other in ratings if not other.foreign and text(other.said, "source", "name"))
    for said in (*sourced, best.said):
        if (own := severity(text(said, "severity"))) is not None:
            return own
    if points is not None and not any(_is_word(other.said) for other in ratings):
        return severity_of_score(points)
    words = (text(other.said, "severity") for other in ratings if points is None or _is_word(other.said))
    return next((found for word in words if (found := severity(word)) is not None), None)


def _is_word(rating: dict[str, Any]) -> bool:
    """Whether a rating is the tool's own word, in a list beside scores, as Grype writes it."""
    return (
        not rating.get("method")
        and not rating.get("source")
        and severity(text(rating, "severity")) is not None
    )


def _state(said: dict[str, Any], analysis: dict[str, Any]) -> tuple[str, str]:
    if said.get("rejected"):
        return "false positive", "the advisory is rejected"
    if not analysis:
        return "", ""
    judged = text(analysis, "state").lower()
    reason = text(analysis, "detail") or text(analysis, "justification").replace("_", " ")
    # Where an update is told beside, only this version will not be fixed.
    if judged in _OPEN and _is_final(texts(analysis, "response")):
        return "accepted", reason or "will not be fixed"
    return (_STATES[judged], reason) if judged in _STATES else ("", "")


def _is_final(response: list[str]) -> bool:
    return "will_not_fix" in response and not {"update", "rollback"} & set(response)


def _mitigated(analysis: dict[str, Any], date: str) -> str:
    if text(analysis, "state").lower() not in _RESOLVED:
        return ""
    return instant(text(analysis, "lastUpdated")) or instant(text(analysis, "firstIssued")) or date


def _fixed(said: dict[str, Any]) -> str:
    found = _FIX.search(text(said, "recommendation"))
    return found[1].rstrip(".,") if found else ""


def _facts(analysis: dict[str, Any], best: _Rating) -> dict[str, str | float | bool]:
    facts = {
        "analysis": text(analysis, "state").lower() if analysis else "",
        "response": ", ".join(texts(analysis, "response")) if analysis else "",
        "rated_by": text(best.said, "source", "name"),
    }
    return {name: fact for name, fact in facts.items() if fact}
