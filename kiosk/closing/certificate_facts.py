"""What a certificate of a closing says: from a report and what is known around it, and never more than that (R-51)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from kiosk.audit.port import Audit
from kiosk.closing.certificate_schema import (
    AuditPart,
    Certificate,
    CopyElsewhere,
    DataCategory,
    EventPart,
    KioskPart,
    MediumState,
    Method,
    MethodPart,
    Person,
    Technique,
    ToolPart,
    Verification,
)
from kiosk.closing.hardware import medium_of, this_machine
from kiosk.closing.journal import Approval, Because, Begun, HandedOut
from kiosk.closing.leftovers import LOOKED_AT, NOT_LOOKED_AT, LeftoverReport, Verdict
from kiosk.config.event import Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.protection import Protection


class Closed(Protocol):
    """What a closing reports about itself. ``protection``: null when the key's file could not be read."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def counts(self) -> dict[str, int] | None: ...
    @property
    def key_fingerprint(self) -> str: ...
    @property
    def protection(self) -> Protection | None: ...
    @property
    def files_removed(self) -> int: ...
    @property
    def stations_still_open(self) -> int: ...
    @property
    def look(self) -> LeftoverReport: ...
    @property
    def key_seen(self) -> bool: ...
    @property
    def because(self) -> Because: ...
    @property
    def steps(self) -> tuple[Begun, ...]: ...
    @property
    def resumed(self) -> int: ...
    @property
    def handed_out(self) -> tuple[HandedOut, ...]: ...
    @property
    def key_lost(self) -> Approval | None: ...


@runtime_checkable
class Headed(Protocol):
    """An audit log that can say where it stands."""

    def head(self) -> str: ...


@dataclass(frozen=True)
class Facts:
    """Everything a certificate is made of."""

    event: EventPart
    kiosk: KioskPart
    tool: ToolPart
    operator: Person
    audit_log: AuditPart
    ended: datetime
    replaces: str | None = None
    categories: tuple[DataCategory, ...] = field(default=tuple(DataCategory))


def certificate_of(report: Closed, facts: Facts) -> Certificate:
    """Pure: a report and what is known around it -> the certificate."""
    return Certificate(
        event=facts.event,
        kiosk=facts.kiosk,
        data_categories=tuple(each for each in facts.categories if _was_there(each, report)),
        method=_method(report),
        tool=facts.tool,
        because=report.because,
        resumed=report.resumed,
        began=moment(report.steps[0].at_s) if report.steps else facts.ended,
        ended=facts.ended,
        verification=_verification(report),
        operator=facts.operator,
        verifier=Person(),
        destroyed=None if report.counts is None else dict(report.counts),
        files_removed=report.files_removed,
        key_fingerprint=report.key_fingerprint or None,
        audit_log=facts.audit_log,
        state_before=MediumState.IN_USE,
        state_after=MediumState.STAYS_IN_SERVICE if report.verdict is Verdict.PASS else MediumState.SET_ASIDE,
        copies_elsewhere=tuple(
            copy for copy in CopyElsewhere if copy is not CopyElsewhere.USED_LIST or report.handed_out
        ),
        replaces=facts.replaces,
        verdict=report.verdict,
    )


def _was_there(category: DataCategory, report: Closed) -> bool:
    return category is not DataCategory.HELD_CAPTURES or "held_total" in (report.counts or {})


def _method(report: Closed) -> MethodPart:
    """*Cryptographic erase* only where the key was wrapped from outside the disk and is gone by the look's account."""
    found = {leftover.what for leftover in report.look.leftovers}
    looked = LOOKED_AT["keys"] in report.look.checked
    gone = report.key_seen and looked and not found & {"key", "key_file"}
    wrapped = report.protection is not None and report.protection.wrapped
    technique = Technique.CRYPTOGRAPHIC_ERASE if wrapped and gone else Technique.OVERWRITING_ONLY
    return MethodPart(method=Method.CLEAR, technique=technique, key_protection=report.protection, key_destroyed=gone)


def _verification(report: Closed) -> Verification:
    look = report.look
    return Verification(
        looked_at=_codes(LOOKED_AT, look.checked),
        not_looked_at=_codes(NOT_LOOKED_AT, look.not_checked),
        files_read=look.files_read,
        bytes_read=look.bytes_read,
        leftovers=dict(Counter(leftover.what for leftover in look.leftovers)),
        unread=len(look.all_unread),
        stations_still_open=report.stations_still_open,
        key_said_to_be_lost=report.key_lost is not None and not report.key_seen,
        result=look.verdict,
    )


def _codes(sentences: dict[str, str], said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code, sentence in sentences.items() if sentence in said)


def moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(int(at_s), UTC)


def audit_part(audit: Audit) -> AuditPart:
    """Where the log stands now, so that the certificate is an anchor for it."""
    if not isinstance(audit, Headed):
        return AuditPart(head="", why_empty="no_log")
    try:
        return AuditPart(head=audit.head(), why_empty="")
    except Exception:  # whatever the log's fault: no certificate fails for it
        return AuditPart(head="", why_empty="unreadable")


def event_part(place: EventPlace) -> EventPart:
    """From the event's file; the id alone when it cannot be read."""
    try:
        event = load_event(place.event_file)
    except ConfigFaults:
        return EventPart(id=place.event_id, names=None, controller=None, session_dates=(), rehearsal=False)
    controller = event.notice.controller
    return EventPart(
        id=event.id,
        names={language.value: " ".join(name.split()) for language, name in event.name.items()},
        controller=" / ".join(dict.fromkeys(controller[language] for language in event.languages))[:300] or None,
        session_dates=tuple(session.date.isoformat() for session in event.sessions),
        rehearsal=event.mode is Mode.REHEARSAL,
    )


def kiosk_part(place: EventPlace, identity: DeviceIdentity) -> KioskPart:
    """The machine and the medium below the event's folder, as far as Linux tells."""
    machine = this_machine()
    file_system, media = medium_of(place.folder)
    return KioskPart(
        identity=identity.fingerprint,
        make=machine.make,
        model=machine.model,
        serial=machine.serial,
        file_system=file_system,
        media=media,
    )
