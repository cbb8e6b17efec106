"""Imports for programs: put a file in, and see what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query
from pydantic import AfterValidator

from throughline.accounts.access import require
from throughline.accounts.models import Role, User
from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.problems import No
from throughline.api.request import ApiRequest
from throughline.api.subject import Id, Instant, Sent, Subject, Told
from throughline.jobs.documents import JobOf, document
from throughline.jobs.models import Job
from throughline.site.plain import plain
from throughline.sources import queries, uploads
from throughline.sources.access import import_for, visible_imports
from throughline.sources.fields import TARGETS
from throughline.sources.formats.registry import reports
from throughline.sources.forms import ImportOptions
from throughline.sources.models import Import, Upload
from throughline.vulnerabilities.catalogues import kind_of

router = Subject("imports")
# What only an upload's form knows by another name, or not at all.
OF_THE_CALL = ("file_name", "map", "format")


class ImportOf(Told):
    """A file that was read, and what it changed."""

    id: int
    file: str
    source: str
    scope: str
    format: str
    full: bool
    known_at: Instant
    recorded_at: Instant
    actor: str
    read: int
    created: int
    updated: int
    unchanged: int
    vanished: int
    linked: int
    missed: int
    skipped: int
    checksum: str


class ImportDocument(ImportOf):
    """The same with the columns that its fields came from."""

    mapping: dict[str, Any]


def _named(path: str) -> str:
    """Its last part, as a browser sends it. Raises ValueError where that is no name."""
    name = PurePosixPath(path).name
    if name in ("", ".."):
        raise ValueError(f"expected the name of a file, such as trivy.json, not '{path}'")
    return name


FileName = Annotated[str, AfterValidator(_named)]


class NewImport(Sent):
    """What the file is and how it is to be read; what is left out is recognised, as in the page."""

    file_name: FileName = Field(min_length=1, max_length=240, description="Such as trivy-2026-10-08.json.")
    format: str = Field("", max_length=40, description="A name of `throughline formats`.")
    source: str = Field("", max_length=120)
    scope: str = Field("", max_length=240)
    service: str = Field("", max_length=160)
    default_branch: str = Field("", max_length=200)
    skip_invalid: bool = Field(False, description="Leave unreadable rows out, and list them.")
    state: Literal["", "confirmed", "potential"] = ""
    as_of: str = Field("", max_length=40, description="The day on which the file was made.")
    as_of_column: str = Field("", max_length=240)
    zone: str = Field("", max_length=60)
    order: Literal["", "dmy", "mdy"] = ""
    full: bool = Field(False, description="A complete listing: what it lacks has vanished.")
    map: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=100)] = Field(
        [], description="FIELD=COLUMN, for a table whose columns are not recognised; several."
    )


class Started(Told):
    """The work in the background: one piece for each file."""

    jobs: list[JobOf]


@router.reads("/imports", answer=Page[ImportOf])
def list_imports(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Every import, the newest first. Managers."""
    found = visible_imports(request.user)
    return page_of_records(request, asked, found, by="-id", show=lambda each: plain(queries.row(each)))


@router.reads("/imports/{int:id}", answer=ImportDocument)
def read_import(request: HttpRequest, id: Id) -> dict[str, Any]:
    """What one import did. Managers."""
    found: Import = import_for(request.user, id)
    return {**plain(queries.row(found)), "mapping": plain(found.mapping)}


@router.takes_file("/imports", scope="imports:write", answer=Started)
def start_import(request: ApiRequest, asked: Query[NewImport]) -> dict[str, Any]:
    """Import the file that is the body, in the background: a report, a table, or an archive of them.

    Ask for each job until it is done: its result names the import, or says why nothing was stored. Managers.
    """
    owner, now = require(request.user, Role.MANAGER), datetime.now(UTC)
    options = _options(asked)
    file = UploadedFile(request.sent_file, name=asked.file_name)
    with transaction.atomic():
        kept = uploads.keep_all([file], owner=owner, now=now)
        jobs = [_begun(upload, options, asked, owner, now) for upload in kept]
    found = Job.objects.in_bulk(jobs)
    return {"jobs": [document(found[id]) for id in jobs]}


def _options(asked: NewImport) -> dict[str, Any]:
    """The choices as the page's own form checks them. Raises 400 with the parameter."""
    said = {name: value for name, value in asked.model_dump(exclude=set(OF_THE_CALL)).items() if value}
    whole = {"source": asked.file_name[:120], "state": "confirmed", "zone": "UTC", **said}
    form = ImportOptions(whole, columns=(asked.as_of_column,) if asked.as_of_column else ())
    if not form.is_valid():
        errors = [{"parameter": name, "detail": str(each[0])} for name, each in form.errors.items()]
        raise No(400, "; ".join(f"{each['parameter']}: {each['detail']}" for each in errors), errors=errors)
    return {name: form.cleaned_data[name] for name in said}


def _begun(upload: Upload, options: dict[str, Any], asked: NewImport, owner: User, now: datetime) -> int:
    with uploads.opened(upload) as stream:
        if kind_of(stream) is not None:
            return uploads.start_enriching(upload, owner=owner, now=now)
    if asked.format:
        _read_as(upload, asked.format)
    upload.options = {**upload.options, **options, "chosen": _chosen(asked.map)}
    upload.save(update_fields=["options"])
    return uploads.start(upload, owner=owner, now=now)


def _read_as(upload: Upload, format: str) -> None:
    if format not in reports():
        said = f"there is no format '{format}'; `throughline formats` lists those there are"
        raise No(400, f"format: {said}", errors=[{"parameter": "format", "detail": said}])
    uploads.read_as(upload, format)


def _chosen(pairs: list[str]) -> dict[str, str]:
    """{column: field} of FIELD=COLUMN, with the names of fields that `throughline import --map` takes."""
    names = {said: target.name for target in TARGETS for said in (target.short, target.name)}
    found = {}
    for pair in pairs:
        field, _, column = pair.partition("=")
        if field not in names or not column:
            known = ", ".join(target.short for target in TARGETS)
            said = f"expected FIELD=COLUMN, with one of {known}; found '{pair}'"
            raise No(400, f"map: {said}", errors=[{"parameter": "map", "detail": said}])
        found[column] = names[field]
    return found
