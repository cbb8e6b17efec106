"""Files that people put in: kept in the data folder until they are imported, a day at most."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit.actions import record
from throughline.engine.dates import zone_named
from throughline.engine.refusals import Refused
from throughline.jobs.actions import enqueue
from throughline.jobs.files import folder, new_file, opened_file
from throughline.sources import formats, mapping
from throughline.sources.formats.archives import Allowance, Member, unpacked
from throughline.sources.formats.registry import Format, reports
from throughline.sources.formats.tables import Table
from throughline.sources.models import Feed, Upload
from throughline.sources.reading import sampled
from throughline.sources.scans.reading import format_of, header_of
from throughline.sources.wishes import Wish, applicable, source_of
from throughline.sources.wording import told_of

KEPT = timedelta(days=1)
# What an upload's options say of its file; the others were chosen.
OF_THE_FILE = ("format", "unreadable", "problems", "refusal")


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen for each column: a field, or "" to keep it as an attribute.

    `clashes` are the columns whose field an earlier column already fills.
    """

    fields: dict[str, str]
    clashes: dict[str, str]


def keep_all(
    files: Iterable[UploadedFile[bytes]], *, owner: User, now: datetime, instead_of: Upload | None = None
) -> list[Upload]:
    """Store uploaded files, and of archives the files in them. Raises Refused, and then nothing is kept."""
    allowance = Allowance()
    with ExitStack() as held:
        found = [
            member
            for file in files
            for member in held.enter_context(
                unpacked(
                    cast(BinaryIO, file.file), name=os.path.basename(file.name or "file"), allowance=allowance
                )
            )
        ]
        if instead_of is not None and len(found) != 1:
            message = f"one file takes the place of {instead_of.file_name}, and these are {len(found)}"
            raise Refused(message, code="file")
        return [keep(member, owner=owner, now=now, instead_of=instead_of) for member in found]


def keep(file: Member, *, owner: User, now: datetime, instead_of: Upload | None = None) -> Upload:
    """Store a file under a name of ours; a mended one takes the place and choices of the first."""
    name = file.name[-240:]
    path, descriptor = new_file()
    with os.fdopen(descriptor, "w+b") as kept:
        file.stream.seek(0)
        shutil.copyfileobj(file.stream, kept, 1 << 20)
        size = kept.tell()
        about = _about(kept, name)
    options = about if instead_of is None else _said_again(instead_of.options, about)
    with transaction.atomic():
        upload = Upload.objects.create(
            owner=owner,
            file_name=name,
            path=path.name,
            size=size,
            options=options,
            created_at=now,
        )
        detail = {"file": name, "bytes": upload.size}
        record(
            actor_name(owner),
            "file put in",
            object_type="upload",
            object_id=upload.pk,
            detail=detail,
            now=now,
        )
    if instead_of is not None:
        discard(instead_of, actor=actor_name(owner), now=now)
    return upload


def _said_again(before: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    """What was chosen for a file that a mended one replaces, with what the mended one is."""
    kept = {name: value for name, value in before.items() if name not in OF_THE_FILE}
    # Of another format, what was chosen means nothing.
    chosen = kept if before.get("format", "") == about["format"] else {}
    return {**about, **chosen, "format": about["format"]}


def _about(stream: BinaryIO, name: str) -> dict[str, Any]:
    """What a file is and where it comes from: as a report says of itself, or as a table is called."""
    try:
        format = format_of(stream, name=name)
    except Refused:
        format = None
    return described(stream, name, format)


def read_as(upload: Upload, format: str) -> None:
    """Read an upload as a format by its name, or as a table where that is empty, whatever it looks like."""
    with opened(upload) as stream:
        upload.options = described(stream, upload.file_name, reports()[format] if format else None)
    upload.save(update_fields=["options"])


def described(stream: BinaryIO, name: str, format: Format | None) -> dict[str, Any]:
    """The first choices for a file of a format; `unreadable` says why it cannot be read at all."""
    try:
        if format is None:
            formats.open_table(stream, name=name)
            return _of_table(name)
        report = header_of(stream, name=name, format=format)
    except Refused as refused:
        about = _of_table(name) if format is None else _of_report(format, source_of(name), "")
        return {**about, "unreadable": told_of(refused, name=name)}
    return _of_report(format, report.tool or source_of(name), report.scope)


def _of_table(name: str) -> dict[str, Any]:
    return {"format": "", "state": "confirmed", "source": source_of(name)}


def _of_report(format: Format, source: str, scope: str) -> dict[str, Any]:
    source, scope = source[:120], scope[:240]
    feed = Feed.objects.filter(name=source, scope=scope).first()
    service = feed.service if feed else ""
    return {
        "format": format.name,
        "state": "potential",
        "source": source,
        "scope": scope,
        "service": service,
    }


@contextmanager
def opened(upload: Upload) -> Iterator[BinaryIO]:
    """The file's bytes. Raises Refused where it is gone."""
    with opened_file(upload.path) as stream:
        yield stream


def discard(upload: Upload, *, actor: str, now: datetime) -> None:
    """Remove a file, and its upload unless an import came of it, which has an audit entry of its own."""
    (folder() / upload.path).unlink(missing_ok=True)
    if upload.imported_id is not None:
        return
    with transaction.atomic():
        detail = {"file": upload.file_name, "bytes": upload.size}
        record(actor, "file discarded", object_type="upload", object_id=upload.pk, detail=detail, now=now)
        upload.delete()


def forget(*, now: datetime) -> int:
    """Discard uploads that nobody imported within a day, and files without an upload; how many."""
    old = list(Upload.objects.filter(created_at__lt=now - KEPT, imported=None))
    for upload in old:
        discard(upload, actor="server", now=now)
    known = set(Upload.objects.values_list("path", flat=True))
    stray = [path for path in folder().iterdir() if path.name not in known and _is_old(path, now)]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(old) + len(stray)


def start(upload: Upload, *, owner: User, now: datetime) -> int:
    """Begin the import in the background; the id of its job."""
    with transaction.atomic():
        job = enqueue("import", {"upload": upload.pk}, asked_by=owner, now=now)
        Upload.objects.filter(pk=upload.pk).update(job=job, options=_without_problems(upload))
    return int(job.pk)


def start_enriching(upload: Upload, *, owner: User, now: datetime) -> int:
    """Begin to store a catalogue of exploitation in the background; the id of its job."""
    with transaction.atomic():
        job = enqueue("enrich", {"upload": upload.pk}, asked_by=owner, now=now)
        Upload.objects.filter(pk=upload.pk).update(job=job)
    return int(job.pk)


def wish_of(upload: Upload, table: Table | None = None) -> Wish:
    """The wish that the upload's choices make; with its table, the choices of columns too."""
    options = upload.options
    source, scope = options.get("source") or source_of(upload.file_name), options.get("scope", "")
    feed = Feed.objects.filter(name=source, scope=scope).first()
    wish = Wish(
        source=source,
        scope=scope,
        full=bool(options.get("full")),
        as_of=options.get("as_of", ""),
        as_of_column=options.get("as_of_column", ""),
        zone=zone_named(options.get("zone") or "UTC"),
        order=options.get("order") or None,
        format=options.get("format") or "auto",
        state=options.get("state") or "",
        service=options.get("service", ""),
        default_branch=options.get("default_branch", ""),
        skip_invalid=bool(options.get("skip_invalid")),
        remembered=feed.mapping if feed else {},
    )
    return wish if table is None else _with_choices(wish, upload, table)


def choices_of(upload: Upload, table: Table, wish: Wish) -> Choices:
    """The field of each column: as chosen, and for columns nobody chose for, as guessed."""
    said = applicable(wish.remembered, table)
    free = [column for column in table.columns if column != wish.as_of_column]
    guessed = {column: field for field, column in mapping.settle(free, sampled(table), said=said).items()}
    chosen: Mapping[str, Any] = upload.options.get("chosen", {})
    fields: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for column in free:
        field = str(chosen.get(column, guessed.get(column, "")))
        if field and field in fields.values():
            clashes[column] = field
        fields[column] = field
    return Choices(fields, clashes)


def _with_choices(wish: Wish, upload: Upload, table: Table) -> Wish:
    choices = choices_of(upload, table, wish)
    chosen = {
        field: column for column, field in choices.fields.items() if field and column not in choices.clashes
    }
    free = [column for column in table.columns if column != wish.as_of_column]
    guessed = mapping.settle(free, sampled(table), said={})
    # Only what differs from the guess is said, so that the next file's new columns are guessed too.
    said = {field: column for field, column in chosen.items() if guessed.get(field) != column}
    said |= {field: "" for field in guessed if field not in chosen}
    # A table stays one, also where its content looks like a report.
    return replace(wish, maps=said, remembered={}, format=table.format)


def _without_problems(upload: Upload) -> dict[str, Any]:
    return {name: value for name, value in upload.options.items() if name not in ("problems", "refusal")}


def _is_old(path: Path, now: datetime) -> bool:
    return path.stat().st_mtime < (now - KEPT).timestamp()
