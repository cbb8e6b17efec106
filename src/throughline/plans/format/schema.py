"""The published JSON Schema of a plan, made from the same table that reads it."""

from __future__ import annotations

import json
from typing import Any

from throughline.plans.format.shape import Field, Held, Many, Named, Thing, Things
from throughline.plans.format.things import LOOSE_KEY_RESULT, PLAN, things

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(whole: Thing = PLAN, title: str = "A plan of Throughline") -> dict[str, Any]:
    """The schema as a document, for editors and for whoever checks plans without Throughline."""
    named = {_name(thing): _of(thing) for thing in things(whole) if thing is not whole}
    return {
        "$schema": DRAFT,
        "title": title,
        **_of(whole),
        "$defs": dict(sorted(named.items())),
    }


def schema_text(whole: Thing = PLAN, title: str = "A plan of Throughline") -> str:
    """The schema as it is printed and published."""
    return json.dumps(json_schema(whole, title), indent=2, ensure_ascii=False) + "\n"


def _of(thing: Thing) -> dict[str, Any]:
    required = [field.name for field in thing.fields if field.is_required]
    return {
        "description": thing.says,
        "type": "object",
        "properties": {field.name: _property(field) for field in thing.fields},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Any]:
    found = _holds(field.holds)
    if not field.is_required:
        found = _or_nothing(found)
    return {"description": field.says, **found}


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or a line with nothing behind its colon."""
    match schema:
        case {"type": list(types)}:
            return schema | {"type": [*types, "null"]}
        case {"type": str(type_)}:
            return schema | {"type": [type_, "null"]}
        case {"enum": list(words)}:
            return schema | {"enum": [*words, None]}
    return {"anyOf": [schema, {"type": "null"}]}


def _holds(holds: Held) -> dict[str, Any]:
    if isinstance(holds, Many):
        return {"type": "array", "items": holds.of.schema(), "uniqueItems": True}
    if isinstance(holds, Named):
        names = {"pattern": r"\S", "maxLength": holds.longest}
        return {"type": "object", "propertyNames": names, "additionalProperties": holds.of.schema()}
    if isinstance(holds, Things):
        reference = {"$ref": f"#/$defs/{_name(holds.of)}"}
        return reference if holds.is_one else {"type": "array", "items": reference}
    return holds.schema()


def _name(thing: Thing) -> str:
    # Key results beside the objectives have one field more, so they are described apart.
    return "loose_key_result" if thing is LOOSE_KEY_RESULT else thing.name
