"""WIPED -> ARCHIVED: an event is put away once every certificate of its destruction is in (R-52).

A machine that serves an event alone has its own certificate. Where a venue's base shared the event, the base says which
devices have told, and its certificate names each: see ``kiosk.base.archived_here``.
"""

from __future__ import annotations

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.closing.certificate_file import MAX_JSON_BYTES, CertificateRefused, read, sha256
from kiosk.closing.state import EventState, WrongState, move, state_at
from kiosk.config.places import EventPlace


class CertificateMissing(Exception):
    """``code``: none (there is no certificate), other_event, or why it does not hold."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def own_certificate(place: EventPlace, public_key: bytes) -> str:
    """SHA-256 of this machine's certificate of the event; ``public_key``: this machine's. Raises CertificateMissing."""
    try:
        with place.certificate_file.open("rb") as file:
            content = file.read(MAX_JSON_BYTES + 1)
        signed = read(content, public_key)
    except OSError:
        raise CertificateMissing("none") from None
    except CertificateRefused as refused:
        raise CertificateMissing(refused.code) from None
    if signed.certificate.event.id != place.event_id:
        raise CertificateMissing("other_event")
    return sha256(content)


def archive_event(place: EventPlace, public_key: bytes, by: str, audit: Audit, venue_sha256: str = "") -> None:
    """Say that nothing is waited for any more. ``venue_sha256``: of the base's certificate, where there is a base.

    Raises WrongState, CertificateMissing, AuditUnavailable, OSError.
    """
    state = state_at(place)
    if state is not EventState.WIPED:
        raise WrongState(state)
    own = own_certificate(place, public_key)
    audit.write(Kind.EVENT_ARCHIVED, by, place.event_id, sha256=venue_sha256 or own)
    move(place.state_file, EventState.ARCHIVED)
