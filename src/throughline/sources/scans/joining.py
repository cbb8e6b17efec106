"""Two vulnerabilities that are one, and one that is two: merged, split, and taken back, with their events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit.actions import record
from throughline.engine.refusals import Refused
from throughline.engine.vulnerabilities import Values
from throughline.sources.models import Finding, Joining, Rekey
from throughline.sources.scans.uniting import findings_of, hear_again, part, unite
from throughline.sources.scans.writing import reconcile
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.access import triageable
from throughline.vulnerabilities.actions import measure_again
from throughline.vulnerabilities.bulk import Author
from throughline.vulnerabilities.models import State, Vulnerability


@transaction.atomic
def merge(user: User, *, keep: int, gone: int, why: str, now: datetime) -> list[Joining]:
    """Make two vulnerabilities one: `keep` takes the findings of `gone`, which becomes its duplicate.

    Raises Refused for two that cannot be one, and the 404 for one that the person may not decide about.
    """
    if keep == gone:
        raise Refused("A vulnerability is the same as itself already: name another one.", code="other")
    if len(triageable(user, [keep, gone])) != 2:
        raise Http404
    if Vulnerability.objects.get(pk=gone).state == State.DUPLICATE:
        raise Refused(f"Vulnerability {gone} is a duplicate already.", code="other")
    if elsewhere := Joining.objects.filter(before=keep, undone_at=None).first():
        message = (
            f"was merged into vulnerability {elsewhere.after_id}: name that one, or take that back first"
        )
        raise Refused(f"Vulnerability {keep} {message}.", code="other")
    if Vulnerability.objects.get(pk=keep).state == State.DUPLICATE:
        raise Refused(
            f"Vulnerability {keep} is a duplicate itself: name the one that it is of.", code="other"
        )
    author = Author(actor_name(user), now)
    joined = unite(keep, gone, why=why, known_at=now, author=author)
    if not joined:
        message = "no scanner sees it: mark it as a duplicate instead, or merge it the other way round"
        raise Refused(f"Vulnerability {gone} cannot give its findings away, {message}.", code="other")
    _afterwards(user, "merge", [keep, gone], why=why, now=now)
    return joined


@transaction.atomic
def split(user: User, finding_id: int, *, now: datetime) -> int:
    """Give a finding a vulnerability of its own; its id. Raises Refused where it has one."""
    finding = _finding(user, finding_id)
    joined = finding.joinings.filter(undone_at=None, before__isnull=False).first()
    if joined is not None:
        return _undo(user, joined, now=now)
    together = finding.vulnerability_id
    if len(findings_of(together)) < 2:
        raise Refused("It is the only finding of this vulnerability: there is nothing to split.")
    new = _copied(finding, user=user, now=now)
    Joining.objects.create(
        finding=finding,
        before=None,
        after_id=new,
        why="split by hand",
        actor=actor_name(user),
        joined_at=now,
    )
    Finding.objects.filter(pk=finding.pk).update(vulnerability=new)
    hear_again([together, new])
    _afterwards(user, "split", [together, new], why="split by hand", now=now)
    return new


@transaction.atomic
def undo(user: User, joining_id: int, *, now: datetime) -> int:
    """Take a merge back; the id of the vulnerability that stands for itself again."""
    joined = Joining.objects.select_related("finding").filter(pk=joining_id, before__isnull=False).first()
    if joined is None or joined.undone_at is not None:
        raise Http404
    return _undo(user, joined, now=now)


@transaction.atomic
def decide(user: User, rekey_id: int, *, same: bool, now: datetime) -> Rekey:
    """Say whether a finding that came is one that went. Raises the 404 for what may not be decided."""
    rekey = Rekey.objects.select_related("before", "after").filter(pk=rekey_id).first()
    if rekey is None:
        raise Http404
    keep, gone = rekey.before.vulnerability_id, rekey.after.vulnerability_id
    triageable(user, [keep, gone])
    if rekey.decided:
        raise Refused("This was decided already: take the decision back first.")
    if same:
        # The old key is dead: from now on only the new one says whether it is there.
        Finding.objects.filter(pk=rekey.before_id).update(became=rekey.after_id)
        merge(user, keep=keep, gone=gone, why=f"re-key: {rekey.why}", now=now)
    rekey.decided, rekey.decided_by, rekey.decided_at = "merged" if same else "apart", actor_name(user), now
    rekey.save(update_fields=["decided", "decided_by", "decided_at"])
    if not same:
        record(actor_name(user), "re-key kept apart", object_type="rekey", object_id=rekey.pk, now=now)
    return rekey


@transaction.atomic
def undecide(user: User, rekey_id: int, *, now: datetime) -> Rekey:
    """Take the decision about a suspected re-key back."""
    rekey = Rekey.objects.select_related("before", "after").filter(pk=rekey_id).exclude(decided="").first()
    if rekey is None:
        raise Http404
    triageable(user, [rekey.before.vulnerability_id, rekey.after.vulnerability_id])
    joined = rekey.after.joinings.filter(undone_at=None, joined_at=rekey.decided_at or now).first()
    if rekey.decided == "merged" and joined is not None:
        _undo(user, joined, now=now)
    _suspect_again(Rekey.objects.filter(pk=rekey.pk))
    rekey.refresh_from_db()
    return rekey


def _undo(user: User, joined: Joining, *, now: datetime) -> int:
    """Every finding that moved in the same go moves back. Raises Refused where one has moved on since."""
    assert joined.before_id is not None
    same = Joining.objects.filter(
        before=joined.before_id, after=joined.after_id, joined_at=joined.joined_at, undone_at=None
    )
    triageable(user, [joined.before_id, joined.after_id])
    _check_last(same)
    moved = part(same, known_at=now, author=Author(actor_name(user), now))
    _suspect_again(Rekey.objects.filter(after__in=moved, decided="merged", decided_at=joined.joined_at))
    _afterwards(user, "merge undone", [joined.before_id, joined.after_id], why=joined.why, now=now)
    return joined.before_id


def _check_last(joined: QuerySet[Joining]) -> None:
    for each in joined.select_related("finding"):
        later = Joining.objects.filter(finding=each.finding_id, pk__gt=each.pk, undone_at=None).first()
        if later is not None:
            message = f"It was merged on into vulnerability {later.after_id} since: take that back first."
            raise Refused(message, code="other")
        if each.finding.became_id is not None:
            raise Refused("Its key changed again since: take that re-key back first.", code="other")


def _suspect_again(rekeys: QuerySet[Rekey]) -> None:
    """What was decided of these waits again; of the merged ones the old key counts as before."""
    merged = rekeys.filter(decided="merged").values_list("before", flat=True)
    Finding.objects.filter(pk__in=list(merged)).update(became=None)
    rekeys.update(decided="", decided_by="", decided_at=None)


def _finding(user: User, id: int) -> Finding:
    found = Finding.objects.select_related("feed").filter(pk=id).first()
    if found is None:
        raise Http404
    triageable(user, [found.vulnerability_id])
    return found


def _copied(finding: Finding, *, user: User, now: datetime) -> int:
    """A new vulnerability with what is known of the one that the finding leaves."""
    old: Values = bulk.values_by_id([finding.vulnerability_id])[finding.vulnerability_id][0]
    values = {**old, "source": finding.feed.name}
    key = f"split-{finding.pk}-{now:%Y%m%d%H%M%S%f}"
    names, _ = bulk.name_all(filter(None, [old.get("service")]), filter(None, [old.get("team")]))
    author = Author(actor_name(user), now)
    bulk.insert_records(finding.feed_id, [(key, "", values)], known_at=now, names=names, author=author)
    return bulk.stored_by_key(finding.feed_id, [key])[key].id


def _afterwards(user: User, action: str, ids: Sequence[int], *, why: str, now: datetime) -> None:
    reconcile(ids, known_at=now, author=Author(actor_name(user), now))
    detail = {"ids": list(ids), "why": why}
    record(actor_name(user), action, object_type="vulnerability", object_id=ids[0], detail=detail, now=now)
    measure_again(now)
