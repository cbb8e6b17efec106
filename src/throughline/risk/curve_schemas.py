"""The published JSON Schemas of `throughline risk curve`: of the file it reads, and of what it answers."""

from __future__ import annotations

import json
from typing import Any

from throughline.engine import frequencies, severities
from throughline.risk.curve_documents import LEVELS, TAILS
from throughline.risk.curve_files import HOW_MUCH, HOW_OFTEN, MOST_EXPERTS, MOST_POINTS, MOST_SCENARIOS
from throughline.risk.curve_nodes import LONGEST_ID

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_AMOUNT: Schema = {"type": "number", "minimum": 0, "maximum": severities.LARGEST}
_ABOVE: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": severities.LARGEST}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_BETWEEN: Schema = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}


def input_schema() -> Schema:
    """What a file of scenarios may hold. That an interval rises no schema can say: the command does."""
    return {
        "$schema": DRAFT,
        "title": "Scenarios of throughline risk curve",
        **_thing(
            {
                "scenarios": _many({"$ref": "#/$defs/scenario"}, MOST_SCENARIOS),
                "appetite": _many({"$ref": "#/$defs/point"}, MOST_POINTS, least=2),
            },
            required=("scenarios",),
        ),
        "$defs": {
            "scenario": _scenario(),
            "belief": _thing(
                {"weight": {"type": "number", "minimum": 0}, **_often_and_much()},
                required=("frequency", "loss"),
            ),
            "frequency": _frequency(),
            "loss": _loss(),
            "point": _thing({"loss": _ABOVE, "probability": _BETWEEN}, required=("loss", "probability")),
        },
    }


def output_schema() -> Schema:
    """What the command answers with `--json`."""
    number: Schema = {"type": "number", "minimum": 0}
    pair = _thing({"loss": number, "probability": _SHARE}, required=("loss", "probability"))
    scenario = {"id": {"type": "string"}, "mean": number, "tvar_share": _SHARE}
    fields: Schema = {
        "mean": number,
        "sd": {"type": ["number", "null"], "description": "null where the tail is too heavy to have one"},
        "quantiles": _thing(dict.fromkeys(LEVELS, number), required=LEVELS),
        "tvar": _thing(dict.fromkeys(TAILS, number), required=TAILS),
        "exceedance": {"type": "array", "items": pair},
        "scenarios": {"type": "array", "items": _thing(scenario, required=tuple(scenario))},
        "formula_version": {"type": "string"},
    }
    return {
        "$schema": DRAFT,
        "title": "The answer of throughline risk curve",
        **_thing({**fields, "appetite": _answered_appetite(pair)}, required=tuple(fields)),
    }


def schema_text(schema: Schema) -> str:
    """A schema as it is published."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _answered_appetite(pair: Schema) -> Schema:
    worst = {"loss": _AMOUNT, "probability": _SHARE, "accepted": _SHARE}
    breach = {"from": _AMOUNT, "to": _AMOUNT, "worst": _thing(worst, required=tuple(worst))}
    parts = {
        "accepted": {"type": "array", "items": pair},
        "breaches": {"type": "array", "items": _thing(breach, required=tuple(breach))},
    }
    return {"description": "where the file states one", **_thing(parts, required=tuple(parts))}


def _scenario() -> Schema:
    name = {"type": ["string", "number", "boolean"], "pattern": r"\S", "maxLength": LONGEST_ID}
    panel = _many({"$ref": "#/$defs/belief"}, MOST_EXPERTS)
    found = _thing({"id": name, **_often_and_much(), "panel": panel}, required=("id",))
    alone = {"required": ["frequency", "loss"], "not": {"required": ["panel"]}}
    beside = {"not": {"anyOf": [{"required": ["frequency"]}, {"required": ["loss"]}]}, "required": ["panel"]}
    return {**found, "oneOf": [alone, beside]}


def _often_and_much() -> Schema:
    return {"frequency": {"$ref": "#/$defs/frequency"}, "loss": {"$ref": "#/$defs/loss"}}


def _frequency() -> Schema:
    fields: Schema = {
        "probability": _SHARE,
        "rate": {"type": "number", "minimum": 0, "maximum": frequencies.MOST_A_YEAR},
        "rate_90ci": _list({"type": "number", "exclusiveMinimum": 0}, 2),
        "per": {"enum": list(frequencies.PERIODS), "default": "year"},
    }
    return _one_of(_thing(fields), HOW_OFTEN)


def _loss() -> Schema:
    quantiles = {"type": "object", "additionalProperties": _ABOVE, "minProperties": 3, "maxProperties": 9}
    fields: Schema = {
        "ci90": _list(_ABOVE, 2),
        "pert": _list(_AMOUNT, 3),
        "quantiles": {"description": "amounts by their probability", **quantiles},
        "exponential": {"description": "the mean", **_ABOVE},
        "fixed": {"description": "always this amount", **_AMOUNT},
        "cap": _AMOUNT,
        "retention": _AMOUNT,
    }
    return _one_of(_thing(fields), HOW_MUCH)


def _thing(fields: Schema, *, required: tuple[str, ...] = ()) -> Schema:
    needs = {"required": list(required)} if required else {}
    return {"type": "object", "properties": fields, **needs, "additionalProperties": False}


def _one_of(thing: Schema, names: tuple[str, ...]) -> Schema:
    return {**thing, "oneOf": [{"required": [name]} for name in names]}


def _many(items: Schema, most: int, *, least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _list(items: Schema, count: int) -> Schema:
    return {"type": "array", "items": items, "minItems": count, "maxItems": count}
