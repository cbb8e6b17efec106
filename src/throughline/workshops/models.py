"""Boards, their notes and clusters, who is there, every move, and each person's ballot."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models

from throughline.objectives.models import Cycle, KeyResult
from throughline.risk.models import Scenario


def new_handle() -> str:
    """A name of a note for addresses and pages that tells neither who wrote it nor when."""
    return secrets.token_hex(8)


class Board(models.Model):
    """A meeting around notes, at one time or over days, in phases that the facilitator moves on."""

    class Purpose(models.TextChoices):
        LESSONS = "lessons", "What worked, what did not"
        RISKS = "risks", "What keeps you up at night"
        IDEAS = "ideas", "What to do next"

    class Mode(models.TextChoices):
        TOGETHER = "together", "All at one time"
        APART = "apart", "Each in her own time"

    class Phase(models.TextChoices):
        WRITE = "write", "Write"
        SORT = "sort", "Sort"
        VOTE = "vote", "Vote"
        RESULT = "result", "Result"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="boards")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    title = models.CharField(max_length=160)
    # What everybody is asked, and the columns under which notes are written; both may be empty.
    question = models.CharField(max_length=300, blank=True)
    columns: models.JSONField[Any] = models.JSONField(default=list)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.TOGETHER)
    # Fixed at the start: whether a note shows who wrote it once it is revealed.
    shows_authors = models.BooleanField(default=False)
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    phase = models.CharField(max_length=8, choices=Phase.choices, default=Phase.WRITE)
    # The end of the timer, or of a phase over days; nothing moves on by itself.
    ends_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # When the raw notes and ballots were removed; clusters, tally and what came of them stay.
    cleared_at = models.DateTimeField(null=True)
    # The frozen count of the vote, as `vote tally` gives it.
    result: models.JSONField[Any] = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """Somebody who is or was at a board."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    # When a page of hers last said that she is there; never, for those who are only asked to come.
    seen_at = models.DateTimeField(null=True)
    # Says that she has written all she wants to.
    is_ready = models.BooleanField(default=False)

    class Meta:
        ordering = ["joined_at", "id"]
        unique_together = [("board", "person")]


class Cluster(models.Model):
    """Notes that say the same. A merge keeps every author and text."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="clusters")
    title = models.CharField(max_length=160, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]


class Note(models.Model):
    """What somebody wrote; until the reveal only she sees it."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    column = models.CharField(max_length=60, blank=True)
    # What it rests on: an address in the product or elsewhere, and the key result it would move.
    link = models.CharField(max_length=500, blank=True)
    key_result = models.ForeignKey(KeyResult, null=True, on_delete=models.SET_NULL, related_name="+")
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="notes")
    # Ids count up in the order of writing, which beside the audit would name the author.
    handle = models.CharField(max_length=16, unique=True, default=new_handle)
    # Made by the browser, so that a note sent twice over a poor line is one note.
    token = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "author", "token"],
                condition=~models.Q(token=""),
                name="a_note_is_sent_once",
            )
        ]


class Move(models.Model):
    """One step of sorting, as the state before and after, so that it can be taken back."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="moves")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20)
    before: models.JSONField[Any] = models.JSONField()
    after: models.JSONField[Any] = models.JSONField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Ballot(models.Model):
    """One person's ranked clusters, hers to change until the vote ends, and hers alone to see."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Ids of clusters, best first.
    order: models.JSONField[Any] = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("board", "voter")]


class Priority(models.Model):
    """The manager's own order of the clusters, with its reason; the vote beside it is advice."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="priorities")
    order: models.JSONField[Any] = models.JSONField()
    reason = models.CharField(max_length=1000)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Outcome(models.Model):
    """What came of a cluster: a scenario or a lesson. A candidate names its cluster itself."""

    class Kind(models.TextChoices):
        WORKED = "worked", "What worked"
        DID_NOT = "did_not", "What did not"
        LESSON = "lesson", "What was learnt"

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="outcomes")
    scenario = models.ForeignKey(Scenario, null=True, on_delete=models.CASCADE, related_name="board_outcomes")
    key_result = models.ForeignKey(
        KeyResult, null=True, on_delete=models.CASCADE, related_name="board_outcomes"
    )
    # Of a lesson only.
    kind = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    text = models.CharField(max_length=2000, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
