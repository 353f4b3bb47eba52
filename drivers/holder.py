"""What a gate may know of a document's holder: an age decision and a masked name. Shared by all families."""

from __future__ import annotations

from datetime import date

__all__ = ["mask_name", "old_enough"]

_MOST_STARS = 3


def old_enough(birth: date, day: date, minimum_years: int) -> bool:
    """Whether ``day`` lies *after* the birthday in question (R-14); 29 February counts as 1 March."""
    try:
        birthday = birth.replace(year=birth.year + minimum_years)
    except ValueError:
        birthday = date(birth.year + minimum_years, 3, 1)
    return day > birthday


def mask_name(name: str) -> str:
    """First character and stars (R-38); at most three stars, so that a long name does not show its length."""
    return name[:1] + "*" * max(1, min(len(name) - 1, _MOST_STARS))
