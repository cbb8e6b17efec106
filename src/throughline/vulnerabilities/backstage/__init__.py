"""The catalogue files of Backstage, read: bytes to components and groups with their places; pure."""

from throughline.vulnerabilities.backstage.reading import Component, Group, Read, read_catalogue
from throughline.vulnerabilities.backstage.refs import Ref, slug

__all__ = ["Component", "Group", "Read", "Ref", "read_catalogue", "slug"]
