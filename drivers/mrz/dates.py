"""Two-digit years of machine-readable zones, and dates of which parts are unknown.

A birth date lies in the past, so its century is the latest that does not lie ahead. An expiry date is taken as 2000 to
2099, which is what documents in use carry.
"""

from __future__ import annotations

import calendar
from datetime import date

from drivers.mrz.check_digits import FILLER

__all__ = ["expiry_date", "is_possible", "latest_birth_date"]

_UNKNOWN = FILLER * 2
_CENTURY = 100
_LEAP_YEAR = 2000


def is_possible(yymmdd: str) -> bool:
    """Whether six characters are a date, parts of which may be unknown (filler)."""
    parts = _parts(yymmdd)
    if parts is None:
        return False
    _, month, day = parts
    if month is not None and not 1 <= month <= 12:
        return False
    longest = calendar.monthrange(_LEAP_YEAR, month)[1] if month is not None else 31
    return day is None or 1 <= day <= longest


def latest_birth_date(yymmdd: str, today: date) -> date | None:
    """The latest day that ``yymmdd`` can mean, not after ``today``: whoever is old enough by that day is old enough.

    None when the year is unknown or the six characters are no date.
    """
    parts = _parts(yymmdd)
    if parts is None or not is_possible(yymmdd):
        return None
    year, month, day = parts
    if year is None:
        return None
    for century in (today.year // _CENTURY, today.year // _CENTURY - 1):
        found = _latest(century * _CENTURY + year, month, day, today)
        if found is not None:
            return found
    return None


def expiry_date(yymmdd: str) -> date | None:
    """The last day of validity, 2000 to 2099; the last possible one where parts are unknown. None for no date."""
    parts = _parts(yymmdd)
    if parts is None or not is_possible(yymmdd):
        return None
    year, month, day = parts
    if year is None:
        return None
    return _latest(2000 + year, month, day, date.max)


def _parts(yymmdd: str) -> tuple[int | None, int | None, int | None] | None:
    """Year, month and day as numbers, None for an unknown one; None for six characters that are neither."""
    if len(yymmdd) != 6:
        return None
    texts = (yymmdd[:2], yymmdd[2:4], yymmdd[4:])
    if any(text != _UNKNOWN and not (text.isascii() and text.isdigit()) for text in texts):
        return None
    year, month, day = (None if text == _UNKNOWN else int(text) for text in texts)
    return year, month, day


def _latest(year: int, month: int | None, day: int | None, limit: date) -> date | None:
    """The latest such day not after ``limit``."""
    months = range(12, 0, -1) if month is None else (month,)
    for each in months:
        last = calendar.monthrange(year, each)[1]
        days = range(last, 0, -1) if day is None else (day,)
        for number in days:
            if number <= last and date(year, each, number) <= limit:
                return date(year, each, number)
    return None
