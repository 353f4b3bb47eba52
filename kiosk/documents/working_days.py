"""Working days of mainland China, for filing (R-76): weekends, published days off, and days worked instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from kiosk.config.assets import asset

FILING_DAYS = 30
_SATURDAY = 5


@dataclass(frozen=True)
class Due:
    """``certain``: whether the days off of every year up to ``day`` are known; else the true day may be another."""

    day: date
    certain: bool


@dataclass(frozen=True)
class Calendar:
    """``off``: working days that are none; ``worked``: Saturdays and Sundays that are some."""

    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)


@cache
def calendar() -> Calendar:
    """As shipped."""
    with asset("calendars", "cn.toml").open("rb") as file:
        years = tomllib.load(file)
    off, worked = (frozenset(day for year in years.values() for day in year[name]) for name in ("off", "worked"))
    return Calendar(frozenset(map(int, years)), off, worked)


def due_after(reached: date, working_days: int = FILING_DAYS, known: Calendar | None = None) -> Due:
    """The last of so many working days that follow ``reached``, which is not one of them."""
    days = known or calendar()
    following = (day for day in _days_after(reached) if days.is_working(day))
    last = next(day for number, day in enumerate(following, start=1) if number == working_days)
    return Due(last, set(range(reached.year, last.year + 1)) <= days.years)


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day
