"""Issuing the certificate of a closing: for PASS, FAILED and UNKNOWN alike, and never more than the report says (R-51).

The JSON twin is written first and counts alone; the PDF is made from it in a process of its own. Where that cannot be,
closing goes on, and what is issued says so.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, runtime_checkable

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.audit.survived import Survived
from kiosk.closing.certificate_file import CertificateRefused, read, sha256, sign, sign_paper
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
from kiosk.closing.paper_process import PaperUnavailable, paper_of
from kiosk.config.event import Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import PRIVATE_MODE, KeyFileUnusable, sync_folder
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection

PaperMaker = Callable[[bytes], bytes]
"""certificate.json -> the PDF's bytes, not signed yet. Raises PaperUnavailable."""


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
class Issued:
    """``fault``: why there is no certificate (no_identity, not_written); ``paper``: made, not_asked, or why not."""

    sha256: str = ""
    signer: str = ""
    fault: str = ""
    paper: str = "not_asked"


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


class Issuer:
    """Issues for one closing. Closing never fails for its sake: what could not be done is said by code.

    ``make_paper``: None leaves the PDF to ``kiosk event certificate``. ``survived`` takes the faults of the log.
    """

    def __init__(
        self,
        place: EventPlace,
        audit: Audit,
        by: str,
        make_paper: PaperMaker | None = None,
        survived: Survived | None = None,
    ) -> None:
        self._place, self._audit, self._by, self._make_paper = place, audit, by, make_paper
        self._survived = survived or Survived()

    def issue(self, report: Closed, ended_s: float) -> Issued:
        """The JSON twin; recorded in the audit log."""
        try:
            identity = DeviceIdentity.load_or_create(device_of(self._place).identity_file)
            digest = issue(report, self._place, identity, ended_s, Person(account=self._by), self._audit)
        except KeyFileUnusable:
            return Issued(fault="no_identity")
        except OSError:
            return Issued(fault="not_written")
        with self._survived():
            self._audit.write(
                Kind.CERTIFICATE_ISSUED,
                self._by,
                self._place.event_id,
                verdict=report.verdict.value.lower(),
                sha256=digest,
                fingerprint=identity.fingerprint,
            )
        return Issued(digest, identity.fingerprint)

    def paint(self, issued: Issued) -> Issued:
        """The PDF twin, when it was asked for. Slow (about 1 s): the event's state is settled before."""
        if issued.fault or self._make_paper is None:
            return issued
        return replace(issued, paper=paint_again(self._place, self._make_paper) or "made")


def issue(
    report: Closed, place: EventPlace, identity: DeviceIdentity, ended_s: float, operator: Person, audit: Audit
) -> str:
    """Write ``certificate.json`` into the event's folder; its SHA-256. The paper of an earlier one goes.

    ``ended_s``: UTC seconds since the epoch. Raises OSError.
    """
    facts = Facts(
        event_part(place),
        kiosk_part(place, identity),
        ToolPart(name="Venue Kiosk", version=version("venue-kiosk")),
        operator,
        audit_part(audit),
        _moment(ended_s),
        _earlier(place),
    )
    json_bytes = sign(certificate_of(report, facts), identity)
    place.certificate_paper.unlink(missing_ok=True)  # an earlier paper must not lie beside another twin
    _write_json(place, json_bytes)
    return sha256(json_bytes)


def paint_again(place: EventPlace, make_paper: PaperMaker = paper_of) -> str:
    """Make and sign ``certificate.pdf`` from the JSON twin; "" or the code of why it could not be."""
    try:
        json_bytes = place.certificate_file.read_bytes()
        identity = DeviceIdentity.load(device_of(place).identity_file)
        signed = read(json_bytes)
        if signed.signer.public_key != identity.public_key.hex():
            return "other_identity"
        _write_paper(place, sign_paper(make_paper(json_bytes), json_bytes, identity))
    except (PaperUnavailable, CertificateRefused) as refused:
        return refused.code
    except (KeyFileUnusable, KeysDestroyed):
        return "no_identity"
    except OSError:
        return "not_written"
    return ""


def device_of(place: EventPlace) -> DevicePlace:
    return DevicePlace(place.data_dir, place.key_dir)


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
        began=_moment(report.steps[0].at_s) if report.steps else facts.ended,
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


def _moment(at_s: float) -> datetime:
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


def _earlier(place: EventPlace) -> str | None:
    """SHA-256 of the certificate of an earlier try, when that one holds."""
    try:
        earlier = place.certificate_file.read_bytes()
        read(earlier)
    except (OSError, CertificateRefused):
        return None
    return sha256(earlier)


def _write_json(place: EventPlace, data: bytes) -> None:
    """Replace the JSON twin so that after a crash it holds the old bytes or the new ones. Raises OSError."""
    beside = place.certificate_file.with_name(f"{place.certificate_file.name}.new")
    _write(beside, data)
    beside.replace(place.certificate_file)
    sync_folder(place.folder)


def _write_paper(place: EventPlace, data: bytes) -> None:
    """Straight into its place: the event may be WIPED, and no half-written name may be left. A torn paper lacks its
    signed line and is made again. Raises OSError.
    """
    try:
        _write(place.certificate_paper, data)
    except OSError:
        place.certificate_paper.unlink(missing_ok=True)
        raise
    sync_folder(place.folder)


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, PRIVATE_MODE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
