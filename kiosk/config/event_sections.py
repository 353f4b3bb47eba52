"""The sections of an event file, each by itself; what they say of one another is checked in kiosk.config.event."""

from __future__ import annotations

import base64
import re
import warnings
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    field_validator,
    model_validator,
)

from drivers.port import DocumentKind
from kiosk.config.faults import Problems, raise_problems
from kiosk.config.patterns import MOST_WAYS, CannotCount, ways
from kiosk.config.places import EVENT_ID
from kiosk.config.texts import (
    LocalGround,
    LocalLabel,
    LocalText,
    too_long_for_a_glance,
)
from kiosk.domain.capacity import DEFAULT_OPT_OUT_SHARE, DEFAULT_SERVICE_S

Identifier = Annotated[str, StringConstraints(pattern=EVENT_ID)]
"""Letters, digits, - and _; it becomes part of file names."""

NOTICE_FIELDS = ("controller", "contact", "purpose", "method", "retention", "necessity", "effect", "rights")
"""The eight things a person is told before capture (R-07)."""

OFFERING_FIELDS = ("short", "method", "effect")
"""Texts of a notice that describe the choice between the lanes."""

MINIMUM_AGE_YEARS: Literal[14] = 14


class Frozen(BaseModel):
    """Base of all settings: unknown keys are faults, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mode(StrEnum):
    """Rehearsal runs on simulators and films and says so on every screen; live refuses them."""

    REHEARSAL = "rehearsal"
    LIVE = "live"


class Purpose(StrEnum):
    """The one purpose there is (R-01)."""

    ENTRY_CHECK = "entry-check"


class DecoderKind(StrEnum):
    """How an encoded portrait becomes pixels."""

    NONE = "none"
    READER = "reader"  # the reader delivers a decoded picture
    LIBRARY = "library"  # the reader maker's library
    PROGRAM = "program"  # the reader maker's program
    REHEARSAL = "rehearsal"  # our own codec, never live


class Session(Frozen):
    """One performance. ``date`` is the local day tickets and ages are decided for."""

    id: Identifier
    name: LocalLabel
    date: date
    doors: AwareDatetime
    ends: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Session:
        if self.doors.date() != self.date:
            raise Problems([("doors", "must lie on the session's date")])
        if not timedelta(0) < self.ends - self.doors <= timedelta(hours=24):
            raise Problems([("ends", "must come after doors, by at most 24 hours")])
        return self


class ManualLane(Frozen):
    """The lane every gate group has (R-03): officers who work it, and how many people come to the gate group a minute
    at the busiest (0: nobody has said).
    """

    officers: Annotated[int, Field(strict=True, ge=0, le=500)] = 0
    arrivals_per_min: Annotated[float, Field(ge=0, le=2000)] = 0.0


class GateGroup(Frozen):
    """Gates that admit the same tickets. ``where`` are the words that send somebody there."""

    id: Identifier
    name: LocalLabel
    where: LocalLabel
    manual: ManualLane = ManualLane()


Share = Annotated[float, Field(ge=0, le=1)]


class Planning(Frozen):
    """What the manual lane is planned by (R-12): shares of the arrivals, seconds an officer takes for one person, and
    why there are fewer officers than needed, where there are.
    """

    opt_out_share: Share = DEFAULT_OPT_OUT_SHARE
    other_documents_share: Share = 0.0
    children_share: Share = 0.0
    service_s: Annotated[float, Field(ge=5, le=600)] = DEFAULT_SERVICE_S
    below_plan_reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


BADGE_PREFIX = "VKB-"
"""Officers' badges begin with it, and no ticket's code does."""


class TicketCode(Frozen):
    """Whether the ticket's own code has to be scanned too, and what such a code looks like."""

    needed: StrictBool = False
    pattern: Annotated[str, Field(max_length=200)] = r"[0-9A-Za-z-]+"
    min_length: Annotated[int, Field(strict=True, ge=1, le=500)] = 4
    max_length: Annotated[int, Field(strict=True, ge=1, le=500)] = 64

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            with warnings.catch_warnings(action="ignore"):  # sets of sets: refused below, in our words
                re.compile(value)
        except re.error as error:
            raise ValueError(f"is not a regular expression ({error.msg})") from None
        except (OverflowError, RecursionError):
            raise ValueError("is not a regular expression (too large)") from None
        return value

    @model_validator(mode="after")
    def _lengths(self) -> TicketCode:
        if self.min_length > self.max_length:
            raise Problems([("min_length", "must not exceed max_length")])
        try:
            tries = ways(self.pattern, self.max_length)
        except CannotCount:
            sentence = "may hold characters, [classes], groups, | and repetition only, once per character or group"
            raise Problems([("pattern", sentence)]) from None
        if tries > MOST_WAYS:
            raise Problems([("pattern", "repeats in too many ways: simplify it, or lower max_length")])
        return self

    def fits(self, untrusted_code: str) -> bool:
        """Whether a scanned code can be one of this event's; what looks like an officer's badge never is."""
        in_length = self.min_length <= len(untrusted_code) <= self.max_length
        is_ticket = in_length and not untrusted_code.upper().startswith(BADGE_PREFIX)
        return is_ticket and re.fullmatch(self.pattern, untrusted_code) is not None


class AttackSignals(StrEnum):
    """What is done about presentation attacks: nothing; whoever shows a passive sign of one goes to staff; and besides,
    whoever is compared is asked for a few acts first."""

    OFF = "off"
    SIGNALS = "signals"
    CHALLENGE = "challenge"


class FaceLane(Frozen):
    """The extra lane; off unless the organiser says otherwise (R-02), bounded by R-20."""

    enabled: StrictBool = False
    attempts: Annotated[int, Field(strict=True, ge=1, le=2)] = 2
    attempt_s: Annotated[float, Field(strict=True, gt=0, le=5.0)] = 5.0
    attack_signals: AttackSignals = AttackSignals.SIGNALS


class Duty(StrEnum):
    """Who asks for the identity check: the first question of all (R-02)."""

    UNANSWERED = ""
    LAW = "law"
    ORGANISER = "organiser"


class Reason(Frozen):
    """Why identities are checked at this event at all (R-01): the one purpose, the need, who and which rule asks."""

    use: Purpose = Purpose.ENTRY_CHECK
    duty: Duty = Duty.UNANSWERED
    necessity: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    rule: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Place(Frozen):
    """What the rules of the place want to be written down; which of it, the event's profiles say (R-72)."""

    public_safety_reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    data_protection_sign_off: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    separate_lines: StrictBool = False


class Notice(Frozen):
    """What people are told before any capture: the short notice and the eight fields of the full one (R-07).

    ``address``: where the full notice can be read on the web, for the posters' code; "" puts the text itself into it.
    """

    short: LocalText
    controller: LocalText
    contact: LocalText
    purpose: LocalText
    method: LocalText
    retention: LocalText
    necessity: LocalText
    effect: LocalText
    rights: LocalText
    address: Annotated[str, StringConstraints(pattern=r"^(?:https://[!-~]{4,280})?$")] = ""

    @field_validator("short")
    @classmethod
    def _a_glance(cls, value: LocalText) -> LocalText:
        problems = ((lang.value, too_long_for_a_glance(lang, text)) for lang, text in value.items())
        raise_problems((key, problem) for key, problem in problems if problem)
        return value


class Slips(Frozen):
    """What a slip of the desk says beside the decision (R-88): where to complain, by default the notice's contact, and
    who gives the money back, by default whoever sold the ticket.
    """

    complaint: LocalGround = Field(default_factory=dict)
    refund: LocalGround = Field(default_factory=dict)


class Allowed(Frozen):
    """Plug-in families and portrait decoders that may run at this event."""

    readers: tuple[str, ...] = ("sdt",)
    scanners: tuple[str, ...] = ("barcode",)
    gates: tuple[str, ...] = ("modbus", "lcus")
    printers: tuple[str, ...] = ("escpos",)
    documents: Annotated[tuple[DocumentKind, ...], Field(min_length=1)] = (
        DocumentKind.RESIDENT,
        DocumentKind.HMT_RESIDENCE,
        DocumentKind.FOREIGN_PERMANENT_RESIDENT,
    )
    decoders: tuple[DecoderKind, ...] = (DecoderKind.NONE, DecoderKind.READER, DecoderKind.LIBRARY, DecoderKind.PROGRAM)


class UnknownIssuer(StrEnum):
    """What becomes of a passport or identity card that is whole in itself, but whose State nobody here vouches for."""

    STAFF = "staff"
    FACE = "face"  # a face check may rest on it


class Passports(Frozen):
    """Documents with a chip. Anybody can make one that is whole in itself, so an unknown issuer goes to staff unless
    the organiser decides otherwise.
    """

    unknown_issuer: UnknownIssuer = UnknownIssuer.STAFF


class Returning(StrEnum):
    """Whether somebody who went out may come in again on the same ticket; they show their document again."""

    NONE = "none"
    ONCE = "once"
    ALWAYS = "always"


class Reentry(Frozen):
    """Going out is noted at a desk. Whoever left without that cannot come in again."""

    allowed: Returning = Returning.NONE

    @property
    def entries(self) -> int | None:
        """How often one ticket may admit; None: as often as its holder comes back."""
        return {Returning.NONE: 1, Returning.ONCE: 2, Returning.ALWAYS: None}[self.allowed]


class DeskRules(Frozen):
    """What officers may be shown. ``chip_portrait``: the portrait of the document just read, for half a minute."""

    chip_portrait: StrictBool = False


ED25519_KEY_BYTES = 32


class PriorChoice(Frozen):
    """Lanes chosen with the ticket. ``key``: of the system that signs consents to a face check (Ed25519, 32 bytes in
    base64); without it only *check by staff* can have been chosen beforehand (R-06)."""

    taken: StrictBool = False
    key: Annotated[str, Field(max_length=60)] = ""

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        try:
            length = len(base64.b64decode(value, validate=True))
        except ValueError:
            length = -1
        if value and length != ED25519_KEY_BYTES:
            raise ValueError("must be an Ed25519 public key: 32 bytes in base64")
        return value

    @property
    def key_bytes(self) -> bytes:
        return base64.b64decode(self.key)


class Times(Frozen):
    """Patience and leases, in seconds."""

    hold_lease_s: Annotated[float, Field(strict=True, ge=10, le=300)] = 60.0
    idle_s: Annotated[float, Field(strict=True, ge=20, le=300)] = 20.0
    idle_warning_s: Annotated[float, Field(strict=True, ge=20, le=300)] = 20.0


class Retention(Frozen):
    """How long after the end of the last session the event closes by itself, in hours (R-49)."""

    grace_h: Annotated[float, Field(strict=True, ge=0, le=24)] = 2.0


class OfflinePolicy(StrEnum):
    """What a station of a venue may decide while the base is away. Whatever it decides is told to the base later."""

    ADMIT_AND_REPORT = "admit_and_report"  # as if alone; a ticket used twice meanwhile is found afterwards
    OWN_GROUP = "own_group"  # only tickets of the station's own gate group
    MANUAL_LANE = "manual_lane"  # gates let nobody in by themselves; staff decide at the desk


class Venue(Frozen):
    """An event with many gates at one base; without a base nothing of it applies.

    ``face_rests_after_s``: at the latest so long after the last officer of a gate group has left, its face lanes rest.
    """

    offline: OfflinePolicy = OfflinePolicy.ADMIT_AND_REPORT
    face_rests_after_s: Annotated[float, Field(strict=True, ge=10, le=120)] = 10.0


class Hold(Frozen):
    """Whether captures of a disputed check may be kept for a while (R-47): off unless the organiser says otherwise.

    ``ground``: the written legal ground, shown to whoever is asked; ``max_h``: hours, and never past the event's close.
    Two people still have to allow it by command.
    """

    allowed: StrictBool = False
    max_h: Annotated[float, Field(strict=True, ge=0.5, le=24)] = 12.0
    ground: LocalGround = Field(default_factory=dict)
