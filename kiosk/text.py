"""Sentences by key and language: a TOML file per language in ``assets/translations``, one more for papers; no Qt."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from kiosk.config.assets import asset

PSEUDO = "pseudo"
"""A made-up language for tests: English with accents, a third longer, in brackets."""

_ACCENTS = str.maketrans("AEIOUaeiou", "ÀÉÎÔÜàéîôü")


class MissingText(KeyError):
    """A key the language does not have; ``str()`` is the key."""


def languages() -> tuple[str, ...]:
    """Codes of all complete languages, sorted."""
    return tuple(sorted(path.stem for path in asset("translations").glob("*.toml")))


class Texts:
    """The texts of one language: ``texts("choice.face")``, ``texts("look.attempt", number=2)``.

    Raises MissingText for an unknown key and KeyError for an argument that a sentence needs and did not get.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _load(language)

    def __call__(self, key: str, **arguments: object) -> str:
        try:
            text = self._texts[key]
        except KeyError:
            raise MissingText(key) from None
        return text.format(**arguments) if arguments else text

    def has(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)

    def items(self) -> Iterator[tuple[str, str]]:
        """(key, text as written, with its placeholders)."""
        return iter(self._texts.items())


def placeholders(text: str) -> frozenset[str]:
    """Names of the arguments a sentence takes."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


@lru_cache(maxsize=8)
def _load(language: str) -> Mapping[str, str]:
    if language == PSEUDO:
        return {key: _pseudo(text) for key, text in _load("en").items()}
    texts: dict[str, str] = {}
    for folder in (("translations",), ("translations", "papers")):
        with asset(*folder, f"{language}.toml").open("rb") as file:
            texts |= _flatten(tomllib.load(file), "")
    return texts


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{key}.")
        elif isinstance(value, str):
            yield key, value.strip()
        else:
            raise TypeError(f"translation {key} is not text")


def _pseudo(text: str) -> str:
    parts = []
    for literal, name, _, _ in string.Formatter().parse(text):
        parts.append(literal.translate(_ACCENTS))
        if name:
            parts.append(f"{{{name}}}")
    filler = " ".join(["lông"] * max(1, len(text) // 15))
    return f"[{''.join(parts)} {filler}]"
