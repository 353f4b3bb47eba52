"""Filing days: the date the regulator itself published, days off, days worked instead, years nobody has published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.load import parse_event
from kiosk.documents.figures import Figures
from kiosk.documents.filing import AMBER_AT, RED_AT, Level, filing_of, filing_rows
from kiosk.documents.working_days import FILING_DAYS, calendar, due_after
from kiosk.text import Texts
from tests.helpers.config import shipped

EVENT = parse_event(shipped("rehearsal"), "rehearsal.toml")


@pytest.mark.requirement("R-76")
def test_the_regulators_own_date() -> None:
    due = due_after(date(2025, 6, 1))
    assert (due.day, due.certain) == (date(2025, 7, 14), True)


@pytest.mark.parametrize(
    ("reached", "days", "last"),
    [
        (date(2025, 6, 2), 1, date(2025, 6, 3)),  # the day after a feast
        (date(2025, 9, 26), 1, date(2025, 9, 28)),  # a Sunday that is worked
        (date(2025, 9, 30), 1, date(2025, 10, 9)),  # eight days off
        (date(2025, 10, 10), 2, date(2025, 10, 13)),  # a Saturday that is worked
        (date(2025, 3, 7), 5, date(2025, 3, 14)),  # a plain week
    ],
)
def test_days_off_and_days_worked_instead(reached: date, days: int, last: date) -> None:
    assert due_after(reached, days).day == last


def test_every_day_worked_instead_is_a_weekends_and_no_day_is_both() -> None:
    known = calendar()
    assert all(day.weekday() >= 5 for day in known.worked)
    assert not known.off & known.worked


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_between(reached: date, days: int) -> None:
    due, known = due_after(reached, days), calendar()
    between = [reached + timedelta(days=n + 1) for n in range((due.day - reached).days)]
    assert sum(map(known.is_working, between)) == days
    assert due.certain == (reached.year == 2025 and due.day.year == 2025)


@pytest.mark.requirement("R-76")
@pytest.mark.parametrize(
    ("stored", "level"),
    [
        (0, Level.GREEN),
        (AMBER_AT - 1, Level.GREEN),
        (AMBER_AT, Level.AMBER),
        (RED_AT - 1, Level.AMBER),
        (RED_AT, Level.RED),
    ],
)
def test_the_counter_turns_amber_and_red_and_red_has_a_date(stored: int, level: Level) -> None:
    filing = filing_of(EVENT, {"held_total": stored}, Figures(), date(2025, 6, 1))
    assert filing.level is level
    assert (filing.due is not None) == (level is Level.RED)
    for language in ("zh", "en"):
        (_, words), (_, until) = filing_rows(filing, Texts(language))
        assert words
        assert ("2025-07-14" in until and str(FILING_DAYS) in until) == (level is Level.RED)
