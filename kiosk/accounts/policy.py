"""Which secrets are good enough (R-60). Every answer is a stable code, or None when there is no fault."""

from __future__ import annotations

import string
from itertools import pairwise

PIN_DIGITS = 6
PIN_MOST_DIGITS = 12
LONG_PASSWORD = 12
SHORT_PASSWORD = 8
PASSWORD_MOST = 128
NOT_REUSED = 5

_FEWEST_DIFFERENT = 5
_CLASSES_NEEDED = 3


def pin_fault(pin: str) -> str | None:
    """``not_digits``, ``too_short``, ``too_long`` or ``trivial`` (one digit, a run, a repeated beginning)."""
    if not (pin.isascii() and pin.isdigit()):
        return "not_digits"
    if len(pin) < PIN_DIGITS:
        return "too_short"
    if len(pin) > PIN_MOST_DIGITS:
        return "too_long"
    return "trivial" if _is_run(pin) or _is_repeated(pin) else None


def password_fault(password: str, account_id: str) -> str | None:
    """``too_short``, ``too_long``, ``too_simple`` (eight to eleven characters of fewer than three classes, or few
    different ones) or ``has_id``.
    """
    if len(password) < SHORT_PASSWORD:
        return "too_short"
    if len(password) > PASSWORD_MOST:
        return "too_long"
    if account_id.lower() in password.lower():
        return "has_id"
    varied = len(set(password)) >= _FEWEST_DIFFERENT
    strong = len(password) >= LONG_PASSWORD or _classes(password) >= _CLASSES_NEEDED
    return None if varied and strong else "too_simple"


def _classes(password: str) -> int:
    """How many of: lower case, upper case, digits, everything else."""
    lower, upper, digit = string.ascii_lowercase, string.ascii_uppercase, string.digits
    kinds = {next((i for i, kind in enumerate((lower, upper, digit)) if mark in kind), 3) for mark in password}
    return len(kinds)


def _is_run(pin: str) -> bool:
    """111111, 123456, 987654, 246802: each digit the same step from the one before, also past nine."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(steps) == 1


def _is_repeated(pin: str) -> bool:
    """121212, 123123: a beginning of at most half the length, over and over."""
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))
