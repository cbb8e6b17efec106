"""What Checkmarx's products call the same thing alike: triage, and severities. Pure."""

from __future__ import annotations

from functools import lru_cache

from throughline.sources.formats.shapes import severity

# CxSAST numbers what Checkmarx One writes out.
CODES = {"0": "to verify", "1": "not exploitable", "2": "confirmed", "3": "urgent"} | {
    "4": "proposed not exploitable"
}
_STATES = {"not exploitable": "false positive", "confirmed": "confirmed", "urgent": "confirmed"}
_LEAKS = ("hardcoded", "hard_coded", "password", "secret", "credential", "api_key", "token")


@lru_cache(maxsize=100)
def triage(word: str) -> tuple[str, str]:
    """State and reason for the word or code of a person's judgement; both empty for what is none.

    >>> triage("1"), triage("PROPOSED_NOT_EXPLOITABLE"), triage("To verify")
    (('false positive', 'not exploitable'), ('', 'proposed not exploitable'), ('', ''))
    """
    said = CODES.get(word, word.lower().replace("_", " "))
    return _STATES.get(said, ""), "" if said == "to verify" else said


def level(*words: str) -> int | None:
    """The severity that the first word which is one names."""
    return next((found for found in map(severity, words) if found is not None), None)


def names_a_secret(query: str) -> bool:
    """Whether the code that a query flags holds a secret."""
    plain = query.lower().replace(" ", "_")
    return any(word in plain for word in _LEAKS)
