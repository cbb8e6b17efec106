"""What Trivy and its operator share: names of checks, and the rating among those of several vendors. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.packages import Rating
from throughline.sources.formats.shapes import member, score, text

# The families of built-in checks; a check of somebody's own keeps the name they gave it.
_BUILT_IN = re.compile(
    r"(?:AVD-)?(AWS|AZU|CLDSTK|DIG|DS|GCP|GHL|GIT|GOO|KCV|KSV|NIF|OCI|OPNSTK)-?0*(\d{1,5})", re.IGNORECASE
)
_FIELDS = (("V40Vector", "V40Score"), ("V3Vector", "V3Score"), ("V2Vector", "V2Score"))
_VENDORS = {"nvd": 0, "ghsa": 1, "redhat": 2}


@lru_cache(maxsize=4096)
def check_id(said: str, avd: str = "") -> str:
    """One name for a check whose spelling changed from version to version.

    >>> check_id("KSV014"), check_id("DS-0002"), check_id("USR-1")
    ('AVD-KSV-0014', 'AVD-DS-0002', 'USR-1')
    >>> check_id("aws-s3-enable-logging", "AVD-AWS-0089")
    'AVD-AWS-0089'
    """
    for name in (avd, said):
        if found := _BUILT_IN.fullmatch(name):
            return f"AVD-{found[1].upper()}-{int(found[2]):04}"
    return said or avd


def rating(record: Any, *path: str) -> Rating:
    """The newest CVSS that any vendor gives, the NVD's first."""
    vendors = member(record, *path)
    names = sorted(vendors, key=_rank) if len(vendors) > 1 else vendors
    for vector, rated in _FIELDS:
        for name in names:
            said = vendors[name]
            if said and not isinstance(said, dict):
                raise BadRecord(f"{'.'.join(path)}.{name}: expected an object")
            if said and (said.get(vector) or said.get(rated)):
                return Rating(text(said, vector), score(said, rated))
    return Rating()


def _rank(vendor: str) -> tuple[int, str]:
    return _VENDORS.get(vendor, 9), vendor
