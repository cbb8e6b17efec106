"""What an import relies on: what is known already, and the types of attributes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.db.models import Max

from throughline.sources.models import Import
from throughline.vulnerabilities.models import Attribute, Event, Service


@dataclass(frozen=True, slots=True)
class Known:
    """What matching relied on; where it moved in the meantime, matching is done again."""

    last_event: int
    last_import: int
    types: dict[str, str]
    owners: dict[str, str]


def what_is_known() -> Known:
    """As of now."""
    owners = Service.objects.filter(team__isnull=False).values_list("name", "team__name")
    return Known(
        last_event=Event.objects.aggregate(last=Max("id"))["last"] or 0,
        last_import=Import.objects.aggregate(last=Max("id"))["last"] or 0,
        types=dict(Attribute.objects.values_list("name", "type")),
        owners=dict(owners),
    )


def keep_types(types: Mapping[str, str]) -> None:
    """Store the types of attributes, new and changed ones."""
    known = {attribute.name: attribute for attribute in Attribute.objects.filter(name__in=list(types)[:900])}
    for name, type in types.items():
        if name not in known:
            Attribute.objects.get_or_create(name=name, defaults={"type": type})
        elif known[name].type != type:
            known[name].type = type
            known[name].save(update_fields=["type"])


def checksum(stream: BinaryIO) -> str:
    """SHA-256 of a file's bytes."""
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
