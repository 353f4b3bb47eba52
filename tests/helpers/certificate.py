"""Closings to certify, without closing anything: a report as a closing gives it, an event's folder, a signer."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.closing.journal import Approval, Because, Begun, HandedOut, Step
from kiosk.closing.leftovers import LOOKED_AT, Leftover, LeftoverReport, Verdict
from kiosk.config.places import EventPlace
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.protection import Protection
from tests.helpers.event_place import write_event_file

IDENTITY = DeviceIdentity(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_IDENTITY = DeviceIdentity(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
BEGAN_S, ENDED_S = 1_777_676_614.3, 1_777_676_645.9
_LETTERS = string.ascii_letters.encode()
FAKE_PDF = b"%PDF-1.4\n% stands for a paper\n%%EOF\n"


def look(*leftovers: str, unread: int = 0, keys_looked_for: bool = True) -> LeftoverReport:
    """What a look found: left-overs by their kind, in a file named after a person."""
    checked = tuple(said for code, said in LOOKED_AT.items() if code != "keys" or keys_looked_for)
    return LeftoverReport(
        [Leftover("/somewhere/金丝雀.csv", what) for what in leftovers],
        ["/somewhere/金丝雀.db"] * unread,
        files_read=7,
        bytes_read=123_456,
        checked=checked,
    )


@dataclass
class Closing:
    """A report as ``close_event`` gives it."""

    look: LeftoverReport = field(default_factory=look)
    counts: dict[str, int] | None = field(default_factory=lambda: {"tickets": 40, "admitted": 12})
    key_fingerprint: str = "0123456789abcdef"
    protection: Protection | None = Protection.SECRET
    files_removed: int = 9
    stations_still_open: int = 0
    key_seen: bool = True
    because: Because = Because.ASKED
    steps: tuple[Begun, ...] = (Begun(Step.STOPPING, BEGAN_S), Begun(Step.LOOKING, ENDED_S))
    resumed: int = 0
    handed_out: tuple[HandedOut, ...] = ()
    key_lost: Approval | None = None

    @property
    def verdict(self) -> Verdict:
        return self.look.verdict


def closing_with(verdict: Verdict, protection: Protection | None = Protection.SECRET) -> Closing:
    found = {
        Verdict.PASS: look(),
        Verdict.FAILED: look("suspect_file", "key_file", "suspect_file"),
        Verdict.UNKNOWN: look(unread=2),
    }
    return Closing(look=found[verdict], protection=protection)


def event_folder(folder: Path) -> EventPlace:
    """A place with nothing in it but the event's file."""
    place = EventPlace(folder / "data", folder / "keys", "rehearsal")
    place.make_folders()
    place.event_file.write_bytes(write_event_file(folder).read_bytes())
    return place


def one_byte_changes(data: bytes, count: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """Where, and the bytes. Half of the changes put a digit for a digit or a letter for a letter, so that the form
    stays what it was; of the others some drop or double the byte.
    """
    chance = random.Random(seed)
    for number in range(count):
        at = chance.randrange(len(data))
        here = data[at : at + 1]
        alike = next((kind for kind in (b"0123456789", b"abcdef", _LETTERS) if here in kind), b"")
        if number % 2 and alike:
            middle = bytes([chance.choice([each for each in alike if each != data[at]])])
        elif number % 10 == 0:
            middle = chance.choice((b"", here * 2))
        else:
            middle = bytes([(data[at] + chance.randrange(1, 256)) % 256])
        yield at, data[:at] + middle + data[at + 1 :]
