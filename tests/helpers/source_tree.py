"""The repository as tests see it: which files are in it, and its Python code as syntax trees."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Files under version control that are there; skips the test where this is no checkout."""
    if not (CHECKOUT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout
    paths = (CHECKOUT / name for name in listed.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def tracked_text() -> Iterator[tuple[str, str]]:
    """(name, content) of every tracked file that is text."""
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield str(path.relative_to(CHECKOUT)), content.decode()


@dataclass(frozen=True)
class Module:
    """One Python file of the product. ``name`` is its path below the checkout."""

    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """The tree in no order that matters; every rule asks for it."""
        return tuple(ast.walk(self.tree))

    def where(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """Dotted names of everything imported, ``from a import b`` as ``a.b``."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node

    def symbols(self) -> Iterator[tuple[str, ast.AST]]:
        """Every name the code gives to something: variables, functions, classes, arguments, attributes."""
        for node in self.nodes:
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                    yield name, node
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name, node
                case ast.keyword(arg=str(name)) | ast.alias(name=name):
                    yield name, node
                case _:
                    pass

    def constants(self) -> Iterator[tuple[object, ast.AST]]:
        """Constants other than docstrings."""
        prose = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        for node in self.nodes:
            if isinstance(node, ast.Constant) and id(node) not in prose:
                yield node.value, node


def words(symbol: str) -> list[str]:
    """``estimateAge_ok`` -> estimate, age, ok."""
    return [word for part in symbol.split("_") for word in _CAMEL.sub(" ", part).lower().split()]


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All Python files below the folders, on disk."""
    paths = sorted(path for folder in folders for path in (CHECKOUT / folder).rglob("*.py"))
    return tuple(Module(str(path.relative_to(CHECKOUT)), ast.parse(path.read_text())) for path in paths)
