"""Feeds and imports: where records came from, and when we learnt it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Feed(models.Model):
    """A source and a scope within it: identity and disappearance are judged inside one feed only."""

    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=240, blank=True)
    # The last mapping that was used, {field: column}; the next file of this feed starts from it.
    mapping = models.JSONField(default=dict)
    # The service of findings that name none, as said for the last report.
    service = models.CharField(max_length=160, blank=True)
    # The branch whose scans these are, where reports say it: one of another is refused.
    branch = models.CharField(max_length=200, blank=True)
    # When a connected tool was last read to its end, whether anything was new or not.
    looked_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = [("name", "scope")]
        ordering = ["name", "scope"]

    def __str__(self) -> str:
        return f"{self.name} · {self.scope}" if self.scope else self.name


class Import(models.Model):
    """One file that was read, whole or not at all."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=240)
    checksum = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    mapping = models.JSONField(default=dict)
    full = models.BooleanField(default=False)
    # What a report says of itself: its tool, and when the scan was made.
    tool = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True)
    # The instant at which the file's content was known; its clock where nothing else was said.
    known_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    vanished = models.BigIntegerField(default=0)
    # Of a report: known from another source, not seen for the first time, left out as unreadable.
    linked = models.BigIntegerField(default=0)
    missed = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-id"]


class Finding(models.Model):
    """What one feed sees of one vulnerability: how it is known again, and when it was seen and missed.

    The vulnerability and its events are the truth of every figure; this is what the next report is compared
    with. Several findings of several sources can be one vulnerability.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="findings")
    vulnerability = models.ForeignKey(
        "vulnerabilities.Vulnerability", on_delete=models.PROTECT, related_name="findings"
    )
    tool = models.CharField(max_length=120)
    rule = models.CharField(max_length=200, blank=True)
    # Typed keys, nine bytes each: the tier, and 64 bits of the key.
    keys = models.BinaryField()
    # The advisory with component and place, under which other sources know the same; 0 where there is none.
    link = models.BigIntegerField(default=0, db_index=True)
    line = models.PositiveIntegerField(default=0)
    said = models.BinaryField()
    identified_at = models.DateTimeField()
    # What the source says, or what its silence lets presume.
    mitigated_at = models.DateTimeField(null=True)
    mitigated_basis = models.CharField(max_length=10, blank=True)
    seen_at = models.DateTimeField()
    # The first covering scan that did not see it, and how many did not.
    missed_at = models.DateTimeField(null=True)
    misses = models.PositiveSmallIntegerField(default=0)
    # The finding that a person says this one became, after its tool renamed it.
    became = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="was")

    class Meta:
        ordering = ["id"]


class Alias(models.Model):
    """A further advisory under which other sources know what a finding sees; `Finding.link` is the first."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="aliases")
    link = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name_plural = "aliases"


class Rekey(models.Model):
    """A finding that went while one much like it came: perhaps the same under another key."""

    before = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    imported = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rekeys")
    why = models.CharField(max_length=240)
    # "merged" or "apart" once a person decided; empty while it is only suspected.
    decided = models.CharField(max_length=6, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class Joining(models.Model):
    """A finding that was put to another vulnerability, by hand or because two sources name the same thing."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="joinings")
    before = models.ForeignKey(
        "vulnerabilities.Vulnerability", null=True, on_delete=models.PROTECT, related_name="+"
    )
    after = models.ForeignKey("vulnerabilities.Vulnerability", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)
    actor = models.CharField(max_length=160)
    joined_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class Upload(models.Model):
    """A file that a person put in, waiting for its mapping to be confirmed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    file_name = models.CharField(max_length=240)
    path = models.CharField(max_length=240)
    size = models.BigIntegerField()
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL)
    imported = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL)
