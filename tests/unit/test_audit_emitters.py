"""Every kind of record is written by some code of the product: none is in the catalogue for show."""

from __future__ import annotations

import ast

from kiosk.audit.catalogue import Kind
from tests.helpers.source_tree import modules


def named_in(tree: ast.AST) -> set[str]:
    """Names of kinds that code speaks of: ``Kind.EVENT_OPENED`` is ``EVENT_OPENED``."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Kind"
    }


def without_emitter(trees: list[ast.AST]) -> list[str]:
    emitted = {name for tree in trees for name in named_in(tree)}
    return sorted(kind.name for kind in Kind if kind.name not in emitted)


def test_every_kind_has_code_that_writes_it() -> None:
    catalogue = "kiosk/audit/catalogue.py"
    product = [module for module in modules("kiosk") if not str(module.name).endswith("audit/catalogue.py")]
    assert len(product) > 100, catalogue
    assert without_emitter([module.tree for module in product]) == []


def test_a_kind_without_one_would_be_found() -> None:
    only_one = ast.parse("audit.write(Kind.EVENT_OPENED, who)")
    found = without_emitter([only_one])
    assert "EVENT_OPENED" not in found
    assert len(found) == len(Kind) - 1
