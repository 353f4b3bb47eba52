"""The base's own certificate of an event's end: which devices told that they destroyed it, which are lost, what was
removed here and how that was seen.

``archived-<event>.json`` in the base's folder is the canonical bytes (RFC 8785) of ``{certificate, signer,
signature}``; Ed25519 (RFC 8032) of the machine's identity over ``venue-kiosk base certificate 1`` | newline | canonical
bytes of ``{certificate, signer}``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

from pydantic import AwareDatetime, ValidationError

from kiosk.base.archiving import Archived
from kiosk.base.ending import Holder
from kiosk.base.look import LOOKED_AT, NOT_LOOKED_AT
from kiosk.base.place import BaseSettings
from kiosk.closing.certificate_file import CertificateRefused, Signer, sha256
from kiosk.closing.certificate_schema import Code, Count, Hex64, Hex128, Line, Part, canonical
from kiosk.closing.leftovers import Verdict
from kiosk.vault.identity import DeviceIdentity, fingerprint_of, is_signed

MAX_BYTES = 1_000_000
_PURPOSE = b"venue-kiosk base certificate 1\n"
TECHNIQUE = "rows deleted, tables and statistics written anew, log switched and its old files removed"


class DevicePart(Part):
    """A device that told: its verdict, and the SHA-256 of its certificate."""

    device: Line
    sha256: Hex64
    told_at: AwareDatetime


class LostPart(Part):
    device: Line
    why: Code
    incident: Line
    by: tuple[Line, Line]
    said_at: AwareDatetime
    last_seen: AwareDatetime | None


class LookPart(Part):
    looked_for: Count
    files_read: Count
    bytes_read: Count
    files_with_something: Count
    files_not_read: Count
    looked_at: tuple[Line, ...]
    not_looked_at: tuple[Line, ...]


class BaseCertificate(Part):
    kind: Literal["venue base"] = "venue base"
    event: Line
    verdict: Verdict
    base: tuple[Line, ...]
    server: Line
    tool: Line
    closing_since: AwareDatetime
    began: AwareDatetime
    ended: AwareDatetime
    technique: Line
    removed: dict[str, Count]
    devices: tuple[DevicePart, ...]
    lost: tuple[LostPart, ...]
    standbys: tuple[Line, ...]
    look: LookPart
    operator: Line


class Unsigned(Part):
    certificate: BaseCertificate
    signer: Signer


class Signed(Unsigned):
    signature: Hex128


def certificate_of(done: Archived, settings: BaseSettings, by: str) -> BaseCertificate:
    seen, end = done.seen, done.end
    return BaseCertificate(
        event=end.event,
        verdict=Verdict.FAILED if seen.found else Verdict.UNKNOWN if seen.unread else Verdict.PASS,
        base=settings.names,
        server=f"PostgreSQL {done.server}",
        tool=f"Venue Kiosk {version('venue-kiosk')}",
        closing_since=_moment(end.closing_at_s or done.began_s),
        began=_moment(done.began_s),
        ended=_moment(done.ended_s),
        technique=TECHNIQUE,
        removed=done.counts,
        devices=tuple(_device(each) for each in end.holders if each.verdict == "pass"),
        lost=tuple(_lost(each) for each in end.holders if each.verdict != "pass"),
        standbys=done.standbys,
        look=LookPart(
            looked_for=done.ids,
            files_read=seen.files,
            bytes_read=seen.bytes,
            files_with_something=len(seen.found),
            files_not_read=len(seen.unread),
            looked_at=LOOKED_AT,
            not_looked_at=NOT_LOOKED_AT,
        ),
        operator=by,
    )


def sign(certificate: BaseCertificate, identity: DeviceIdentity) -> bytes:
    """The file's bytes."""
    key = identity.public_key
    unsigned = Unsigned(certificate=certificate, signer=Signer(public_key=key.hex(), fingerprint=fingerprint_of(key)))
    signature = identity.sign(_PURPOSE + canonical(unsigned)).hex()
    return canonical(Signed(certificate=certificate, signer=unsigned.signer, signature=signature))


def read(untrusted_json: bytes, public_key: bytes | None = None) -> Signed:
    """The certificate, when every byte holds. ``public_key``: 32 bytes the reader trusts; without one it is only known
    to agree with the key it carries. Raises CertificateRefused.
    """
    if len(untrusted_json) > MAX_BYTES:
        raise CertificateRefused("too_large")
    try:
        signed = Signed.model_validate_json(untrusted_json)
    except ValidationError:
        raise CertificateRefused("form") from None
    key = bytes.fromhex(signed.signer.public_key)
    if canonical(signed) != untrusted_json:
        raise CertificateRefused("form")
    unsigned = Unsigned(certificate=signed.certificate, signer=signed.signer)
    if not is_signed(_PURPOSE + canonical(unsigned), bytes.fromhex(signed.signature), key):
        raise CertificateRefused("signature")
    if signed.signer.fingerprint != fingerprint_of(key) or key != (public_key or key):
        raise CertificateRefused("other_key")
    return signed


def for_evidence(event: str, untrusted_json: bytes) -> tuple[str, bytes]:
    """Its name in the evidence pack of ``event``, and its bytes. Raises CertificateRefused, also for another's."""
    if read(untrusted_json).certificate.event != event:
        raise CertificateRefused("of_another_event")
    return f"certificates/{sha256(untrusted_json)[:16]}.json", untrusted_json


def _device(holder: Holder) -> DevicePart:
    return DevicePart(device=holder.device, sha256=holder.digest or "", told_at=_moment(holder.told_at_s or 0.0))


def _lost(holder: Holder) -> LostPart:
    return LostPart(
        device=holder.device,
        why=holder.lost_why or "",
        incident=holder.incident or "",
        by=(holder.lost_by or "", holder.agreed_by or ""),
        said_at=_moment(holder.lost_at_s or 0.0),
        last_seen=None if holder.seen_at_s is None else _moment(holder.seen_at_s),
    )


def _moment(at_s: float) -> datetime:
    """To the second, UTC."""
    return datetime.fromtimestamp(int(at_s), UTC)
