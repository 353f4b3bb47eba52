"""What the rules of a place demand of an event, as named profiles; of several the strictest counts (R-72).

Pure. Every rule knows which of two values is the stricter one, so that merging can only ever tighten. What applies to
all profiles alike (the face lane is off until it is switched on, one to one in memory, destroyed at the decision, check
by staff for everybody under 14) is no rule here: the product does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import reduce
from typing import Any


class PlaceProfile(StrEnum):
    """Part C of the requirements, as far as it is built."""

    CN = "cn"
    EU_STRICT = "eu-strict"
    GENERIC = "generic"


class Paper(StrEnum):
    """What an event has to have in writing."""

    NOTICE = "notice"
    SIGN = "sign"
    ASSESSMENT = "assessment"
    RETENTION = "retention"
    PROCESSING_RECORD = "processing_record"
    FILING_PACK = "filing_pack"
    SECURITY_MAP = "security_map"
    REQUESTS = "requests"


@dataclass(frozen=True)
class PlaceRules:
    """``face_needs_duty``: face checks only where a law asks for the identity check, with a named data-protection
    sign-off. ``hold_possible``: whether a capture may ever be held. ``most_grace_h``: hours from the last session's end
    until the event closes by itself. ``public_safety_reference``: of the permit or security plan, to be written down.
    ``separate_lines``: who chooses staff never passes a camera. ``separated_admins``: three people. ``filing_at``:
    persons stored; None for no filing. ``incident_h``, ``request_days``: time to report, to answer; None: none is set.
    """

    face_needs_duty: bool = False
    hold_possible: bool = True
    most_grace_h: float = 2.0
    public_safety_reference: bool = False
    separate_lines: bool = False
    separated_admins: bool = False
    password_days: int | None = None
    records_years: int = 3
    log_months: int = 6
    filing_at: int | None = None
    incident_h: float | None = None
    request_days: int | None = None
    papers: frozenset[Paper] = frozenset({Paper.NOTICE, Paper.SIGN, Paper.ASSESSMENT, Paper.RETENTION})


def _fewer(one: Any, other: Any) -> Any:
    """Of two limits the smaller; None is no limit."""
    return other if one is None else one if other is None else min(one, other)


_STRICTEST: dict[str, Callable[[Any, Any], Any]] = {
    "face_needs_duty": max,
    "hold_possible": min,
    "most_grace_h": min,
    "public_safety_reference": max,
    "separate_lines": max,
    "separated_admins": max,
    "password_days": _fewer,
    "records_years": max,
    "log_months": max,
    "filing_at": _fewer,
    "incident_h": _fewer,
    "request_days": _fewer,
    "papers": lambda one, other: one | other,
}

_GENERIC = PlaceRules()

RULES: dict[PlaceProfile, PlaceRules] = {
    PlaceProfile.GENERIC: _GENERIC,
    PlaceProfile.CN: PlaceRules(
        public_safety_reference=True,
        separated_admins=True,
        password_days=90,
        filing_at=100_000,
        incident_h=4.0,
        papers=_GENERIC.papers | {Paper.PROCESSING_RECORD, Paper.FILING_PACK, Paper.SECURITY_MAP},
    ),
    PlaceProfile.EU_STRICT: PlaceRules(
        face_needs_duty=True,
        hold_possible=False,
        separate_lines=True,
        separated_admins=True,
        incident_h=72.0,
        request_days=30,
        papers=_GENERIC.papers | {Paper.PROCESSING_RECORD, Paper.REQUESTS},
    ),
}


def stricter(one: PlaceRules, other: PlaceRules) -> PlaceRules:
    """Rule by rule the stricter of both."""
    return PlaceRules(
        **{
            rule.name: _STRICTEST[rule.name](getattr(one, rule.name), getattr(other, rule.name))
            for rule in fields(PlaceRules)
        }
    )


def rules_of(profiles: Iterable[PlaceProfile]) -> PlaceRules:
    """The rules of all of them together; ``generic`` applies everywhere."""
    return reduce(stricter, (RULES[profile] for profile in profiles), _GENERIC)


def is_as_strict(one: PlaceRules, other: PlaceRules) -> bool:
    """Whether ``one`` allows nothing that ``other`` forbids."""
    return stricter(one, other) == one
