"""The products of a CSAF document: names and versions out of its tree and its relationships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.packages import each, package_of
from throughline.sources.formats.shapes import member, text, texts

_NAMED = re.compile(r"(.*\S)\s+(?:version\s+)?(v?\d[\w.+~:-]*)", re.IGNORECASE | re.DOTALL)
_VERSIONS = ("product_version", "product_version_range")
# A CSAF document's branches are at most 30 deep (CSAF 2.0, 3.1.2.2).
DEEPEST = 30


class Product(NamedTuple):
    """A product; `within` is the product that it is a part of."""

    name: str
    version: str = ""
    purl: str = ""
    cpe: str = ""
    within: str = ""


class Products(NamedTuple):
    """The products by id, and the ids of the groups."""

    known: dict[str, Product]
    groups: dict[str, list[str]]

    def ids(self, said: dict[str, Any]) -> list[str]:
        """The products that a score, a flag or a remedy is about, by id and by group."""
        grouped = (each for group in texts(said, "group_ids") for each in self.groups.get(group, []))
        return [*texts(said, "products"), *texts(said, "product_ids"), *grouped]


def products_of(tree: dict[str, Any]) -> Products:
    """The products of a tree. Raises BadRecord."""
    known: dict[str, Product] = {}
    for full in each(tree, "full_product_names"):
        known[text(full, "product_id")] = _product(full, "", "")
    for branch in each(tree, "branches"):
        known.update(_in_branch(branch, "", "", 0))
    for relation in each(tree, "relationships"):
        full = member(relation, "full_product_name")
        part = known.get(text(relation, "product_reference"))
        whole = known.get(text(relation, "relates_to_product_reference"))
        found = part or _product(full, "", "")
        known[text(full, "product_id")] = found._replace(within=whole.name if whole else "")
    groups = {text(one, "group_id"): texts(one, "product_ids") for one in each(tree, "product_groups")}
    return Products(known, groups)


def _in_branch(branch: dict[str, Any], name: str, version: str, depth: int) -> Iterator[tuple[str, Product]]:
    if depth > DEEPEST:
        raise BadRecord(f"product_tree: branches are nested more than {DEEPEST} deep")
    category, said = text(branch, "category"), text(branch, "name")
    name = said if category == "product_name" else name
    version = said if category in _VERSIONS else version
    if product := member(branch, "product"):
        yield text(product, "product_id"), _product(product, name, version)
    for inner in each(branch, "branches"):
        yield from _in_branch(inner, name, version, depth + 1)


def _product(said: dict[str, Any], name: str, version: str) -> Product:
    """A product by its purl, else by the branches around it, else by its full name."""
    helper = member(said, "product_identification_helper")
    purl = text(helper, "purl") or next(iter(texts(helper, "purls")), "")
    package, full = package_of(purl), text(said, "name")
    if not name and (split := _NAMED.fullmatch(full)):
        name, version = split[1], version or split[2]
    return Product(package.name or name or full, package.version or version, purl, text(helper, "cpe"))
