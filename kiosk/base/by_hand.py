"""Packages where no base vouches for anybody: machines show a code of their signing key, and people type it.

A kiosk's request is signed with the key of its identity; whoever packs types the code that the kiosk shows. The package
is signed with the key of the machine that packed it, whose code is typed at the kiosk; from the first package on the
kiosk takes those of that machine alone::

    VKH1 <event> <device> <public half> <identity> <signature>

in base64; the signature is Ed25519 over ``venue-kiosk request by hand 1`` | newline | the rest.

No kiosk hears of another's admissions then. A ticket that two of them have can be used once at each, so each is given
the tickets of gate groups that no other has (``doubled``), unless the event allows it and whoever packs says so.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk.base.errors import BaseTrouble
from kiosk.base.package_file import PackageTrouble, header_in, not_whole
from kiosk.base.package_key import PackageKey, PackageRequest, made_once, note_maker
from kiosk.base.package_maker import Verify
from kiosk.base.receiving import Received, Taking, key_for, receive
from kiosk.base.sealing import PUBLIC_BYTES
from kiosk.config.event import EventConfig
from kiosk.config.event_sections import OfflinePolicy
from kiosk.config.places import EventPlace, is_event_id
from kiosk.vault.identity import DeviceIdentity, is_signed

MAGIC = "VKH1"
MOST_CHARACTERS = 1000
CODE_DIGITS = 24
"""96 bits: nobody finds a second key with the code of the first."""
_SIGNED = b"venue-kiosk request by hand 1\n"
_KEY_BYTES = 32


def code_of(public_key: bytes) -> str:
    """What names a machine's signing key: 24 hexadecimal digits in fours. They begin as its fingerprint does."""
    digits = hashlib.sha256(public_key).hexdigest()[:CODE_DIGITS]
    return " ".join(re.findall("....", digits))


def is_code_of(untrusted_typed: str, public_key: bytes) -> bool:
    """Whether that was typed, however it was grouped."""
    typed = re.sub(r"[\s-]", "", untrusted_typed).lower()
    return hmac.compare_digest(typed.encode(), code_of(public_key).replace(" ", "").encode())


def ask_by_hand(place: EventPlace, identity: DeviceIdentity, device: str = "") -> str:
    """The request of this machine, which calls itself ``device``; what it was called at its first request stays.

    Raises BaseTrouble, KeyFileUnusable, OSError.
    """
    device = device or f"kiosk-{identity.fingerprint[:8]}"
    if not is_event_id(device):
        raise BaseTrouble(f"A device cannot be called {device}: letters, digits, - and _.", "package_name")
    key = made_once(place, device)
    if key.device and key.device != device:
        raise BaseTrouble(f"This machine asked for {place.event_id} as {key.device} before.", "package_named_before")
    if not key.device:
        raise BaseTrouble(f"This machine asked the base for {place.event_id}: kiosk base ask.", "package_asked_base")
    public = key.private.public_key().public_bytes_raw()
    body = " ".join((place.event_id, device, _base64(public), _base64(identity.public_key)))
    return f"{MAGIC} {body} {_base64(identity.sign(_SIGNED + body.encode()))}\n"


@dataclass(frozen=True)
class HandRequest:
    """A request whose signature held; ``identity`` signed it, and has still to be checked by somebody."""

    request: PackageRequest
    identity: bytes

    def checked(self, untrusted_code: str, groups: Iterable[str] = ()) -> PackageRequest:
        """Once the code that its machine shows was typed; for the tickets of ``groups``, none for all.

        Raises BaseTrouble.
        """
        if not is_code_of(untrusted_code, self.identity):
            raise BaseTrouble(
                f"This is not the code of the machine that made the request of {self.request.device}: read it again "
                "from that machine's screen. If it differs, the request was exchanged on its way.",
                "package_code",
            )
        return replace(self.request, groups=tuple(sorted(set(groups))))


def read_hand_request(untrusted_text: str) -> HandRequest:
    """Raises BaseTrouble unless it is whole."""
    parts = untrusted_text[:MOST_CHARACTERS].split()
    trouble = BaseTrouble("This is no whole request: copy again what kiosk event ask made.", "package_request")
    if len(parts) != 6 or parts[0] != MAGIC or not is_event_id(parts[1]) or not is_event_id(parts[2]):
        raise trouble
    try:
        public, identity, signature = (base64.b64decode(part, validate=True) for part in parts[3:])
    except ValueError:
        raise trouble from None
    whole = (len(public), len(identity)) == (PUBLIC_BYTES, _KEY_BYTES)
    if not whole or not is_signed(_SIGNED + " ".join(parts[1:5]).encode(), signature, identity):
        raise trouble
    return HandRequest(PackageRequest(parts[1], parts[2], public), identity)


def doubled(event: EventConfig, requests: Iterable[PackageRequest]) -> dict[str, list[str]]:
    """Gate groups whose tickets more than one device would have, and which."""
    holders: dict[str, list[str]] = {}
    for request in requests:
        for group in request.groups or [group.id for group in event.gate_groups]:
            holders.setdefault(group, []).append(request.device)
    return {group: names for group, names in holders.items() if len(names) > 1}


def require_apart(event: EventConfig, requests: list[PackageRequest], *, used_twice: bool) -> dict[str, list[str]]:
    """``doubled``, where the event and whoever packs (``used_twice``) allow it. Raises BaseTrouble."""
    for request in requests:
        unknown = [group for group in request.groups if event.gate_group(group) is None]
        if unknown:
            raise BaseTrouble(f"Event {event.id} has no gate group {', '.join(unknown)}.", "package_no_group")
    shared = doubled(event, requests)
    if not shared:
        return {}
    which = "; ".join(f"{group}: {', '.join(names)}" for group, names in sorted(shared.items()))
    if event.venue.offline is not OfflinePolicy.ADMIT_AND_REPORT:
        raise BaseTrouble(
            f"Without a base a ticket could be used once at each of these ({which}), and the event's venue.offline "
            "does not allow it: give each device gate groups of its own.",
            "package_doubled_never",
        )
    if not used_twice:
        raise BaseTrouble(
            f"Without a base a ticket could be used once at each of these ({which}), and nobody would be told: give "
            "each device gate groups of its own, or say --used-twice.",
            "package_doubled",
        )
    return shared


@dataclass(frozen=True)
class HandMaker:
    """A PackageMaker: any machine with an identity; who believes it is for people to say. ``name``: for them."""

    identity: DeviceIdentity
    name: str

    def named(self, now_s: float) -> str:
        return self.name

    def shown(self) -> dict[str, str]:
        return {"identity": _base64(self.identity.public_key)}

    def sign(self, data: bytes) -> bytes:
        return self.identity.sign(data)


@dataclass(frozen=True)
class HandBeliever:
    """A Believer of one machine: the one with the public key ``known``, else the one whose code was typed."""

    untrusted_code: str = ""
    known: bytes = b""
    _believed: list[bytes] = field(default_factory=list)

    @property
    def believed(self) -> bytes:
        """The public key of the last maker that was."""
        return self._believed[-1]

    def believe(self, maker: str, untrusted_shown: Mapping[str, object], now_s: float) -> Verify:
        """Raises BaseTrouble, ValueError, KeyError."""
        if "identity" not in untrusted_shown:
            raise PackageTrouble("This package was made with a base: kiosk base receive.", "package_of_base")
        identity = base64.b64decode(str(untrusted_shown["identity"]), validate=True)
        if self.known and not hmac.compare_digest(identity, self.known):
            raise PackageTrouble(
                f"Earlier packages of this event came from the machine {code_of(self.known)}; this one comes from "
                f"{code_of(identity)}: it is not taken.",
                "package_other_maker",
            )
        if not self.known and not is_code_of(self.untrusted_code, identity):
            raise PackageTrouble(
                "This is not the code of the machine that made this package: read it again from that machine's screen. "
                "If it differs, the package was exchanged on its way.",
                "package_maker_code",
            )
        self._believed.append(identity)
        return lambda signature, data: is_signed(data, signature, identity)


@dataclass(frozen=True)
class Offered:
    """What a package says of itself before anything of it is believed. ``code``: of who made it, as it says;
    ``maker_known``: whether that need not be typed, an earlier package of this event having been taken.
    """

    place: EventPlace
    maker: str
    code: str
    maker_known: bool
    key: PackageKey


def offered_in(path: Path, data_dir: Path, key_dir: Path) -> Offered:
    """Raises BaseTrouble, KeyFileUnusable, OSError."""
    header = header_in(path)
    if not is_event_id(header.event):
        raise not_whole()
    place = EventPlace(data_dir, key_dir, header.event)
    key = key_for(place, header.made_at_s, "This machine", "kiosk event ask")
    if not key.device:
        raise PackageTrouble(f"This machine asked the base for {place.event_id}.", "package_asked_base")
    header.part_of(key.device)
    try:
        code = code_of(base64.b64decode(str(header.shown["identity"]), validate=True))
    except (ValueError, KeyError):
        raise PackageTrouble("This package was made with a base: kiosk base receive.", "package_of_base") from None
    return Offered(place, header.maker, code, bool(key.maker), key)


def receive_by_hand(path: Path, untrusted_code: str, taking: Taking, now_s: float) -> Received:
    """Take the package in ``path``, whose maker's code was typed. Raises as ``kiosk.base.receiving.receive`` does."""
    offered = offered_in(path, taking.data_dir, taking.key_dir)
    believer = HandBeliever(untrusted_code, bytes.fromhex(offered.key.maker))
    received = receive(path, offered.key.device, believer, taking, now_s)
    note_maker(offered.place, believer.believed)
    return received


def read_request_file(file: Path) -> HandRequest:
    """Raises BaseTrouble, OSError."""
    with file.open(encoding="ascii", errors="replace") as opened:
        return read_hand_request(opened.read(MOST_CHARACTERS))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
