"""People as the match sees them: capacity, interest stated and revealed, growth goals, and who sees what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from throughline.objectives.models import Cycle, Initiative


class WorkKind(models.Model):
    """A kind of work, in the words that the team shares; one that is retired keeps what was said of it."""

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)
    # Work that somebody has to do and few ask for; who had it is kept over quarters.
    is_glue = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Profile(models.Model):
    """What a person lets others see of her answers; without it she has not been asked yet."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="work_profile"
    )
    # Raw answers are the person's own; a manager sees what the match makes of them, and these where let.
    shares_interests = models.BooleanField(default=False)
    shares_goals = models.BooleanField(default=False)
    # Where the person wants to be seen: {"talk", "paper", "mentoring", "management"}.
    visibility: models.JSONField[Any] = models.JSONField(default=list)
    at = models.DateTimeField()


class Capacity(models.Model):
    """The weeks of a person in a cycle, and what comes off them before anything is planned."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="capacities")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="capacities")
    weeks = models.FloatField()
    on_call = models.FloatField(default=0.0)
    leave = models.FloatField(default=0.0)
    # Keeping running what runs.
    upkeep = models.FloatField(default=0.0)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("person", "cycle")]

    @property
    def left(self) -> float:
        """The weeks that can be planned."""
        return max(0.0, self.weeks - self.on_call - self.leave - self.upkeep)


class Interest(models.Model):
    """What a person says of a kind of work, from 0 to 1; the newest counts, and none is changed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests")
    kind = models.ForeignKey(WorkKind, on_delete=models.CASCADE, related_name="+")
    # None takes back what was said: it is not known any more.
    value = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Tap(models.Model):
    """What a person felt of a kind of work that she did: one tap each, after the work."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="taps")
    kind = models.ForeignKey(WorkKind, on_delete=models.CASCADE, related_name="+")
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="taps")
    absorbed = models.BooleanField(null=True)
    again = models.BooleanField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        unique_together = [("person", "kind", "initiative")]


class Rung(models.Model):
    """A step of the ladder: what somebody does who stands on a level of a skill."""

    key = models.SlugField(max_length=80, unique=True)
    track = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True, max_length=2000)
    # The kinds of work in which it is learnt: [key].
    kinds: models.JSONField[Any] = models.JSONField(default=list)
    # The ladder that it is of, by its name, and its place there.
    source = models.CharField(max_length=160, blank=True)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["source", "position", "id"]

    def __str__(self) -> str:
        return self.title


class GrowthGoal(models.Model):
    """What a person wants to be better at, in her words, and the kinds of work in which it would grow."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="growth_goals"
    )
    text = models.CharField(max_length=300)
    rung = models.ForeignKey(Rung, null=True, on_delete=models.SET_NULL, related_name="+")
    kinds = models.ManyToManyField(WorkKind, related_name="+")
    # How much it is wanted, 0 to 1.
    weight = models.FloatField(default=1.0)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]


class Skill(models.Model):
    """What a person can do, 0 to 1: a floor for work that needs it, and never a reason for more of it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skills")
    kind = models.ForeignKey(WorkKind, on_delete=models.CASCADE, related_name="+")
    level = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("person", "kind")]
