"""An annotation and an export, for addresses that ask for one."""

from __future__ import annotations

from tests.organisation import NOW


def of_what_leaves(person) -> dict[str, int]:
    """Both are the person's, by the names that stand in braces."""
    return {"annotation": _annotation(person), "export": _export(person)}


def _annotation(person) -> int:
    from throughline.annotations.models import Annotation

    return Annotation.objects.create(text="A release", start=NOW.date(), author="test", by=person, at=NOW).pk


def _export(asked_by) -> int:
    from throughline.exports.queries import KIND, folder
    from throughline.jobs.models import Job, JobState

    (folder() / "made.zip").write_bytes(b"PK")
    result = {"file": "made.zip", "rows": 1}
    done = {"state": JobState.DONE, "created_at": NOW, "finished_at": NOW, "result": result}
    return Job.objects.create(kind=KIND, arguments={"format": "csv"}, asked_by=asked_by, **done).pk
