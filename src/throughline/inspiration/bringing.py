"""Bringing items in: a table, the DevSecOps Maturity Model, our own cards. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.inspiration import cards, dsomm
from throughline.inspiration.actions import Said, checked
from throughline.inspiration.models import Item
from throughline.site.progress import Progress, quiet
from throughline.site.tables import table_of

COLUMNS = ("title", "address", "kind", "text")
TABLE = "table"
BROUGHT = "items brought in"
FORMATS = {"csv": "csv", "yaml": "yaml", "yml": "yaml"}
MOST_BYTES = dsomm.BOUNDS.bytes
MOST = 10_000
# After how many rows progress is told.
STEP = 200


@dataclass(frozen=True, slots=True)
class Brought:
    """How many items were new, changed, and as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __str__(self) -> str:
        """In words.

        >>> str(Brought(new=2, same=1))
        '2 new, 0 changed, 1 as it was'
        """
        were = "as it was" if self.same == 1 else "as they were"
        return f"{self.new} new, {self.changed} changed, {self.same} {were}"


def bring_file(
    actor: str,
    content: bytes,
    *,
    name: str,
    now: datetime,
    format: str = "",
    progress: Progress = quiet,
    waited_as: str = "",
) -> Brought:
    """A table with the columns title, address, kind, text, or the model's YAML.

    It is read as `format` says, else by the file's ending.
    `waited_as` names the file while it waited for background work: its audit entry says that it is in.
    Raises Refused with the place of what is wrong.
    """
    if (format or format_of(name)) == "yaml":
        practices = dsomm.practices_of(
            content, file=name, watch=lambda done, total: progress(done, total, "Reading lines")
        )
        found = [_practice(each) for each in practices]
    else:
        found = _rows(content, name, progress)
    return _bring(actor, found, name=name, now=now, waited_as=waited_as)


def format_of(name: str) -> str:
    """A table or a model, by the file's ending. Raises Refused."""
    ending = name.lower().rpartition(".")[2]
    if ending not in FORMATS:
        raise Refused("expected a file that ends in .csv or .yaml", place=name, code="format")
    return FORMATS[ending]


def brought_before(waited_as: str) -> Brought | None:
    """What came of a file that waited, where it is in already."""
    entry = Entry.objects.filter(action=BROUGHT, detail__waited_as=waited_as).first()
    if entry is None:
        return None
    return Brought(**{each: int(entry.detail[each]) for each in ("new", "changed", "same")})


def bring_cards(actor: str, *, now: datetime) -> Brought:
    """Put the narrative cards of the product on the shelf; a second time what changed in them."""
    found = [
        Said(
            title=each.title,
            kind=Item.Kind.CARD,
            text=each.text,
            source=cards.SOURCE,
            source_id=each.key,
        )
        for each in cards.all_cards()
    ]
    return _bring(actor, found, name="narrative cards", now=now)


def _practice(each: dsomm.Practice) -> Said:
    return Said(
        title=each.title, kind=Item.Kind.PRACTICE, text=each.text, source=dsomm.SOURCE, source_id=each.uuid
    )


def _rows(content: bytes, name: str, progress: Progress) -> list[Said]:
    found: dict[str, tuple[int, Said]] = {}
    rows = table_of(content, name=name, columns=COLUMNS, required=("title",))
    for done, (line, row) in enumerate(rows):
        if done % STEP == 0:
            progress(done, len(rows), "Checking rows")
        # A table names no item: its title finds it again.
        said = Said(**row, source=TABLE, source_id=" ".join(row["title"].casefold().split())[:160])
        try:
            checked(said)
        except Refused as refused:
            message = f"{refused.place}: {refused.message}"
            raise Refused(message, place=f"{name}:{line}", code=refused.code) from refused
        if said.source_id in found:
            first = found[said.source_id][0]
            message = f"'{said.title[:80]}' stands on line {first} already: keep one"
            raise Refused(message, place=f"{name}:{line}", code="twice")
        found[said.source_id] = (line, said)
    return [said for _, said in found.values()]


def _bring(actor: str, found: Iterable[Said], *, name: str, now: datetime, waited_as: str = "") -> Brought:
    every = [checked(each) for each in found]
    with transaction.atomic():
        stored = {
            (each.source, each.source_id): each
            for each in Item.objects.exclude(source="").select_for_update().order_by("-id")
        }
        if len(stored) + len(every) > MOST:
            raise Refused(f"the shelf holds at most {MOST:,} items", code="size")
        new, changed = [], 0
        for fields in every:
            before = stored.get((fields["source"], fields["source_id"]))
            if before is None:
                new.append(Item(**fields, author=actor, at=now))
            elif any(getattr(before, key) != value for key, value in fields.items()):
                # Whoever withdrew it meant it: it is brought up to date, and stays off the shelf.
                Item.objects.filter(pk=before.pk).update(**fields)
                changed += 1
        Item.objects.bulk_create(new)
        brought = Brought(len(new), changed, len(every) - len(new) - changed)
        detail: dict[str, object] = {"file": name, **asdict(brought)}
        if waited_as:
            detail["waited_as"] = waited_as
        audit.record(actor, BROUGHT, object_type="shelf", object_id=name[:80], detail=detail, now=now)
    return brought
