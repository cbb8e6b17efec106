"""The shared vocabulary of kinds of work, which the team edits."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.people.models import WorkKind

LIMITS = {"title": 80, "about": 300}
MOST = 40


def add(actor: str, *, title: str, about: str = "", is_glue: bool | None = None, now: datetime) -> WorkKind:
    """A new kind of work, or one that was retired, of which what is left out stays. Raises Refused."""
    said = _checked(title, about)
    key = slugify(said["title"])[:40].strip("-")
    if not key:
        raise Refused("a name needs a letter or a figure", place="title")
    with transaction.atomic():
        if WorkKind.objects.filter(key=key, retired_at=None).exists():
            raise Refused(f"“{said['title']}” is there already", place="title", code="taken")
        if WorkKind.objects.filter(retired_at=None).count() >= MOST:
            raise Refused(f"there are {MOST} kinds already: nobody answers more; retire one", place="title")
        last = WorkKind.objects.order_by("-position").values_list("position", flat=True).first() or 0
        stood = WorkKind.objects.filter(key=key).first()
        said["about"] = said["about"] or (stood.about if stood else "")
        glue = (stood is not None and stood.is_glue) if is_glue is None else is_glue
        made, _ = WorkKind.objects.update_or_create(
            key=key, defaults={**said, "is_glue": glue, "position": last + 1, "retired_at": None}
        )
        _told(actor, "kind of work added", made, now=now, title=made.title)
    return made


def change(
    actor: str, kind: WorkKind, *, title: str, about: str = "", is_glue: bool = False, now: datetime
) -> None:
    """Call it something else; its key stays, since files name it. Raises Refused with the field."""
    said = {**_checked(title, about), "is_glue": is_glue}
    old = {name: getattr(kind, name) for name in said}
    if said == old:
        return
    with transaction.atomic():
        WorkKind.objects.filter(pk=kind.pk).update(**said)
        _told(actor, "kind of work changed", kind, now=now, old=old, new=said)


def retire(actor: str, kind: WorkKind, *, now: datetime) -> None:
    """Speak of it no more. What was said of it stays, and comes back with it."""
    with transaction.atomic():
        if WorkKind.objects.filter(pk=kind.pk, retired_at=None).update(retired_at=now):
            _told(actor, "kind of work retired", kind, now=now, title=kind.title)


def _checked(title: str, about: str) -> dict[str, str]:
    said = {"title": " ".join(title.split()), "about": " ".join(about.split())}
    if not said["title"]:
        raise Refused("give it a name", place="title", code="missing")
    for place, text in said.items():
        require_readable(text, place=place)
        if len(text) > LIMITS[place]:
            raise Refused(f"expected at most {LIMITS[place]} characters, found {len(text)}", place=place)
    return said


def _told(actor: str, action: str, kind: WorkKind, *, now: datetime, **detail: object) -> None:
    audit.record(actor, action, object_type="work kind", object_id=kind.key, detail=detail, now=now)
