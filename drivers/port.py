"""What readers, scanners and gates look like to whoever uses them (the kiosk, or your own program).

A device is *polled* from one thread of its owner: ``poll`` does a bounded piece of work (at most about
its time-out) and returns the events that came of it. Devices re-open themselves after unplugging; the owner
sees ``DeviceLost`` and later ``DeviceReady``.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType, Protocol

from drivers.secret import SecretText, SensitiveBytes

IdToken = NewType("IdToken", bytes)
"""32 bytes: a document number under a key of the event; meaningless after the key is gone."""


class DocumentKind(StrEnum):
    """Kinds of identity document; the value is what rosters and event files say."""

    RESIDENT = "cn-resident"
    HMT_RESIDENCE = "cn-hmt-residence"
    FOREIGN_PERMANENT_RESIDENT = "cn-foreign-pr"
    PASSPORT = "passport"
    IDENTITY_CARD = "identity-card"


Tokenise = Callable[[DocumentKind, str, str], IdToken]
"""(kind, issuing State as ISO 3166 alpha-3, normalised document number) -> token."""


class DocumentValidity(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"


class PortraitFormat(StrEnum):
    """How the portrait came out of the document; a PortraitDecoder turns it into pixels."""

    WLT = "wlt"
    BMP = "bmp"
    JPEG = "jpeg"
    JPEG2000 = "jpeg2000"


@dataclass(frozen=True)
class ReadingRules:
    """What the parser needs to turn personal fields into decisions and forget them.

    ``event_day`` is the local date of admission. Age is decided as R-14 wants it: old enough only from the day
    *after* the ``minimum_age_years``-th birthday (29 February counts as 1 March in common years).
    """

    event_day: date
    tokenise: Tokenise
    minimum_age_years: int = 14


@dataclass(frozen=True)
class DeviceReady:
    """The device answers. ``identity`` is its printed serial number where it has one."""

    identity: str = ""


@dataclass(frozen=True)
class DeviceLost:
    """The device does not answer; ``code`` is a DriverError code. It will be tried again by itself."""

    code: str


@dataclass(frozen=True)
class DocumentPresented:
    """Something lies on the reader; reading has begun. ``at_s`` is monotonic."""

    at_s: float


@dataclass(frozen=True)
class IdentityRead:
    """Who the document was issued to, reduced to what a gate may know (R-23).

    ``name`` is for comparison with the ticket in memory and is wiped by the receiver. ``first_byte_at_s`` is the
    monotonic time of the first byte of the answer that carried the identity.
    """

    kind: DocumentKind
    issuing_state: str
    token: IdToken = field(repr=False)
    masked_name: str = field(repr=False)
    name: SecretText
    age_ok: bool
    validity: DocumentValidity
    first_byte_at_s: float
    to_be_proved: bool = False
    """Whether a DocumentJudged follows, without which nobody may be admitted by this document."""


@dataclass(frozen=True)
class PortraitRead:
    """The document's portrait, still encoded. The receiver owns and wipes ``data``."""

    format: PortraitFormat
    data: SensitiveBytes
    at_s: float


@dataclass(frozen=True)
class KeyNeeded:
    """A chip lies there that opens with its machine-readable zone or card access number only, and none is known."""


@dataclass(frozen=True)
class KeyTaken:
    """A zone was swiped or typed and is kept, in memory, for the chip that comes next."""


@dataclass(frozen=True)
class KeyUnreadable:
    """Somebody swiped, and the zone's check digits do not fit. ``line`` from 0 says where, -1: it cannot be said."""

    line: int = -1


@dataclass(frozen=True)
class ReadProgress:
    """A chip is read for seconds: ``share`` of what has to be read before the comparison can begin, 0 to 1."""

    share: float


class DocumentProof(StrEnum):
    """What a document with a chip proves of itself; every value but GENUINE goes to a person.

    ISSUER_UNKNOWN: whole in itself, but no certificate of its State is installed; an event may accept it.
    TECHNICAL_FAILURE: could not be judged, and is never called fraud.
    """

    GENUINE = "genuine"
    TAMPERED = "tampered"
    CLONE_SUSPECTED = "clone_suspected"
    SIGNER_REFUSED = "signer_refused"
    TECHNICAL_FAILURE = "technical_failure"
    ISSUER_UNKNOWN = "issuer_unknown"
    EXPIRED = "expired"


@dataclass(frozen=True)
class DocumentJudged:
    """The document's own proof is through. It comes after the portrait, and before anybody may be admitted by it."""

    proof: DocumentProof
    at_s: float


@dataclass(frozen=True)
class ReadFailed:
    """A document was there and could not be read; ``reason`` is one of ReadFailure."""

    reason: ReadFailure
    status: int | None = None


class ReadFailure(StrEnum):
    LIFTED = "lifted"
    REFUSED = "refused"
    GARBLED = "garbled"
    NOT_A_DOCUMENT = "not_a_document"
    TIMED_OUT = "timed_out"
    KEY_REFUSED = "key_refused"


@dataclass(frozen=True)
class DocumentRemoved:
    """The document was lifted (or cannot be found any more)."""


@dataclass(frozen=True)
class CodeScanned:
    """A ticket code; ``untrusted_code`` has passed length and charset limits only. ``symbology``: the AIM id, or ""."""

    untrusted_code: str = field(repr=False)
    symbology: str = ""


@dataclass(frozen=True)
class PassageSeen:
    """The turnstile reported that somebody went through. ``at_s`` is monotonic."""

    at_s: float


class ButtonSide(StrEnum):
    """Which of a station's two lit buttons, seen by whoever stands before it."""

    LEFT = "left"
    RIGHT = "right"


class ButtonFault(StrEnum):
    """HELD: pressed for so long that it is jammed, or bridged by water. LAMP: the board refuses to light it."""

    HELD = "held_down"
    LAMP = "lamp_refused"


@dataclass(frozen=True)
class ButtonPressed:
    """One press: down, alone, after a time in which it was up. ``at_s`` is monotonic."""

    side: ButtonSide
    at_s: float


@dataclass(frozen=True)
class ButtonFaulty:
    """The button presses nothing more until ButtonMended."""

    side: ButtonSide
    fault: ButtonFault


@dataclass(frozen=True)
class ButtonMended:
    """The fault told last is over. A board that was away begins without faults and says nothing of them."""

    side: ButtonSide


DocumentEvent = (
    DeviceReady
    | DeviceLost
    | DocumentPresented
    | KeyNeeded
    | KeyTaken
    | KeyUnreadable
    | ReadProgress
    | IdentityRead
    | PortraitRead
    | DocumentJudged
    | ReadFailed
    | DocumentRemoved
)
ScannerEvent = DeviceReady | DeviceLost | CodeScanned
ButtonEvent = ButtonPressed | ButtonFaulty | ButtonMended
GateEvent = DeviceReady | DeviceLost | PassageSeen | ButtonEvent


class DocumentReader(Protocol):
    """Polled from one thread. Never raises for what a device or card does; says it by events."""

    def poll(self) -> list[DocumentEvent]:
        """Do the next bounded step (about 0.3 s of waiting at most, a read in progress up to its deadline)."""

    def close(self) -> None: ...


class CodeScanner(Protocol):
    """Polled from one thread."""

    def poll(self) -> list[ScannerEvent]: ...

    def trigger(self, on: bool) -> None:
        """Switch aiming and scanning on or off where the family has a host trigger; no-op elsewhere."""

    def close(self) -> None: ...


class OpeningResult(StrEnum):
    """What is known of a requested opening. *Confirmed* needs a passage input."""

    REQUESTED = "requested"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"


class GateOutput(Protocol):
    """Opens a turnstile for one person. ``self_timed``: the board ends the pulse by itself."""

    self_timed: bool

    def open_once(self) -> OpeningResult:
        """Pulse the opening input; blocks at most 0.5 s. REQUESTED when the board acknowledged, UNCONFIRMED when the
        board has no answer, FAILED when it could not be sent. Never raises for device faults."""

    def poll(self) -> list[GateEvent]: ...

    def close(self) -> None: ...


class ButtonBoard(Protocol):
    """A GateOutput whose board has two lit buttons as well; their presses and faults come from its ``poll``."""

    def light(self, lit: Set[ButtonSide]) -> None:
        """Which lamps are to be lit from the next ``poll`` on, also after the board was away. Same thread as ``poll``.
        All are dark until it is called, and after ``close``.
        """


class SlipPrinter(Protocol):
    """Prints one picture after the other. ``width_dots``: how wide its paper is."""

    width_dots: int

    def print_picture(self, data: bytes) -> None:
        """Rows of ``width_dots`` dots, each padded to whole bytes, the left dot in the highest bit, 1 is black. Returns
        once it is on paper. Blocks for seconds. Raises a DriverError whose ``step`` is why not: paper_out, cover_open,
        offline, no_answer.
        """
