"""A new event from an earlier one: its rules and layout, never its people, answers or signatures. Pure.

What is taken is listed, so that a setting nobody thought of stays behind. Only the event's file is looked at: tickets,
keys, accounts, statements and what was published lie elsewhere, and begin anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from kiosk.config.toml_text import Values

TAKEN = (
    *("mode", "profiles", "languages", "name", "staff_desk", "sessions", "gate_groups", "planning", "ticket_code"),
    *("face", "notice", "slips", "allowed", "passports", "times", "retention", "venue", "reentry", "hold"),
)
ANSWERED_ANEW = {"planning": ("below_plan_reason",), "hold": ("allowed",)}
"""Of what is taken, what somebody decided for that one event. Why identities are checked (``reason``), and who signed
off or permitted it (``place``), is not taken at all; nor is the key of whoever sold tickets (``prior_choice``), nor
that officers see portraits (``desk``)."""


def from_earlier(values: Values, event_id: str, first_day: date) -> dict[str, Any]:
    """The settings of a new event ``event_id`` whose first session is on ``first_day``, as ``tomllib`` would give them.

    The other sessions keep their distance and their hours. ``values``: of an event's file that is whole.
    """
    made: dict[str, Any] = {"id": event_id} | {key: deepcopy(values[key]) for key in TAKEN if key in values}
    for section, keys in ANSWERED_ANEW.items():
        for key in keys:
            made.get(section, {}).pop(key, None)
    made["sessions"] = moved(values["sessions"], first_day)
    return made


def moved(sessions: list[Mapping[str, Any]], first_day: date) -> list[dict[str, Any]]:
    """The sessions with the first of them on ``first_day``."""
    by = first_day - min(session["date"] for session in sessions)
    return [{key: _later(value, by) for key, value in session.items()} for session in sessions]


def _later(value: Any, by: timedelta) -> Any:
    return value + by if isinstance(value, date | datetime) else deepcopy(value)
