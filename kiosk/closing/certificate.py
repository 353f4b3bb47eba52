"""Issuing the certificate of a closing: for PASS, FAILED and UNKNOWN alike, and never more than the report says (R-51).

The JSON twin is written first and counts alone; the PDF is made from it in a process of its own. Where that cannot be,
closing goes on, and what is issued says so.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Literal, Protocol

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing.certificate_file import CertificateRefused, read, sha256, sign, sign_paper
from kiosk.closing.certificate_schema import (
    AuditPart,
    Certificate,
    CopyElsewhere,
    DataCategory,
    EventPart,
    KeyProtection,
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
from kiosk.closing.leftovers import LOOKED_AT, NOT_LOOKED_AT, LeftoverReport, Verdict
from kiosk.closing.paper_process import PaperUnavailable, paper_of
from kiosk.config.event import Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import PRIVATE_MODE, sync_folder

PaperMaker = Callable[[bytes], bytes]
"""certificate.json -> the PDF's bytes, not signed yet. Raises PaperUnavailable."""


class Closed(Protocol):
    """What a closing reports about itself."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def counts(self) -> dict[str, int] | None: ...
    @property
    def key_fingerprint(self) -> str: ...
    @property
    def files_removed(self) -> int: ...
    @property
    def stations_still_open(self) -> int: ...
    @property
    def look(self) -> LeftoverReport: ...
    @property
    def key_seen(self) -> bool: ...


@dataclass(frozen=True)
class Circumstances:
    """What the report does not know. ``audit_head``: 64 hexadecimal digits, "" with ``why_no_head``."""

    began: datetime
    ended: datetime
    protection: KeyProtection = KeyProtection.FILE
    operator: Person = Person()
    audit_head: str = ""
    why_no_head: Literal["", "no_log", "unreadable"] = "no_log"
    used_list_taken: bool = False


@dataclass(frozen=True)
class Issued:
    """``paper_fault``: code of why there is no PDF, "" when there is one."""

    json_sha256: str
    signer: str
    paper_fault: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Facts:
    """Everything a certificate is made of."""

    event: EventPart
    kiosk: KioskPart
    tool: ToolPart
    circumstances: Circumstances
    replaces: str | None = None
    categories: tuple[DataCategory, ...] = field(default=tuple(DataCategory))


def issue(
    report: Closed,
    place: EventPlace,
    identity: DeviceIdentity,
    circumstances: Circumstances,
    *,
    audit: Audit | None = None,
    make_paper: PaperMaker = paper_of,
) -> Issued:
    """Write ``certificate.json`` and, where it can be made, ``certificate.pdf`` into the event's folder.

    Raises OSError when not even the JSON twin can be written.
    """
    facts = Facts(
        event_part(place),
        kiosk_part(place, identity),
        ToolPart(name="Venue Kiosk", version=version("venue-kiosk")),
        circumstances,
        _earlier(place),
    )
    json_bytes = sign(certificate_of(report, facts), identity)
    _remove_paper(place)  # an earlier paper must not lie beside another twin
    write_bytes(place, place.certificate_file.name, json_bytes)
    fault = issue_paper(place, identity, json_bytes, make_paper)
    issued = Issued(sha256(json_bytes), identity.fingerprint, fault)
    _record(audit or NoAudit(), circumstances.operator, place, issued, report.verdict)
    return issued


def issue_paper(
    place: EventPlace, identity: DeviceIdentity, json_bytes: bytes, make_paper: PaperMaker = paper_of
) -> str:
    """Make and sign the PDF of ``json_bytes``; "" or the code of why it could not be."""
    try:
        pdf = make_paper(json_bytes)
        write_bytes(place, place.certificate_paper.name, sign_paper(pdf, json_bytes, identity))
    except PaperUnavailable as unavailable:
        return unavailable.code
    except OSError:
        return "not_written"
    return ""


def certificate_of(report: Closed, facts: Facts) -> Certificate:
    """Pure: a report and what is known around it -> the certificate."""
    told = facts.circumstances
    return Certificate(
        event=facts.event,
        kiosk=facts.kiosk,
        data_categories=facts.categories,
        method=_method(report, told.protection),
        tool=facts.tool,
        began=_whole_seconds(told.began),
        ended=_whole_seconds(told.ended),
        verification=_verification(report),
        operator=told.operator,
        verifier=Person(),
        destroyed=None if report.counts is None else dict(report.counts),
        files_removed=report.files_removed,
        key_fingerprint=report.key_fingerprint or None,
        audit_log=AuditPart(head=told.audit_head, why_empty="" if told.audit_head else told.why_no_head or "no_log"),
        state_before=MediumState.IN_USE,
        state_after=MediumState.STAYS_IN_SERVICE if report.verdict is Verdict.PASS else MediumState.SET_ASIDE,
        copies_elsewhere=tuple(
            copy for copy in CopyElsewhere if copy is not CopyElsewhere.USED_LIST or told.used_list_taken
        ),
        replaces=facts.replaces,
        verdict=report.verdict,
    )


def _method(report: Closed, protection: KeyProtection) -> MethodPart:
    """*Cryptographic erase* only where the key was wrapped from outside the disk and is gone by the look's account."""
    found = {leftover.what for leftover in report.look.leftovers}
    looked = LOOKED_AT["keys"] in report.look.checked
    gone = report.key_seen and looked and not found & {"key", "key_file"}
    wrapped = protection is not KeyProtection.FILE
    technique = Technique.CRYPTOGRAPHIC_ERASE if wrapped and gone else Technique.OVERWRITING_ONLY
    return MethodPart(method=Method.CLEAR, technique=technique, key_protection=protection, key_destroyed=gone)


def _verification(report: Closed) -> Verification:
    look = report.look
    return Verification(
        looked_at=_codes(LOOKED_AT, look.checked),
        not_looked_at=_codes(NOT_LOOKED_AT, look.not_checked),
        files_read=look.files_read,
        bytes_read=look.bytes_read,
        leftovers=dict(Counter(leftover.what for leftover in look.leftovers)),
        unread=len(look.unread),
        stations_still_open=report.stations_still_open,
        result=look.verdict,
    )


def _codes(sentences: dict[str, str], said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code, sentence in sentences.items() if sentence in said)


def _whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


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


def _earlier(place: EventPlace) -> str | None:
    """SHA-256 of the certificate of an earlier try, when that one holds."""
    try:
        earlier = place.certificate_file.read_bytes()
        read(earlier)
    except (OSError, CertificateRefused):
        return None
    return sha256(earlier)


def _remove_paper(place: EventPlace) -> None:
    place.certificate_paper.unlink(missing_ok=True)


def _record(audit: Audit, operator: Person, place: EventPlace, issued: Issued, verdict: Verdict) -> None:
    """The certificate stands without its record: a log that cannot be written is told by whoever keeps it."""
    try:
        audit.write(
            Kind.CERTIFICATE_ISSUED,
            operator.account or "system",
            place.event_id,
            success=not issued.paper_fault,
            verdict=verdict.value,
            sha256=issued.json_sha256,
            paper=issued.paper_fault or "made",
        )
    except AuditUnavailable:
        return


def write_bytes(place: EventPlace, name: str, data: bytes) -> None:
    """Replace a file of the event so that after a crash it holds the old bytes or the new ones. Raises OSError."""
    beside = place.folder / f"{name}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(beside, flags, PRIVATE_MODE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place.folder / name)
    sync_folder(place.folder)
