"""What is printed on a badge: ``VKB-`` and seventeen digits, the last a check digit, so that a keypad can type it too.

Sixteen random digits are 53 bits: nobody guesses one, and the store keeps only a keyed hash of it.
"""

from __future__ import annotations

import re
import secrets

from kiosk.config.event import BADGE_PREFIX

PREFIX = BADGE_PREFIX
DIGITS = 17
_FORM = re.compile(rf"(?:{PREFIX})?([0-9]{{{DIGITS}}})")


def new_badge() -> str:
    digits = f"{secrets.randbelow(10 ** (DIGITS - 1)):0{DIGITS - 1}d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def badge_of(untrusted_text: str) -> str | None:
    """The badge somebody scanned or typed (spaces and prefix are free), or None when it is none."""
    found = _FORM.fullmatch(untrusted_text.replace(" ", "").upper())
    if found is None or check_digit(found[1][:-1]) != found[1][-1]:
        return None
    return PREFIX + found[1]


def is_badge(untrusted_code: str) -> bool:
    """Whether a scanned code is a badge's and no ticket's; tickets have no such beginning."""
    return untrusted_code.startswith(PREFIX) and badge_of(untrusted_code) is not None


def in_groups(badge: str) -> str:
    """The digits as they are printed for the eye."""
    digits = badge.removeprefix(PREFIX)
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def check_digit(digits: str) -> str:
    """Luhn's (ISO/IEC 7812-1 annex B): finds every single wrong digit and nearly every swap of neighbours."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
