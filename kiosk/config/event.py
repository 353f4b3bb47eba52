"""What the organiser decides about one event, from its TOML file. Frozen; validated whole.

Cross-checks sit on the field that comes last in the file's order and look at ``info.data`` (the fields before
it that were fine), so that one bad field does not hide the faults of the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
)

from kiosk.config.event_sections import (
    BADGE_PREFIX,
    MINIMUM_AGE_YEARS,
    NOTICE_FIELDS,
    OFFERING_FIELDS,
    Allowed,
    AttackSignals,
    DecoderKind,
    DeskRules,
    Duty,
    FaceLane,
    Frozen,
    GateGroup,
    Hold,
    Identifier,
    ManualLane,
    Mode,
    Notice,
    OfflinePolicy,
    Passports,
    Place,
    Planning,
    PriorChoice,
    Purpose,
    Reason,
    Reentry,
    Retention,
    Session,
    Slips,
    TicketCode,
    Times,
    UnknownIssuer,
    Venue,
)
from kiosk.config.faults import Problems, raise_problems
from kiosk.config.places import RESERVED_IDS
from kiosk.config.texts import (
    Label,
    Language,
    LocalLabel,
    missing_languages,
    pressure,
)
from kiosk.domain.place_rules import PlaceProfile


class EventConfig(Frozen):
    """One event. Every text exists in every language of ``languages``."""

    id: Identifier
    mode: Mode = Mode.LIVE
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)]
    profiles: Annotated[tuple[PlaceProfile, ...], Field(min_length=1, max_length=len(PlaceProfile))] = (
        PlaceProfile.GENERIC,
    )
    name: LocalLabel
    reason: Reason = Reason()
    place: Place = Place()
    minimum_age_years: Literal[14] = MINIMUM_AGE_YEARS
    sessions: Annotated[tuple[Session, ...], Field(min_length=1, max_length=60)]
    gate_groups: Annotated[tuple[GateGroup, ...], Field(min_length=1, max_length=60)]
    staff_desk: LocalLabel
    planning: Planning = Planning()
    ticket_code: TicketCode = TicketCode()
    face: FaceLane = FaceLane()
    notice: Notice
    slips: Slips = Slips()
    allowed: Allowed = Allowed()
    passports: Passports = Passports()
    times: Times = Times()
    retention: Retention = Retention()
    hold: Hold = Hold()
    venue: Venue = Venue()
    reentry: Reentry = Reentry()
    prior_choice: PriorChoice = PriorChoice()
    desk: DeskRules = DeskRules()

    @field_validator("id")
    @classmethod
    def _not_the_machines(cls, value: str) -> str:
        if value in RESERVED_IDS:
            raise ValueError("is a name of the machine's own keys: choose another")
        return value

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: tuple[Language, ...]) -> tuple[Language, ...]:
        if len(set(value)) != len(value):
            raise ValueError("names a language twice")
        return value

    @field_validator("profiles")
    @classmethod
    def _profiles_once(cls, value: tuple[PlaceProfile, ...]) -> tuple[PlaceProfile, ...]:
        if len(set(value)) != len(value):
            raise ValueError("names a profile twice")
        return value

    @field_validator("name", "staff_desk")
    @classmethod
    def _complete(cls, value: LocalLabel, info: ValidationInfo) -> LocalLabel:
        raise_problems(missing_languages(value, _languages(info)))
        return value

    @field_validator("sessions")
    @classmethod
    def _sessions(cls, value: tuple[Session, ...], info: ValidationInfo) -> tuple[Session, ...]:
        raise_problems(_entry_problems([(session.id, {"name": session.name}) for session in value], info))
        return value

    @field_validator("gate_groups")
    @classmethod
    def _gate_groups(cls, value: tuple[GateGroup, ...], info: ValidationInfo) -> tuple[GateGroup, ...]:
        entries = [(group.id, {"name": group.name, "where": group.where}) for group in value]
        raise_problems(_entry_problems(entries, info))
        return value

    @field_validator("notice")
    @classmethod
    def _notice(cls, value: Notice, info: ValidationInfo) -> Notice:
        texts = {field: getattr(value, field) for field in ("short", *NOTICE_FIELDS)}
        problems = [
            (f"{field}.{key}", sentence)
            for field, text in texts.items()
            for key, sentence in missing_languages(text, _languages(info))
        ]
        problems += [
            (f"{field}.{language.value}", problem)
            for field, text in texts.items()
            for language, words in text.items()
            if (problem := pressure(language, words, offer=field in OFFERING_FIELDS))
        ]
        raise_problems(problems)
        return value

    @field_validator("slips")
    @classmethod
    def _slips(cls, value: Slips, info: ValidationInfo) -> Slips:
        given = ((key, getattr(value, key)) for key in ("complaint", "refund"))
        raise_problems(
            (f"{key}.{language}", problem)
            for key, texts in given
            if texts
            for language, problem in missing_languages(texts, _languages(info))
        )
        return value

    @field_validator("allowed")
    @classmethod
    def _no_rehearsal_decoder_live(cls, value: Allowed, info: ValidationInfo) -> Allowed:
        if info.data.get("mode") is Mode.LIVE and DecoderKind.REHEARSAL in value.decoders:
            raise Problems([("decoders", "must not hold “rehearsal” in live mode")])
        return value

    @field_validator("hold")
    @classmethod
    def _hold_with_a_ground(cls, value: Hold, info: ValidationInfo) -> Hold:
        if value.allowed:
            missing = missing_languages(value.ground, _languages(info))
            raise_problems((f"ground.{key}", sentence) for key, sentence in missing)
        return value

    def session(self, session_id: str) -> Session | None:
        return next((session for session in self.sessions if session.id == session_id), None)

    def gate_group(self, group_id: str) -> GateGroup | None:
        return next((group for group in self.gate_groups if group.id == group_id), None)

    def session_at(self, now: datetime) -> Session:
        """The session a station admits to at ``now`` (with its zone), also past midnight and with two on one day.

        The one that runs (of several the last to have begun); else today's next, or today's last when all are over;
        else the next to come; else the last.
        """
        in_order = sorted(self.sessions, key=lambda session: session.doors)
        running = [session for session in in_order if session.doors <= now < session.ends]
        today = [session for session in in_order if session.date == now.date()]
        to_come = [session for session in today if now < session.doors] or today[-1:]
        to_come += [session for session in in_order if now < session.doors]
        return running[-1] if running else (to_come or in_order[-1:])[0]


def _languages(info: ValidationInfo) -> tuple[Language, ...]:
    languages: tuple[Language, ...] = info.data.get("languages", ())
    return languages


def _entry_problems(entries: list[tuple[str, dict[str, LocalLabel]]], info: ValidationInfo) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    seen: set[str] = set()
    for place, (identifier, texts) in enumerate(entries, start=1):
        if identifier in seen:
            problems.append((f"[{place}].id", "is used twice"))
        seen.add(identifier)
        for field, text in texts.items():
            problems += [
                (f"[{place}].{field}.{key}", sentence) for key, sentence in missing_languages(text, _languages(info))
            ]
    return problems


__all__ = [
    "BADGE_PREFIX",
    "MINIMUM_AGE_YEARS",
    "NOTICE_FIELDS",
    "Allowed",
    "AttackSignals",
    "DecoderKind",
    "Duty",
    "EventConfig",
    "FaceLane",
    "Frozen",
    "GateGroup",
    "Hold",
    "Identifier",
    "Label",
    "Language",
    "ManualLane",
    "Mode",
    "Notice",
    "OfflinePolicy",
    "Passports",
    "Place",
    "PlaceProfile",
    "Planning",
    "Purpose",
    "Reason",
    "Retention",
    "Session",
    "TicketCode",
    "Times",
    "UnknownIssuer",
    "Venue",
]
