"""The steps from nothing to an event that can be armed, as data: what each asks, where it stands in the event's file,
and which lines of the readiness list it mends (R-71). The first asks why identities are checked at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from drivers.port import DocumentKind
from kiosk.config.event import NOTICE_FIELDS, AttackSignals, Duty, OfflinePolicy, UnknownIssuer
from kiosk.domain.place_rules import PlaceProfile


class Kind(StrEnum):
    """How a setting is asked for. ``LOCAL``: one text in each language of the event. ``MOMENT``: local day and time."""

    TEXT = "text"
    LOCAL = "local"
    WHOLE = "whole"
    NUMBER = "number"
    MOMENT = "moment"
    CHOICE = "choice"
    MANY = "many"
    YES_NO = "yes_no"


OFFERED = frozenset({Kind.CHOICE, Kind.MANY, Kind.YES_NO})
"""Chosen among few; everything else is typed."""


@dataclass(frozen=True)
class Setting:
    """``path``: dotted, in the event's file or below an entry. ``values``: of a choice, the least intrusive first."""

    path: str
    kind: Kind = Kind.TEXT
    longest: int = 60
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Where its words stand in the translations."""
        return self.path.replace(".", "_")


@dataclass(frozen=True)
class Step:
    """``entries``: the list in the event's file whose entries have the settings each, "" for the file itself.
    ``mends``: codes of the readiness list. ``grows``: entries can be added and taken away.
    """

    name: str
    settings: tuple[Setting, ...] = ()
    mends: frozenset[str] = frozenset()
    entries: str = ""
    grows: bool = False
    parts: tuple[Setting, ...] = ()
    """Settings of a step that are asked for one by one, each on a page of its own."""


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


WHY = Step(
    "why",
    (
        Setting("reason.duty", Kind.CHOICE, values=(Duty.LAW.value, Duty.ORGANISER.value)),
        Setting("reason.necessity", longest=600),
        Setting("reason.rule", longest=200),
    ),
    _codes("duty", "necessity", "rule"),
)
STEPS = (
    WHY,
    Step(
        "rules",
        (
            Setting("profiles", Kind.MANY, values=tuple(profile.value for profile in PlaceProfile)),
            Setting("place.separate_lines", Kind.YES_NO),
            Setting("place.public_safety_reference", longest=200),
            Setting("place.data_protection_sign_off", longest=200),
        ),
        _codes("public_safety", "sign_off", "separate_lines", "loosened"),
    ),
    Step(
        "name",
        (
            Setting("languages", Kind.MANY, values=("zh", "en")),
            Setting("name", Kind.LOCAL, 80),
            Setting("staff_desk", Kind.LOCAL, 80),
        ),
        _codes("changed"),
    ),
    Step(
        "sessions",
        (
            Setting("id", longest=40),
            Setting("name", Kind.LOCAL, 80),
            Setting("doors", Kind.MOMENT, 16),
            Setting("ends", Kind.MOMENT, 16),
        ),
        entries="sessions",
        grows=True,
    ),
    Step(
        "gates",
        (Setting("id", longest=40), Setting("name", Kind.LOCAL, 80), Setting("where", Kind.LOCAL, 80)),
        entries="gate_groups",
        grows=True,
    ),
    Step(
        "lanes",
        (Setting("manual.officers", Kind.WHOLE, 3), Setting("manual.arrivals_per_min", Kind.NUMBER, 6)),
        _codes("manual_lane", "plan"),
        entries="gate_groups",
    ),
    Step(
        "planning",
        (
            Setting("planning.opt_out_share", Kind.NUMBER, 6),
            Setting("planning.other_documents_share", Kind.NUMBER, 6),
            Setting("planning.children_share", Kind.NUMBER, 6),
            Setting("planning.service_s", Kind.NUMBER, 6),
            Setting("planning.below_plan_reason", longest=300),
        ),
        _codes("below_plan"),
    ),
    Step("officers", mends=_codes("admins")),
    Step(
        "notice",
        mends=_codes("placeholder"),
        parts=tuple(Setting(f"notice.{name}", Kind.LOCAL, 600) for name in ("short", *NOTICE_FIELDS)),
    ),
    Step(
        "documents",
        (
            Setting("allowed.documents", Kind.MANY, values=tuple(kind.value for kind in DocumentKind)),
            Setting("ticket_code.needed", Kind.YES_NO),
            Setting("passports.unknown_issuer", Kind.CHOICE, values=tuple(each.value for each in UnknownIssuer)),
        ),
    ),
    Step(
        "face",
        (
            Setting("face.enabled", Kind.YES_NO),
            Setting("face.attack_signals", Kind.CHOICE, values=tuple(each.value for each in AttackSignals)),
            Setting("face.attempts", Kind.CHOICE, values=("1", "2")),
        ),
        _codes("face_duty", "challenge"),
    ),
    Step(
        "keeping",
        (
            Setting("hold.allowed", Kind.YES_NO),
            Setting("retention.grace_h", Kind.NUMBER, 5),
            Setting("hold.max_h", Kind.NUMBER, 5),
            Setting("hold.ground", Kind.LOCAL, 120),
        ),
        _codes("grace_place", "hold_place"),
    ),
    Step(
        "offline",
        (
            Setting("venue.offline", Kind.CHOICE, values=tuple(each.value for each in reversed(OfflinePolicy))),
            Setting("venue.face_rests_after_s", Kind.NUMBER, 5),
        ),
    ),
    Step("roster", mends=_codes("tickets", "gate_group", "key", "store")),
    Step("papers", mends=_codes("assessment", "signs")),
)

BY_NAME = {step.name: step for step in STEPS}


def step_that_mends(code: str, what: str = "") -> Step:
    """Where a line of the readiness list is mended. ``what``: of a placeholder, the setting that holds it."""
    if code == "placeholder":
        for step in STEPS:
            if step.entries and what.startswith(f"{step.entries}["):
                return step
            if any(what == setting.path for setting in (*step.settings, *step.parts)):
                return step
    return next((step for step in STEPS if code in step.mends), WHY)


def settings_of(step: Step) -> Iterator[Setting]:
    yield from step.settings
    yield from step.parts
