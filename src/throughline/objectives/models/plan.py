"""What the quarter serves: company goals, long-term objectives in tension, cycles and their objectives."""

from __future__ import annotations

import json
from hashlib import sha256

from django.conf import settings
from django.db import models


class ItemKind(models.TextChoices):
    """What an edge may join; each is named by its kind and its key, such as `goal:trust`."""

    GOAL = "goal", "Company goal"
    LONG_TERM = "long_term_objective", "Long-term objective"
    OBJECTIVE = "objective", "Objective"
    KEY_RESULT = "key_result", "Key result"
    INITIATIVE = "initiative", "Initiative"


class Item(models.Model):
    """What every part of the plan has. The key never changes: files and addresses name it."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=240)
    description = models.TextField(blank=True, max_length=10_000)
    # The name as written, and the person where exactly one has it; an owner may have no account here.
    owner_name = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    # Nothing of a plan is deleted: what is no longer pursued is archived, and old threads keep it.
    archived_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Goal(Item):
    """What the organisation wants. It lives outside security, and says where it was read."""

    source = models.CharField(max_length=2000, blank=True)


class LongTermObjective(Item):
    """A tenet of the security team, said so that a person outside security nods."""

    class Kind(models.TextChoices):
        ACTUAL_RISK = "actual_risk", "Reduces actual risk"
        PERCEIVED_RISK = "perceived_risk", "Reduces perceived risk"
        DELIVERY = "delivery", "Protects delivery"

    kind = models.CharField(max_length=16, choices=Kind.choices)


class Cycle(models.Model):
    """A dated period that is planned, promised and graded as one: a quarter, or any other."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Proposed"
        SET = "set", "Set"
        CLOSED = "closed", "Closed"

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    start = models.DateField()
    # The last day; it counts whole.
    end = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-start", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_planned(self) -> bool:
        """Whether its key results are still being written: none of them is in force yet."""
        return self.state in (Cycle.State.DRAFT, Cycle.State.PROPOSED)


class Objective(Item):
    """What a cycle is to reach, said without a number."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="objectives")


class Edge(models.Model):
    """One item contributes to another (counts), supports it (is shown), or balances it (a guardrail)."""

    class Kind(models.TextChoices):
        CONTRIBUTES = "contributes", "Contributes to"
        SUPPORTS = "supports", "Supports"
        BALANCES = "balances", "Balances"

    from_kind = models.CharField(max_length=20, choices=ItemKind.choices)
    from_id = models.BigIntegerField()
    to_kind = models.CharField(max_length=20, choices=ItemKind.choices)
    to_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_kind", "from_id", "to_kind", "to_id"], name="one_edge_between_two_items"
            )
        ]
        indexes = [models.Index(fields=["to_kind", "to_id"])]


class Counterpart(models.Model):
    """Another team's half of a shared item: both sides meet at one named outcome."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        CONFIRMED = "confirmed", "Confirmed"
        DECLINED = "declined", "Declined"

    of_kind = models.CharField(max_length=20, choices=ItemKind.choices)
    of_id = models.BigIntegerField()
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=240)
    description = models.TextField(blank=True, max_length=10_000)
    outcome = models.CharField(max_length=240)
    owner_name = models.CharField(max_length=120)
    due = models.DateField()
    # An unconfirmed half that is required keeps the cycle from being set; another one only warns.
    required = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=160, blank=True)
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["of_kind", "of_id"])]

    @property
    def asked_for(self) -> str:
        """A short name for what is asked: the answer is to what the team read, and to nothing else."""
        said = [self.outcome, self.owner_name, self.due.isoformat(), self.description]
        return sha256(json.dumps(said).encode()).hexdigest()[:16]
