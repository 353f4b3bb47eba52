"""Whether an event may hold captures: a file sealed under the event's key, written when two people allowed it.

It fixes what they agreed to, the written ground and the hours; the event's settings alone allow nothing, and whoever
can write the folder cannot put a key of their own in. The private half is sealed apart, so that a gate never opens it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from kiosk.closing.bound import Bound, BoundUnusable, bound_alone, read_bound, write_bound
from kiosk.closing.state import write_whole
from kiosk.config.event import EventConfig
from kiosk.config.places import EventPlace
from kiosk.holding.items import HoldRefused, remove
from kiosk.holding.sealing import PRIVATE_BYTES, PUBLIC_BYTES, new_pair, public_of
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import EventKeys, SealBroken

_MAX_FILE_BYTES = 100_000
_TERMS, _PRIVATE = "hold/terms", "hold/private"


class HoldNotAllowed(Exception):
    """``code``: not_allowed (two people have to agree first), not_in_settings, already_allowed, damaged."""

    def __init__(self, code: str = "not_allowed") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Terms:
    """What was agreed to. ``public``: what the visit's process seals to; ``ground``: by language."""

    public: bytes
    ground: Mapping[str, str]
    max_h: float


def is_allowed(place: EventPlace) -> bool:
    """Whether the file is there; that it holds is seen with the event's key only."""
    return place.hold_file.is_file()


def allow(place: EventPlace, event: EventConfig, keys: EventKeys) -> Terms:
    """Make the pair of keys; the caller has the approvals. What is damaged is replaced: nobody could open anything
    with it. Raises HoldNotAllowed, KeysDestroyed, KeyFileUnusable, OSError.
    """
    if not event.hold.allowed:
        raise HoldNotAllowed("not_in_settings")
    if stands(place, keys):
        raise HoldNotAllowed("already_allowed")
    public, private = new_pair()
    ground = {language.value: event.hold.ground[language] for language in event.languages}
    terms = {"public": public.hex(), "ground": ground, "max_h": event.hold.max_h}
    sealed = {
        "terms": _seal(keys, json.dumps(terms).encode("utf-8"), _TERMS),
        "private": _seal(keys, private, _PRIVATE),
    }
    _bind(place, public.hex())
    write_whole(place.hold_file, json.dumps(sealed) + "\n")
    return Terms(public, ground, event.hold.max_h)


def forbid(place: EventPlace) -> None:
    """Take the permission back; it needs no key. What is held is dropped by the caller.

    A copy of its file put back later is refused. Raises HoldRefused.
    """
    try:
        with suppress(HoldNotAllowed):  # no permission counts beside such a record
            _bind(place, "")
    except (KeyFileUnusable, OSError):
        raise HoldRefused("not_removed") from None
    finally:
        remove(place.hold_file)


def terms_of(place: EventPlace, keys: EventKeys) -> Terms:
    """What the event may hold, and until when. Raises HoldNotAllowed, KeysDestroyed."""
    try:
        value = json.loads(_opened(place, keys, "terms", _TERMS))
        public = bytes.fromhex(value["public"])
        if len(public) != PUBLIC_BYTES:
            raise HoldNotAllowed("damaged")
        _require_standing(place, public.hex())
        return Terms(public, {str(code): str(text) for code, text in value["ground"].items()}, float(value["max_h"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise HoldNotAllowed("damaged") from None


def private_of(place: EventPlace, keys: EventKeys) -> bytes:
    """What opens the items. Raises HoldNotAllowed, KeysDestroyed."""
    private = _opened(place, keys, "private", _PRIVATE)
    if len(private) != PRIVATE_BYTES:
        raise HoldNotAllowed("damaged")
    _require_standing(place, public_of(private).hex())
    return private


def stands(place: EventPlace, keys: EventKeys) -> bool:
    """Whether what was allowed is whole. Raises KeysDestroyed."""
    try:
        terms_of(place, keys)
        private_of(place, keys)
    except HoldNotAllowed:
        return False
    return True


def _bind(place: EventPlace, public: str) -> None:
    """Note beside the key which permission stands; an event that was never bound has nowhere to.

    Raises HoldNotAllowed, KeyFileUnusable, OSError.
    """
    with bound_alone(place):
        bound = _bound(place)
        if bound is not None and bound.hold != public:
            write_bound(place, replace(bound, hold=public))


def _require_standing(place: EventPlace, public: str) -> None:
    """Raises HoldNotAllowed for a permission that was taken back or replaced."""
    bound = _bound(place)
    if bound is not None and bound.hold != public:
        raise HoldNotAllowed


def _bound(place: EventPlace) -> Bound | None:
    try:
        return read_bound(place)
    except BoundUnusable:
        raise HoldNotAllowed("damaged") from None


def _seal(keys: EventKeys, plain: bytes, context: str) -> str:
    return base64.b64encode(keys.seal(plain, context)).decode("ascii")


def _opened(place: EventPlace, keys: EventKeys, part: str, context: str) -> bytes:
    try:
        with place.hold_file.open("rb") as file:
            sealed = base64.b64decode(json.loads(file.read(_MAX_FILE_BYTES))[part], validate=True)
        return keys.open(sealed, context)
    except FileNotFoundError:
        raise HoldNotAllowed from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SealBroken):
        raise HoldNotAllowed("damaged") from None
