"""Why somebody is refused entry: a closed list (R-88). A machine's *no* is not on it (R-33). Pure."""

from __future__ import annotations

import secrets
from enum import StrEnum

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
_SIGNS = "23456789" + _LETTERS  # none that is read as another
_NUMBER_LENGTH = 8


class Reason(StrEnum):
    """What a supervisor found; the sentences are ``refuse.reason`` of the translations."""

    NO_TICKET = "no_ticket"
    REVOKED = "revoked"
    OTHER_SESSION = "other_session"
    ALREADY_USED = "already_used"
    NOT_THE_HOLDER = "not_the_holder"
    DOCUMENT = "document"
    GUARDIAN = "guardian"
    HOUSE_RULES = "house_rules"
    SAFETY = "safety"


class Again(StrEnum):
    """Why an officer admits although the ticket has been used (R-35); ``again.reason`` of the translations."""

    SAME_PERSON = "same_person"  # went out and comes back, or was counted twice
    NOT_PASSED = "not_passed"  # the gate was opened, and nobody went in
    HOLDER_HERE = "holder_here"  # somebody else went in on it; document, person and ticket agree


def slip_number() -> str:
    """A fresh number of a slip, such as ``K74M-2Q9D``: drawn by lot, it says nothing of anybody.

    A letter comes first, as in every code of the log, where the slip is recorded under it.
    """
    drawn = secrets.choice(_LETTERS) + "".join(secrets.choice(_SIGNS) for _ in range(_NUMBER_LENGTH - 1))
    return f"{drawn[:4]}-{drawn[4:]}"
