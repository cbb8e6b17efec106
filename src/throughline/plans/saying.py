"""The sentence that the fields of a key result in a file make, its amounts as they are written there."""

from __future__ import annotations

from throughline.engine import sentences
from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.plans.format.reading import Block, Plan


def said(block: Block, plan: Plan) -> str:
    """What is promised, as far as the files tell: nothing is measured, so a change stays a change."""
    due = block["due"] or _last_day(block, plan)
    words = f"{_subject(block, plan) or block.key}{_aim(block)}"
    return f"{words} by {due}" if due else words


def _subject(block: Block, plan: Plan) -> str:
    if block["kind"] in ("milestone", "binary"):
        return _by_hand(block)
    text, where = block["metric"], block["where"]
    title = next((each["title"] for each in plan["series"] if each.key == text), "")
    named = READY_MADE.get(text)
    try:
        if named or "(" in text:
            measure = named.measure if named else text
            return sentences.subject_of(measure, title=named.title if named else "", where=where)
    except Refused:
        pass  # What cannot be read is shown as it was written.
    return str(title or text)


def _by_hand(block: Block) -> str:
    steps = [(str(each["title"]), float(each["weight"] or 0)) for each in block["steps"]]
    if block["kind"] == "milestone":
        return ", ".join(f"{title} ({weight:g} %)" for title, weight in steps)
    return " ".join(block["acceptance"].split()).rstrip(".")


def _aim(block: Block) -> str:
    low, high = block["bound_low"], block["bound_high"]
    match block["kind"]:
        case "move" | "forecast" if block["target"]:
            return f", from {block['baseline']} to {block['target']}"
        case "keep" if low and high:
            return f", between {low} and {high}"
        case "keep" if low or high:
            return f", at least {low}" if low else f", at most {high}"
        case "baseline":
            return ", measured for the first time"
    return ""


def _last_day(block: Block, plan: Plan) -> str:
    objective = next((key for each, key in plan.key_results() if each is block), "")
    cycle = next((each["cycle"] for each in plan["objectives"] if each.key == objective), "")
    return str(next((each.values.get("end") or "" for each in plan["cycles"] if each.key == cycle), ""))
