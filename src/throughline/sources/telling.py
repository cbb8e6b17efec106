"""What other tools hear of an import."""

from __future__ import annotations

from typing import Any

from throughline.sources.models import Import


def told_outside(imported: Import, origin: str) -> dict[str, Any]:
    """That there was one, and of when; its source and its counts are seen by teams, so they are left out."""
    about = {"id": imported.pk, "known_at": imported.known_at, "complete": imported.full}
    return {"import": about | {"address": f"{origin}/imports/{imported.pk}/"}}
