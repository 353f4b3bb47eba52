"""Two people and a reason: what a longer retention needs, and the end of an event whose key is lost. Pure."""

from __future__ import annotations

import unicodedata

from kiosk.closing.journal import Approval

MOST_LETTERS = 500
FEWEST_LETTERS = 3


class NotApproved(Exception):
    """``code``: no_reason, not_two_people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reason_in_words(reason: str) -> str:
    """``reason`` without needless blanks. Raises NotApproved."""
    words = " ".join(reason.split())
    if not FEWEST_LETTERS <= len(words) <= MOST_LETTERS:
        raise NotApproved("no_reason")
    return words


def approval(reason: str, approved_by: list[str], *, logged_in: bool = False) -> Approval:
    """``reason`` in words, and two different people, however their names are spelt. Raises NotApproved.

    ``logged_in``: the caller has seen both log in, as two people.
    """
    words = reason_in_words(reason)
    people = {_same(name): " ".join(name.split()) for name in approved_by if name.strip()}
    if len(people) != 2 or len(approved_by) != 2:
        raise NotApproved("not_two_people")
    first, second = people.values()
    return Approval(words, (first, second), logged_in)


def _same(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
