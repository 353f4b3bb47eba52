"""How long a pattern an organiser writes can take at worst, found by reading it.

Regular expressions that can match the same text in many ways take that many tries where they do not fit: ``(a+)+b``
needs minutes for forty letters. A ticket code is tried at a gate, so patterns are counted before they are taken, and
may use only what can be counted: characters, ``[classes]``, groups, ``|``, and repetition.
"""

from __future__ import annotations

import re

MOST_WAYS = 1_000_000
"""Tried in well under a second on a slow kiosk."""
_NOT_COUNTED = 10**18
_MOST_DEPTH = 20
_REPETITION = re.compile(r"[*+?]|\{(\d{1,3})\}|\{(\d{0,3}),(\d{0,3})\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\[dDwWsS]|\\[^0-9A-Za-z]|[^\]\[\\])*\]")
_DOUBLED = re.compile(r"--|&&|~~|\|\|")
_ESCAPED = re.compile(r"\\(?:[dDwWsS]|[^0-9A-Za-z])")


class CannotCount(ValueError):
    """The pattern uses something else, or is not well formed."""


def ways(pattern: str, longest: int) -> int:
    """In how many ways ``pattern`` can be laid over a text of ``longest`` characters, at most; never too few.

    Raises CannotCount.
    """
    reading = _Reading(pattern, longest)
    found = reading.alternatives(0)
    if reading.rest:
        raise CannotCount
    return found


class _Reading:
    """One pass over a pattern, left to right."""

    def __init__(self, pattern: str, longest: int) -> None:
        self.rest = pattern
        self._longest = longest

    def alternatives(self, depth: int) -> int:
        if depth > _MOST_DEPTH:
            raise CannotCount
        found = self._sequence(depth)
        while self.rest.startswith("|"):
            self.rest = self.rest[1:]
            found += self._sequence(depth)
        return min(found, _NOT_COUNTED)

    def _sequence(self, depth: int) -> int:
        found = 1
        while self.rest and self.rest[0] not in "|)":
            found = min(found * self._repeated(self._atom(depth)), _NOT_COUNTED)
        return found

    def _atom(self, depth: int) -> int:
        """Ways of one character, class or group."""
        if self.rest.startswith("("):
            return self._group(depth)
        for shape in (_CLASS, _ESCAPED):
            if found := shape.match(self.rest):
                if _DOUBLED.search(found.group()):
                    break  # reserved for sets of sets
                self.rest = self.rest[found.end() :]
                return 1
        if self.rest[0] in "[]\\*+?{}":
            raise CannotCount
        self.rest = self.rest[1:]
        return 1

    def _group(self, depth: int) -> int:
        self.rest = self.rest.removeprefix("(")
        if self.rest.startswith("?"):
            if not self.rest.startswith("?:"):
                raise CannotCount
            self.rest = self.rest[2:]
        found = self.alternatives(depth + 1)
        if not self.rest.startswith(")"):
            raise CannotCount
        self.rest = self.rest[1:]
        return found

    def _repeated(self, once: int) -> int:
        """Ways of an atom with the repetition that follows it."""
        found = _REPETITION.match(self.rest)
        if found is None:
            return once
        self.rest = self.rest[found.end() :].removeprefix("?")  # as few as possible: as many ways
        least, most = self._counts(found)
        if least > most:
            raise CannotCount
        if once == 1:
            return most - least + 1
        if most > 60:
            return _NOT_COUNTED
        total: int = sum(pow(once, count) for count in range(least, most + 1))
        return min(total, _NOT_COUNTED)

    def _counts(self, found: re.Match[str]) -> tuple[int, int]:
        sign, exactly, least, most = found.group(), found.group(1), found.group(2), found.group(3)
        if exactly is not None:
            return int(exactly), int(exactly)
        if sign in {"*", "+", "?"}:
            return int(sign == "+"), 1 if sign == "?" else self._longest
        return int(least or 0), int(most) if most else max(self._longest, int(least or 0))
