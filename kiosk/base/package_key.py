"""A device's key pair for one event: rosters come to it under the public half. The private half lies among the keys of
the event, never leaves the machine, and goes with them at the event's close.

The request that carries the public half is signed with the device's own key, which the base vouches for::

    VKP1 <event> <public half> <certificate> <signature>

in base64; the signature is ECDSA P-256 with SHA-256 over ``venue-kiosk package request 1`` | newline | the rest. Texts
of some 900 characters: they fit a QR code.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.base.authority import has_signed, vouched_for
from kiosk.base.errors import BaseTrouble
from kiosk.base.link import BaseWay
from kiosk.base.package_maker import Verify
from kiosk.base.sealing import PUBLIC_BYTES
from kiosk.closing.state import OVER, EventState, WrongState, read_state, write_whole
from kiosk.config.places import PRIVATE_DIR_MODE, EventPlace, is_event_id
from kiosk.vault.key_file import KeyFileUnusable, read_private, write_private
from kiosk.vault.port import KeysDestroyed

MAGIC = "VKP1"
MAKER_KIND = "desk"
"""A gate stands where people walk past: what it could sign, others could."""
MOST_CHARACTERS = 4000
_SIGNED = b"venue-kiosk package request 1\n"


@dataclass(frozen=True)
class PackageKey:
    """``newest_s``: when the newest package that was taken had been made, UTC seconds; 0 before the first.

    Without a base: ``device``: what this machine called itself when it asked; ``maker``: the public key of who made the
    packages it takes, "" before the first.
    """

    private: X25519PrivateKey
    newest_s: float = 0.0
    device: str = ""
    maker: str = ""

    def __repr__(self) -> str:
        return f"PackageKey(newest_s={self.newest_s})"


@dataclass(frozen=True)
class PackageRequest:
    """A device that wants an event's roster; its word for the key is checked.

    ``groups``: the gate groups whose tickets it is to have, sorted; none: all of them.
    """

    event: str
    device: str
    public: bytes
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeviceKey:
    """What a device proves with that it is one of the base's. ``authority`` vouches for ``certificate``."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    @classmethod
    def of(cls, way: BaseWay) -> DeviceKey:
        """Raises BaseTrouble."""
        try:
            key = serialization.load_pem_private_key(read_private(way.key_file), None)
            certificate = x509.load_pem_x509_certificate(way.certificate_file.read_bytes())
            authority = x509.load_pem_x509_certificate(way.ca_file.read_bytes())
        except (OSError, ValueError, KeysDestroyed, KeyFileUnusable):
            raise BaseTrouble("What this machine keeps of its enrolment cannot be read: enrol it again.") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise BaseTrouble(f"{way.key_file} is not a key of ours.")
        return cls(key, certificate, authority)

    def named(self, now_s: float) -> str:
        """A PackageMaker's name. Raises BaseTrouble."""
        vouched = vouched_for(self.certificate, self.authority, now_s)
        if vouched.kind != MAKER_KIND:
            raise BaseTrouble("Only a desk makes packages: enrol this machine with kiosk base enrol NAME --kind desk")
        return vouched.name

    def shown(self) -> dict[str, str]:
        return {"certificate": _der(self.certificate)}

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def believe(self, maker: str, untrusted_shown: Mapping[str, object], now_s: float) -> Verify:
        """A Believer: of any desk that the same base vouches for. Raises BaseTrouble, ValueError, KeyError."""
        der = base64.b64decode(str(untrusted_shown["certificate"]), validate=True)
        try:
            certificate = x509.load_der_x509_certificate(der)
            vouched = vouched_for(certificate, self.authority, now_s)
        except (x509.InvalidVersion, UnsupportedAlgorithm, x509.DuplicateExtension):
            raise ValueError("no certificate") from None
        if vouched.kind != MAKER_KIND or vouched.name != maker:
            raise BaseTrouble(f"This package was made by {vouched.name}, which is no desk: it is not taken.")
        return lambda signature, data: has_signed(certificate, signature, data)


def ask(place: EventPlace, ours: DeviceKey) -> str:
    """The request for the event's roster; the key is made at the first one and stays. Raises BaseTrouble,
    KeyFileUnusable, OSError."""
    key = made_once(place)
    body = " ".join((place.event_id, _base64(key.private.public_key().public_bytes_raw()), _der(ours.certificate)))
    signature = ours.key.sign(_SIGNED + body.encode(), ec.ECDSA(hashes.SHA256()))
    return f"{MAGIC} {body} {_base64(signature)}\n"


def made_once(place: EventPlace, device: str = "") -> PackageKey:
    """The device's key for the event; made where there is none yet, never for one that is over.

    Raises BaseTrouble, WrongState, KeyFileUnusable, OSError.
    """
    if not is_event_id(place.event_id):
        raise BaseTrouble(f"An event cannot be called {place.event_id}.")
    state = read_state(place.state_file)
    if place.folder.is_dir() and state in {EventState.CLOSING, *OVER}:
        raise WrongState(state)
    try:
        return load(place)
    except KeysDestroyed:
        key = PackageKey(X25519PrivateKey.generate(), device=device)
        place.key_dir.mkdir(mode=PRIVATE_DIR_MODE, parents=True, exist_ok=True)
        write_private(place.package_key_file, _text(place, key).encode())
        return key


def load(place: EventPlace) -> PackageKey:
    """Raises KeysDestroyed where there is none, KeyFileUnusable."""
    try:
        value = json.loads(read_private(place.package_key_file))
        if value["event"] != place.event_id:
            raise KeyFileUnusable("other_event")
        return PackageKey(
            X25519PrivateKey.from_private_bytes(bytes.fromhex(value["private"])),
            float(value["newest_s"]),
            str(value.get("device", "")),
            str(value.get("maker", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileUnusable("damaged") from None


def restore(place: EventPlace, key: PackageKey) -> None:
    """Put the key back where it is gone. Raises OSError."""
    if not place.package_key_file.exists():
        write_whole(place.package_key_file, _text(place, key))


def note_taken(place: EventPlace, key: PackageKey, made_at_s: float) -> None:
    """No package made at that time or before is taken any more. Raises OSError."""
    write_whole(place.package_key_file, _text(place, replace(key, newest_s=made_at_s)))


def note_maker(place: EventPlace, public_key: bytes) -> None:
    """From now on packages of that machine alone are taken. Raises KeysDestroyed, KeyFileUnusable, OSError."""
    write_whole(place.package_key_file, _text(place, replace(load(place), maker=public_key.hex())))


def read_request(untrusted_text: str, authority: x509.Certificate, now_s: float) -> PackageRequest:
    """Raises BaseTrouble unless it is whole, and of a device that ``authority`` vouches for at ``now_s``."""
    parts = untrusted_text[:MOST_CHARACTERS].split()
    if len(parts) != 5 or parts[0] != MAGIC or not is_event_id(parts[1]):
        raise BaseTrouble("This is no whole request for a roster: copy or scan again what kiosk base ask made.")
    try:
        public, der, signature = (base64.b64decode(part, validate=True) for part in parts[2:])
        certificate = x509.load_der_x509_certificate(der)
    except ValueError:
        raise BaseTrouble("This is no whole request for a roster: scan again what kiosk base ask made.") from None
    device = vouched_for(certificate, authority, now_s)
    if len(public) != PUBLIC_BYTES or not has_signed(certificate, signature, _SIGNED + " ".join(parts[1:4]).encode()):
        raise BaseTrouble(f"This request was changed on its way from {device.name}: let it be made again.")
    return PackageRequest(parts[1], device.name, public)


def _text(place: EventPlace, key: PackageKey) -> str:
    private = key.private.private_bytes_raw().hex()
    kept = {"event": place.event_id, "private": private, "newest_s": key.newest_s}
    by_hand = {"device": key.device, "maker": key.maker} if key.device else {}
    return json.dumps({**kept, **by_hand}) + "\n"


def _der(certificate: x509.Certificate) -> str:
    return _base64(certificate.public_bytes(serialization.Encoding.DER))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
