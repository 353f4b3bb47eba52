"""A certificate of an invented closing on an invented machine, signed by a key that is thrown away: for pictures."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.closing.certificate_file import Signed, read, sha256, sign
from kiosk.closing.certificate_schema import (
    AuditPart,
    Certificate,
    CopyElsewhere,
    DataCategory,
    EventPart,
    KioskPart,
    MediaType,
    Medium,
    MediumState,
    Method,
    MethodPart,
    Person,
    Technique,
    ToolPart,
    Verification,
)
from kiosk.closing.journal import Because
from kiosk.closing.leftovers import LOOKED_AT, NOT_LOOKED_AT, Verdict
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.rehearsal.venue import today
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.protection import Protection

_BEGAN = datetime(2026, 5, 2, 15, 0, 31, tzinfo=UTC)
_ENDED = datetime(2026, 5, 2, 15, 1, 2, tzinfo=UTC)


def sample_bytes(verdict: Verdict, identity: DeviceIdentity | None = None) -> bytes:
    """A certificate.json that holds."""
    signer = identity or DeviceIdentity(Ed25519PrivateKey.generate())
    return sign(sample_certificate(verdict, signer.fingerprint), signer)


def sample(verdict: Verdict) -> tuple[Signed, str]:
    """The same, read, and its SHA-256."""
    json_bytes = sample_bytes(verdict)
    return read(json_bytes), sha256(json_bytes)


def sample_certificate(verdict: Verdict, identity: str) -> Certificate:
    """``identity``: fingerprint of whoever will sign it."""
    event = rehearsal_event(today())
    passed = verdict is Verdict.PASS
    return Certificate(
        event=EventPart(
            id=event.id,
            names={language.value: name for language, name in event.name.items()},
            controller=event.notice.controller[event.languages[0]],
            session_dates=tuple(session.date.isoformat() for session in event.sessions),
            rehearsal=True,
        ),
        kiosk=KioskPart(
            identity=identity,
            make="Lantern Machines",
            model="Gate 21",
            serial=None,
            file_system="ext4",
            media=(_MEDIUM,),
        ),
        data_categories=tuple(DataCategory),
        method=MethodPart(
            method=Method.CLEAR,
            technique=Technique.CRYPTOGRAPHIC_ERASE if passed else Technique.OVERWRITING_ONLY,
            key_protection=Protection.SECRET if passed else Protection.FILE,
            key_destroyed=passed,
        ),
        tool=ToolPart(name="Venue Kiosk", version="0"),
        because=Because.ASKED,
        resumed=0,
        began=_BEGAN,
        ended=_ENDED,
        verification=_look(verdict),
        operator=Person(account="organiser-1"),
        verifier=Person(),
        destroyed={"tickets": 50_000, "admitted": 41_873, "undone": 12, "revoked": 4, "held": 0},
        files_removed=9,
        key_fingerprint="0123456789abcdef",
        audit_log=AuditPart(head=f"1204:{'Ln4' * 14}w", why_empty=""),
        state_before=MediumState.IN_USE,
        state_after=MediumState.STAYS_IN_SERVICE if passed else MediumState.SET_ASIDE,
        copies_elsewhere=tuple(CopyElsewhere),
        replaces=None,
        verdict=verdict,
    )


_MEDIUM = Medium(
    device="nvme0n1",
    make="Lantern Stores",
    model="LS 256",
    serial="LS0000000001",
    media_type=MediaType.FLASH,
    storage_id=None,
)


def _look(verdict: Verdict) -> Verification:
    return Verification(
        looked_at=tuple(LOOKED_AT),
        not_looked_at=tuple(NOT_LOOKED_AT),
        files_read=4,
        bytes_read=9_120,
        leftovers={"suspect_file": 2, "key_file": 1} if verdict is Verdict.FAILED else {},
        unread=1 if verdict is Verdict.UNKNOWN else 0,
        stations_still_open=0,
        key_said_to_be_lost=False,
        result=verdict,
    )
