"""The tools that read: what a person asks of her quarter, each an operation of the API and a sentence."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import anyio

from throughline.agents.asking import ROOT, Api, Progress, Unanswered
from throughline.agents.marking import enveloped
from throughline.agents.telling import counted, lines_of, slim, without_nothing
from throughline.agents.tool import READ_OWN, Told, Tool, text, words

# A match that is worked out anew is asked for again so often.
AGAIN_AFTER = 1.0
MOST_NAMED = 10
LIST = {"type": "array"}
KEY = {"maxLength": 80, "pattern": "^[A-Za-z0-9_-]*$"}
KEY_RESULT = text("Its number, its key, or words of its title.", minLength=1)
PERIOD = {
    "range": text("this-quarter, last-quarter, this-year or last-year.", maxLength=20),
    "from": text("The first day, such as 2026-10-01.", maxLength=40),
    "to": text("The last day.", maxLength=40),
    "known": text("As it was known on this day; as known today if left out.", maxLength=40),
}
WHERE = text("A slice in the language of metrics: severity = 'critical' and status = 'open'.")


async def _needs_me(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.get("/home")
    n = len(found["needs_you"])
    sentence = (
        f"Week {found['week']} of {found['weeks']}. {counted(n, 'thing')} to do, the most urgent first."
    )
    if not n:
        sentence = f"Week {found['week']} of {found['weeks']}. Nothing waits for you."
    names = ("quarter", "sentence", "needs_you", "overdue", "this_week", "data_as_of")
    return Told(sentence, {name: found[name] for name in names}, f"{ROOT}/home")


async def _list_key_results(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.get("/key-results", {"limit": 50, **asked})
    items = [slim(each) for each in found["items"]]
    more = " There are more: narrow by status, owner or cycle." if found["next"] else ""
    data = {"key_results": items, "more": bool(found["next"])}
    return Told(f"{counted(len(items), 'key result')}.{more}", data, f"{ROOT}/key-results")


async def _how_is_key_result(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    number = await _number_of(api, asked["key_result"], progress)
    found = await api.get(f"/key-results/{number}")
    said = f"Key result {number} is {_said(found['status'])}; the verdict is {_said(found['verdict'])}."
    more = {"versions": found["versions"][-5:], "measurements": found["measurements"][-12:]}
    kept = [
        slim(each, ("number", "title", "reason", "text", "author", "created_at")) for each in more["versions"]
    ]
    figures = [slim(each, ("at", "value", "low", "high", "n")) for each in more["measurements"]]
    data = {**slim(found), "versions": kept, "measurements": figures}
    return Told(said, data, f"{ROOT}/key-results/{number}")


async def _list_metrics(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    names = ("name", "title", "better", "description")
    found = [slim(each, names) async for each in api.every("/metrics", progress=progress)]
    return Told(f"{counted(len(found), 'metric')} in the catalogue.", {"metrics": found}, f"{ROOT}/metrics")


async def _ask_metric(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.get("/metrics/answer", asked)
    n = len(found["rows"])
    unit = f" in {found['unit']}" if found["unit"].isidentifier() else ""
    return Told(
        f"{counted(n, 'figure')}{unit}, each with its interval and n.", found, f"{ROOT}/metrics/answer"
    )


async def _search(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.get("/vulnerabilities", {"limit": 20, **asked})
    items = [without_nothing(each) for each in found["items"]]
    more = " There are more: narrow the search, or ask ask_metric for count()." if found["next"] else ""
    what = "vulnerability" if len(items) == 1 else "vulnerabilities"
    data = {"vulnerabilities": items, "more": bool(found["next"])}
    return Told(f"{len(items)} {what}.{more}", data, f"{ROOT}/vulnerabilities")


async def _vulnerability(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    number = asked["number"]
    found = await api.get(f"/vulnerabilities/{number}")
    said = f"Vulnerability {number} is {_said(found['status'])}, {_said(found['state'])}."
    data = {**without_nothing(found), "history": found["history"]}
    return Told(said, data, f"{ROOT}/vulnerabilities/{number}")


async def _next(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    began = time.monotonic()
    while True:
        found = await api.get("/me/next", asked)
        waited = time.monotonic() - began
        if found["current"] or waited + AGAIN_AFTER > api.seconds:
            break
        await progress(min(waited, api.seconds), api.seconds, "the match is being worked out anew")
        await anyio.sleep(AGAIN_AFTER)
    n = sum(len(each["suggestions"]) for each in found["people"])
    said = f"{counted(n, 'suggestion')}, with what each is worth and why." if n else "Nothing is suggested."
    if not found["current"]:
        said += " The match is still being worked out: ask again in a moment."
    return Told(said, found, f"{ROOT}/me/next")


async def _risk(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.get("/risk", asked)
    said = f"{counted(found['n'], 'scenario')} in the register, {found['stale']} not to be relied on."
    return Told(said, found, f"{ROOT}/risk")


async def _thread_of(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    found = await api.get("/thread", {"cycle": asked.get("cycle", "")})
    named = asked["name"].casefold()
    hits = [each for each in found["nodes"] if named == each["id"].casefold()]
    hits = hits or [each for each in found["nodes"] if named in each["title"].casefold()]
    if not hits:
        raise Unanswered("Nothing in the thread of this cycle has that id, or those words in its title.")
    if len(hits) > 1:
        raise Unanswered(_several(hits, "id", f"{ROOT}/thread"))
    data = lines_of(found, hits[0]["id"])
    return Told(
        f"It serves {counted(data['above'], 'part')} of the plan, directly or through others; "
        f"{data['below']} serve it; {counted(len(data['broken']), 'broken place')} on the way.",
        data,
        f"{ROOT}/thread",
    )


async def _report(api: Api, asked: dict[str, Any], progress: Progress) -> Told:
    key = asked.get("cycle") or await _running(api, progress)
    found = await api.get(f"/cycles/{key}/report")
    said = (
        "The report as it was frozen when the quarter closed."
        if found["frozen_at"]
        else "The report as it stands."
    )
    return Told(said, found, f"{ROOT}/cycles/{key}/report")


async def _number_of(api: Api, named: str, progress: Progress) -> int:
    """Which key result is meant. Raises Unanswered where it is none, or several."""
    if named.isascii() and named.isdigit():
        return int(named)
    every = [each async for each in api.every("/key-results", progress=progress)]
    hits = [each for each in every if each["key"] == named]
    hits = hits or [each for each in every if named.casefold() in each["title"].casefold()]
    if not hits:
        raise Unanswered(
            "No key result has that key, or those words in its title: list_key_results shows all."
        )
    if len(hits) > 1:
        raise Unanswered(_several(hits, "id", f"{ROOT}/key-results"))
    return int(hits[0]["id"])


async def _running(api: Api, progress: Progress) -> str:
    every = [each async for each in api.every("/cycles", progress=progress)]
    today = datetime.now(UTC).date().isoformat()
    told = [each for each in every if each["state"] in ("set", "closed") and each["start"] <= today]
    if not told:
        raise Unanswered("No cycle is set yet, so there is nothing to report.")
    return str(max(told, key=lambda each: (each["state"] == "set", each["end"]))["key"])


def _several(hits: list[dict[str, Any]], name: str, source: str) -> str:
    shown = [{name: each[name], "title": each["title"]} for each in hits[:MOST_NAMED]]
    return f"{len(hits)} are meant: ask again with the {name} of one.\n{enveloped(shown, source=source)}"


def _said(word: str) -> str:
    """A word of ours."""
    return word.replace("_", " ")


TOOLS = (
    Tool(
        name="what_needs_me",
        title="What needs me",
        says="What waits for the person: her key results in trouble, check-ins due, forecasts, triage; "
        "and how the quarter stands in one sentence.",
        operation="/home",
        gives={"sentence": {"type": "string"}, "needs_you": LIST, "overdue": LIST},
        answer=_needs_me,
    ),
    Tool(
        name="list_key_results",
        title="List key results",
        says="Key results with value, target, status and the chance to hit.",
        operation="/key-results",
        takes={
            "status": text("on_track, at_risk, off_track, stale, pending or closed.", maxLength=20),
            "owner": text("The name of who owns it.", maxLength=120),
            "cycle": text("The key of a cycle, such as 2026-q4.", maxLength=80),
        },
        gives={"key_results": LIST, "more": {"type": "boolean"}},
        answer=_list_key_results,
    ),
    Tool(
        name="how_is_key_result",
        title="How is a key result",
        says="One key result: what was promised, where it stands and why, where it is likely to end, "
        "and its newest figures.",
        operation="/key-results/{id}",
        takes={"key_result": KEY_RESULT},
        needs=("key_result",),
        gives={"title": {"type": "string"}, "status": {"type": "string"}, "measurements": LIST},
        answer=_how_is_key_result,
    ),
    Tool(
        name="list_metrics",
        title="List metrics",
        says="The names that ask_metric knows, with what each measures.",
        operation="/metrics",
        gives={"metrics": LIST},
        answer=_list_metrics,
    ),
    Tool(
        name="ask_metric",
        title="Ask a metric",
        says="A metric by name, or an expression such as count() or median(mitigated - identified), "
        "on a slice and in a period: figures with interval and n.",
        operation="/metrics/answer",
        takes={
            "metric": text("A name of list_metrics, or an expression.", minLength=1),
            "where": WHERE,
            "by": words("Groups: severity, service, team, source, kind, or week, month, quarter, year."),
            **PERIOD,
        },
        needs=("metric",),
        gives={"unit": {"type": "string"}, "rows": LIST, "warnings": LIST},
        answer=_ask_metric,
    ),
    Tool(
        name="search_vulnerabilities",
        title="Search vulnerabilities",
        says="Vulnerabilities of the person's teams by words and filters; "
        "read_vulnerability tells one whole.",
        operation="/vulnerabilities",
        takes={
            "q": text("Words of title, component, file or key.", maxLength=500),
            "where": WHERE,
            "severity": words("critical, high, medium, low, info."),
            "status": words("open or mitigated."),
            "state": words("potential, confirmed, false positive, duplicate, accepted, out of scope."),
            "service": words("Names of services."),
            "team": words("Names of teams."),
            **PERIOD,
            "limit": {"type": "integer", "minimum": 1, "maximum": 200, "description": "20 if left out."},
        },
        gives={"vulnerabilities": LIST, "more": {"type": "boolean"}},
        answer=_search,
    ),
    Tool(
        name="read_vulnerability",
        title="One vulnerability",
        says="One vulnerability with every date and where it came from, which sources see it, "
        "and its history.",
        operation="/vulnerabilities/{id}",
        takes={"number": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1, "description": "Its id."}},
        needs=("number",),
        gives={"id": {"type": "integer"}, "history": LIST},
        answer=_vulnerability,
    ),
    Tool(
        name="what_next",
        title="What should I work on next",
        says="Up to three suggestions for the person herself, each with value, interest and growth, "
        "and what it costs.",
        operation="/me/next",
        scope=READ_OWN,
        takes={"cycle": text("The key of a cycle; the one that is planned if left out.", maxLength=80)},
        gives={"people": LIST, "current": {"type": "boolean"}},
        answer=_next,
    ),
    Tool(
        name="risk_summary",
        title="Risk summary",
        says="What the scenarios of the register cost a year: the mean, one year in twenty, the worst.",
        operation="/risk",
        takes={
            "tag": text("Only scenarios with this tag.", maxLength=80),
            "owner": text("Of this person.", maxLength=160),
        },
        gives={"sentence": {"type": "string"}, "n": {"type": "integer"}},
        answer=_risk,
    ),
    Tool(
        name="thread_of",
        title="The thread of something",
        says="From a goal, objective, key result, piece of work or person: what it serves up to the "
        "company's goals, what serves it, and where that is broken.",
        operation="/thread",
        takes={
            "name": text("Its id, such as key_result:detect-faster, or words of its title.", minLength=1),
            "cycle": text("The key of a cycle; the running one if left out.", maxLength=80),
        },
        needs=("name",),
        gives={"nodes": LIST, "edges": LIST, "broken": LIST},
        answer=_thread_of,
    ),
    Tool(
        name="quarter_report",
        title="The quarter's report",
        says="What the quarter is told as to those who pay for it: results, risk in money, "
        "what was learnt, what is next.",
        operation="/cycles/{key}/report",
        takes={"cycle": text("The key of a cycle; the running one if left out.", **KEY)},
        gives={"report": {"type": "object"}},
        answer=_report,
    ),
)  # fmt: skip
