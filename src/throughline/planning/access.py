"""Who reaches what is planned of a cycle: everyone who is signed in reads it, managers write it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import require
from throughline.accounts.models import Role, User
from throughline.objectives.models import Cycle
from throughline.planning.models import Claim, OtherObjective, Stage


def stage_named(user: User | AnonymousUser, key: str) -> Stage.Key:
    """The stage of that name for those who move stages on, or the 404 that strangers get."""
    require(user, Role.MANAGER)
    if key not in Stage.Key.values:
        raise Http404
    return Stage.Key(key)


def other_objective_for(user: User | AnonymousUser, id: int) -> OtherObjective:
    """What another team plans, for those who may change it, or the 404 that strangers get."""
    require(user, Role.MANAGER)
    found = OtherObjective.objects.select_related("cycle").filter(pk=id, withdrawn_at=None).first()
    if found is None:
        raise Http404
    return found


def claim_for(user: User | AnonymousUser, id: int) -> Claim:
    """A goal's claim, for those who may release it, or the 404 that strangers get."""
    require(user, Role.MANAGER)
    found = Claim.objects.select_related("cycle", "goal").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def claim_of(user: User | AnonymousUser, cycle: Cycle, goal: str) -> Claim:
    """What a goal of that key claims of a cycle, for those who may release it, or the 404."""
    require(user, Role.MANAGER)
    found = Claim.objects.select_related("cycle", "goal").filter(cycle=cycle, goal__key=goal).first()
    if found is None:
        raise Http404
    return found
