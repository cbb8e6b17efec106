"""The tools that write: offered only where the server was started to write and the token may."""

from __future__ import annotations

from typing import Any

from throughline.agents.asking import ROOT, Api, Progress
from throughline.agents.tool import Told, Tool, text

NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}


async def _check_in(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    path = f"/key-results/{asked.pop('key_result')}/check-ins"
    return Told("Checked in.", await api.post(path, asked), f"{ROOT}{path}")


async def _push(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    path = f"/series/{asked.pop('series')}/values"
    found = await api.post(path, {"values": [asked]})
    return Told(f"{found['added']} added, {found['unchanged']} as before.", found, f"{ROOT}{path}")


async def _triage(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.post("/vulnerabilities/triage", asked)
    what = "vulnerability" if found["changed"] == 1 else "vulnerabilities"
    return Told(f"{found['changed']} {what} changed.", found, f"{ROOT}/vulnerabilities/triage")


TOOLS = (
    Tool(
        name="check_in",
        title="Check in on a key result",
        says="Say how likely a key result ends at its target, with a line why. For its owner, and managers.",
        operation="/key-results/{id}/check-ins",
        scope="check-ins:write",
        takes={
            "key_result": {**NUMBER, "description": "Its number."},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1, "description": "From 0 to 1."},
            "line": text("Why, in a line.", maxLength=500),
        },
        needs=("key_result", "confidence"),
        gives={"id": {"type": "integer"}},
        answer=_check_in,
    ),
    Tool(
        name="push_series_value",
        title="Enter a value of a series",
        says="Enter what was measured at an instant; another value of a known instant corrects it, "
        "and the old one stays beside it.",
        operation="/series/{name}/values",
        scope="series:write",
        takes={
            "series": text("The name of the series.", maxLength=120, pattern="^[A-Za-z0-9_-]+$"),
            "at": text("The day or instant, such as 2026-11-20.", maxLength=40),
            "value": {"type": "number"},
            "note": text("What is to be known of it.", maxLength=240),
        },
        needs=("series", "at", "value"),
        gives={"added": {"type": "integer"}, "unchanged": {"type": "integer"}},
        answer=_push,
    ),
    Tool(
        name="triage_vulnerabilities",
        title="Triage vulnerabilities",
        says="Decide what vulnerabilities of the person's teams are: all of them, or none. It can be undone.",
        operation="/vulnerabilities/triage",
        scope="vulnerabilities:write",
        takes={
            "ids": {"type": "array", "items": NUMBER, "minItems": 1, "maxItems": 200},
            "state": {
                "enum": ["potential", "confirmed", "false positive", "duplicate", "accepted", "out of scope"]
            },
            "reason": text("Why.", maxLength=500),
            "until": text("The last day of an acceptance, such as 2027-03-31.", maxLength=10),
            "of": text("The original of a duplicate: number, key or title.", maxLength=300),
        },
        needs=("ids", "state"),
        gives={"changed": {"type": "integer"}},
        answer=_triage,
    ),
)
