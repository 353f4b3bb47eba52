"""A machine of a venue archives an event by the base's certificate: every device told, or is known to be lost."""

from __future__ import annotations

from pathlib import Path

from kiosk.base import certificate
from kiosk.base.device import way_of
from kiosk.base.errors import BaseTrouble
from kiosk.closing.archived import CertificateMissing, own_certificate
from kiosk.closing.certificate_file import CertificateRefused, sha256
from kiosk.closing.leftovers import Verdict
from kiosk.config.places import EventPlace


def is_enrolled_here(key_dir: Path) -> bool:
    """Whether this machine belongs to a venue with a base."""
    try:
        way_of(key_dir, 1.0, 1.0)
    except BaseTrouble:
        return False
    return True


def venue_certificate(place: EventPlace, untrusted: bytes, base_key: bytes, own_key: bytes) -> str:
    """SHA-256 of the base's certificate, when it ends this event here. Raises CertificateMissing.

    ``code``: besides those of reading it, other_event, not_passed, or not_told: it knows another certificate of this
    machine than the one that lies here, or none.
    """
    try:
        said = certificate.read(untrusted, base_key).certificate
    except CertificateRefused as refused:
        raise CertificateMissing(refused.code) from None
    if said.event != place.event_id:
        raise CertificateMissing("other_event")
    if said.verdict is not Verdict.PASS:
        raise CertificateMissing("not_passed")
    if own_certificate(place, own_key) not in {device.sha256 for device in said.devices}:
        raise CertificateMissing("not_told")
    return sha256(untrusted)
