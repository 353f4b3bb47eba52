"""Incident modes: what a supervisor may put gates into, for how long, and which of several holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ALL_GROUPS = "all"
LONGEST_S = 4 * 3600.0
"""An incident nobody ends is over by itself; whoever needs it longer begins another."""


class Mode(StrEnum):
    """How a gate works. Strictest last: of several incidents the strictest holds."""

    NONE = ""
    FREE_FLOW = "free_flow"  # everybody walks in unchecked, and is counted
    DOCUMENT_ONLY = "document_only"  # the ticket is looked up by document, nobody's face
    ALL_MANUAL = "all_manual"  # everybody is checked by staff
    LANE_CLOSED = "lane_closed"  # nobody goes through here


_STRICTNESS = list(Mode)


class Why(StrEnum):
    MEDICAL = "medical"
    CROWD = "crowd"
    FAULT = "fault"
    ATTACK = "attack"
    WEATHER = "weather"
    LEAK = "leak"  # of data
    ORDER = "order"  # of an authority


@dataclass(frozen=True)
class Incident:
    """``gate_group``: one, or "all". ``officer``: id of an account. UTC seconds, of the clock of whoever holds it."""

    incident: str
    gate_group: str
    mode: Mode
    why: Why
    officer: str
    began_at: float
    until: float


def holding(incidents: Iterable[Incident], gate_group: str, now: float) -> Incident | None:
    """The one that ``gate_group`` follows: the strictest, of equal ones that which lasts longest."""
    here = [one for one in incidents if one.gate_group in {gate_group, ALL_GROUPS} and now < one.until]
    return max(here, key=lambda one: (_STRICTNESS.index(one.mode), one.until), default=None)
