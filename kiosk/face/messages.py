"""What crosses between window, warm engine and visit: one small record per packet, checked on arrival.

Never pickle: the visit decodes what a card's chip held, so the window treats what it says as untrusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter, with_config

from drivers.port import PortraitFormat
from kiosk.face.port import (
    AttackSuspected,
    ChallengeAsked,
    ChallengeFailed,
    ChallengeMet,
    Compared,
    EngineEvent,
    EngineLost,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
    SubjectChanged,
)
from kiosk.face.settings import EngineSettings

PACKET_MAX_BYTES = 16_384
PORTRAIT_MAX_BYTES = 1 << 20


class BadMessage(Exception):
    """The peer sent something that is no message of ours."""


# --- window to warm engine ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Configure:
    """First packet. ``decoder_factory``: "module:function" making a PortraitDecoder from ``decoder_settings``."""

    settings: EngineSettings
    decoder_settings: dict[str, Any]
    decoder_factory: str


@dataclass(frozen=True)
class Fork:
    """Make a visit. Comes with two descriptors: the visit's end of its socket, and the frame ring."""

    visit: int
    zone_width_px: int
    zone_height_px: int


# --- warm engine to window ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """Models checked, loaded and warmed up."""


@dataclass(frozen=True)
class Refused:
    """The warm engine cannot serve and ends. ``code``: an EngineUnavailable code."""

    code: str


@dataclass(frozen=True)
class Forked:
    """Answer to Fork; comes with a pidfd of the child, taken before it could have been reaped."""

    visit: int
    fork_s: float


@dataclass(frozen=True)
class Exited:
    """A visit's process has ended and was reaped. ``status`` as of waitstatus_to_exitcode."""

    visit: int
    status: int


# --- window to visit ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrameWritten:
    """Slot ``slot`` of the ring holds a frame until its SlotFree."""

    slot: int
    sequence: int
    captured_at_s: float


@dataclass(frozen=True)
class PortraitGiven:
    """Comes with a descriptor of ``length`` bytes of memory, which the visit overwrites."""

    format: PortraitFormat
    length: int


@dataclass(frozen=True)
class Restart:
    """Forget the probes; what follows belongs to attempt ``attempt``."""

    attempt: int


@dataclass(frozen=True)
class Keep:
    """Keep ready for sealing what this visit captures; comes before the portrait. ``public``: the hold key, in hex."""

    public: str


@dataclass(frozen=True)
class Seal:
    """Seal what was kept ready; answered by Sealed."""


@dataclass(frozen=True)
class End:
    """Exit now."""


# --- visit to window ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlotFree:
    slot: int


@dataclass(frozen=True)
class Seen:
    """An engine event and the attempt it belongs to."""

    attempt: int
    event: EngineEvent


@dataclass(frozen=True)
class Sealed:
    """Answer to Seal. Comes with a descriptor of ``length`` sealed bytes; none for length 0, when nothing was kept."""

    length: int


Message = (
    Configure
    | Fork
    | Ready
    | Refused
    | Forked
    | Exited
    | FrameWritten
    | PortraitGiven
    | Restart
    | Keep
    | Seal
    | End
    | SlotFree
    | Sealed
    | Seen
)

_EVENTS = (
    *(FaceObserved, ReferenceReady, ReferenceFailed, Compared, SubjectChanged, AttackSuspected),
    *(ChallengeAsked, ChallengeMet, ChallengeFailed, EngineLost),
)
_MESSAGES = (
    *(Configure, Fork, Ready, Refused, Forked, Exited),
    *(FrameWritten, PortraitGiven, Restart, Keep, Seal, End),
    *(SlotFree, Sealed),
)
_EVENT_NAMES = frozenset(kind.__name__ for kind in _EVENTS)
_finite = with_config(ConfigDict(allow_inf_nan=False))
"""JSON has no numbers beyond numbers, its parsers do: a box at infinity is nothing a window could paint."""
_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(_finite(kind)) for kind in (*_EVENTS, *_MESSAGES)}


def encode(message: Message) -> bytes:
    """One packet: kind, attempt (0 where there is none) and JSON, parted by blanks. Raises ValueError when too long."""
    attempt, value = (message.attempt, message.event) if isinstance(message, Seen) else (0, message)
    name = type(value).__name__
    packet = b"%s %d %s" % (name.encode(), attempt, _ADAPTERS[name].dump_json(value))
    if len(packet) > PACKET_MAX_BYTES:
        raise ValueError("message too long")
    return packet


def decode(untrusted_packet: bytes) -> Message:
    """Raises BadMessage for anything ``encode`` could not have made."""
    try:
        raw_name, attempt, body = untrusted_packet.split(b" ", 2)
        name = raw_name.decode("ascii")
        value = _ADAPTERS[name].validate_json(body, strict=True)
        return Seen(int(attempt), value) if name in _EVENT_NAMES else value
    except (ValueError, KeyError) as error:  # pydantic's ValidationError is a ValueError
        raise BadMessage from error
