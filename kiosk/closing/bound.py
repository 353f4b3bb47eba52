"""What the end of an event rests on, bound when the event is made and changed by commands alone (R-49).

``<event id>.key.bound`` lies in the key folder, so that whoever may write the data folder moves no deadline by editing
or damaging ``event.toml``, and goes with the key. One line of JSON with sorted keys, ``{"body", "signature"}``: Ed25519
(RFC 8032) of the machine's identity over ``venue-kiosk bound 1`` | newline | the body. Nothing in it is personal.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kiosk.closing.journal import Approval
from kiosk.closing.lock import folder_alone
from kiosk.closing.schedule import at_s
from kiosk.closing.state import write_whole
from kiosk.config.event import EventConfig, Mode
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.vault.identity import DeviceIdentity, is_signed
from kiosk.vault.key_file import KeyFileUnusable, read_private
from kiosk.vault.port import KeysDestroyed

DOMAIN = b"venue-kiosk bound 1\n"
MAX_FILE_BYTES = 200_000


class BoundUnusable(Exception):
    """There is a record and it proves nothing. ``code``: damaged, wrong_signature, other_event, no_identity, or that of
    a key file that cannot be used.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Terms:
    """Settings of the event file that decide when data goes and what is kept until then.

    ``sessions``: id and end (ISO 8601) of each. ``hold``: of the dispute hold, as canonical JSON.
    """

    mode: str
    sessions: tuple[tuple[str, str], ...]
    end_s: float
    grace_h: float
    hold: str = ""

    @classmethod
    def of(cls, event: EventConfig) -> Terms:
        ends = [session.ends for session in event.sessions]
        hold = event.model_dump(mode="json").get("hold")
        return cls(
            event.mode.value,
            tuple((session.id, session.ends.isoformat()) for session in event.sessions),
            max(end.timestamp() for end in ends),
            event.retention.grace_h,
            json.dumps(hold, sort_keys=True) if hold else "",
        )

    def differences(self, other: Terms) -> tuple[str, ...]:
        """Codes of what is not the same: mode, sessions, grace, hold."""
        pairs = {
            "mode": (self.mode, other.mode),
            "sessions": ((self.sessions, self.end_s), (other.sessions, other.end_s)),
            "grace": (self.grace_h, other.grace_h),
            "hold": (self.hold, other.hold),
        }
        return tuple(code for code, (mine, others) in pairs.items() if mine != others)


@dataclass(frozen=True)
class Extension:
    """One of them. ``hours`` are added to the grace and to those before. ``at_s``: UTC seconds since the epoch."""

    hours: float
    approval: Approval
    by: str
    at_s: float


@dataclass(frozen=True)
class Bound:
    """``data_dir``: where the event lies. ``tickets``: how many its store held at least; ``store_inode``: of its file,
    0 before there was one. ``hold``: the public key of the permission to hold captures that stands, in hexadecimal, ""
    for none: one that was taken back does not count again when its file is put back. ``published``: the rules of
    privacy at sale time, as ``kiosk.closing.publishing`` writes them, "" before that. ``statements``: what people stand
    for, as ``kiosk.closing.statements`` writes it. ``served``: the gate groups whose tickets this machine was given,
    none for all.
    """

    event_id: str
    data_dir: str
    terms: Terms
    extensions: tuple[Extension, ...] = ()
    tickets: int = 0
    store_inode: int = 0
    hold: str = ""
    published: str = ""
    statements: str = ""
    served: tuple[str, ...] = ()

    @property
    def extended_h(self) -> float:
        return sum(each.hours for each in self.extensions)

    @property
    def at_s(self) -> float:
        """When the event closes by itself, UTC seconds since the epoch."""
        return at_s(self.terms.end_s, self.terms.grace_h, self.extended_h)


def bound_of(place: EventPlace, event: EventConfig) -> Bound:
    """The first record of an event with these settings."""
    return Bound(event.id, str(place.data_dir), Terms.of(event), store_inode=_inode(place))


def with_store(bound: Bound, place: EventPlace, tickets: int) -> dict[str, Any]:
    """What changes in ``bound`` once the store holds ``tickets``; for ``dataclasses.replace``."""
    return {"tickets": max(bound.tickets, tickets), "store_inode": _inode(place)}


def write_bound(place: EventPlace, bound: Bound) -> None:
    """Sign and put ``bound`` in its place, on disk before this returns. Raises KeyFileUnusable, OSError."""
    identity = DeviceIdentity.load_or_create(_identity_file(place))
    body = asdict(bound)
    line = _line({"body": body, "signature": identity.sign(DOMAIN + _line(body)).hex()})
    write_whole(place.bound_file, line.decode("ascii"))


def bound_alone(place: EventPlace) -> AbstractContextManager[None]:
    """Read, change and write the record while nobody else of this machine does; held for moments. Raises OSError."""
    return folder_alone(place.key_dir)


def read_bound(place: EventPlace) -> Bound | None:
    """The record of the event; None where there is none. Raises BoundUnusable."""
    try:
        data = read_private(place.bound_file, MAX_FILE_BYTES)
    except KeysDestroyed:
        return None
    except KeyFileUnusable as unusable:
        raise BoundUnusable(unusable.code) from None
    try:
        identity = DeviceIdentity.load(_identity_file(place))
    except (KeysDestroyed, KeyFileUnusable):
        raise BoundUnusable("no_identity") from None
    bound = decode(data, identity.public_key)
    if bound.event_id != place.event_id:
        raise BoundUnusable("other_event")
    return bound


def is_rehearsal(place: EventPlace) -> bool:
    """Whether the event was made as one, whatever its file says now; no where nothing proves it."""
    try:
        bound = read_bound(place)
    except BoundUnusable:
        return False
    return bound is not None and bound.terms.mode == Mode.REHEARSAL.value


def decode(data: bytes, public_key: bytes) -> Bound:
    """What ``write_bound`` made with the private half of ``public_key``. Raises BoundUnusable."""
    try:
        document = json.loads(data)
        body, signature = document["body"], bytes.fromhex(document["signature"])
        signed = _line(body)
        bound = _from_body(body)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise BoundUnusable("damaged") from None
    if not is_signed(DOMAIN + signed, signature, public_key):
        raise BoundUnusable("wrong_signature")
    return bound


def _from_body(body: Mapping[str, Any]) -> Bound:
    """Raises ValueError, KeyError, TypeError."""
    terms = body["terms"]
    numbers = (float(terms["end_s"]), float(terms["grace_h"]))
    extensions = tuple(_extension(each) for each in body["extensions"])
    if not all(map(math.isfinite, (*numbers, *(each.hours for each in extensions)))):
        raise ValueError("not a time")
    return Bound(
        str(body["event_id"]),
        str(body["data_dir"]),
        Terms(
            str(terms["mode"]),
            tuple((str(name), str(ends)) for name, ends in terms["sessions"]),
            *numbers,
            str(terms["hold"]),
        ),
        extensions,
        int(body["tickets"]),
        int(body["store_inode"]),
        str(body.get("hold", "")),
        str(body.get("published", "")),
        str(body.get("statements", "")),
        tuple(map(str, body.get("served", ()))),
    )


def _extension(value: Mapping[str, Any]) -> Extension:
    agreed = value["approval"]
    first, second = agreed["approved_by"]
    approval = Approval(str(agreed["reason"]), (str(first), str(second)), agreed["logged_in"] is True)
    return Extension(float(value["hours"]), approval, str(value["by"]), float(value["at_s"]))


def is_missed(place: EventPlace, tickets: int | None, counts: Mapping[str, int] | None) -> bool:
    """Whether the event's store is not what it was: moved away, emptied, or another file put in its place.

    ``tickets``: at least as many as it held, None where nobody knows; ``counts``: of the file that is there, None where
    it cannot be read. One that was damaged where it lies is still the event's: it is destroyed like a whole one.
    """
    if tickets is None:
        return False
    if counts is not None:
        return counts["tickets"] < tickets
    try:
        bound = read_bound(place)
    except BoundUnusable:
        bound = None
    return _inode(place) == 0 or bound is None or bound.store_inode != _inode(place)


def _inode(place: EventPlace) -> int:
    """Of the store's file; a copy put in its place has another one. 0 where there is none."""
    try:
        return os.lstat(place.ledger_file).st_ino
    except OSError:
        return 0


def _identity_file(place: EventPlace) -> Path:
    return DevicePlace(place.data_dir, place.key_dir).identity_file


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
