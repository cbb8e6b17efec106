"""Who reaches a training run: the person whose it is. To everybody else, administrators too, it is absent."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import signed_in
from throughline.accounts.models import User
from throughline.calibration.models import Answer, Run
from throughline.calibration.question_sets import QuestionSet, all_sets
from throughline.engine.refusals import Refused


def own_runs(user: User | AnonymousUser) -> QuerySet[Run]:
    """The person's own runs, the newest first."""
    return Run.objects.filter(person=signed_in(user))


def own_answers(user: User | AnonymousUser) -> QuerySet[Answer]:
    """What the person answered herself, in the order in which she did."""
    return Answer.objects.filter(run__person=signed_in(user)).select_related("run").order_by("id")


def run_for(user: User | AnonymousUser, id: int) -> Run:
    """The person's own run, or the 404 that everybody else gets."""
    found = own_runs(user).filter(pk=id).first()
    if found is None or found.question_set not in all_sets():
        raise Http404
    return found


def set_for(user: User | AnonymousUser, slug: str) -> QuestionSet:
    """The question set, or the 404 that strangers get."""
    signed_in(user)
    if slug not in all_sets():
        raise Http404
    return all_sets()[slug]


def set_named(slug: str, *, place: str) -> QuestionSet:
    """The question set. Raises Refused with those there are."""
    if slug not in all_sets():
        known = ", ".join(all_sets())
        raise Refused(f"there is no set '{slug[:60]}': expected one of {known}", place=place, code="unknown")
    return all_sets()[slug]
