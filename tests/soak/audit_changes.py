"""Ten thousand records, changed in each of the six ways at random places: found at the right record every time."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from kiosk.audit.record import read_line
from kiosk.audit.verify import Anchor, verify_log
from tests.helpers.audit import chain, identity, rehashed
from tests.soak.figures import Figures

RECORDS = 10_000
EVERY = 100
SHORTEST = 3
Change = Callable[[list[bytes], int, random.Random], None]


def _edit(lines: list[bytes], number: int, pick: random.Random) -> None:
    lines[number - 1] = lines[number - 1].replace(b'"success":true', b'"success":false')


def _edit_and_hash(lines: list[bytes], number: int, pick: random.Random) -> None:
    lines[number - 1] = rehashed(lines[number - 1], by="somebody")


def _delete(lines: list[bytes], number: int, pick: random.Random) -> None:
    del lines[number - 1]


def _insert(lines: list[bytes], number: int, pick: random.Random) -> None:
    before = read_line(lines[number - 2].rstrip(b"\n"))
    lines.insert(number - 1, rehashed(lines[number - 2], seq=number, prev=before["hash"], by="somebody"))


def _reorder(lines: list[bytes], number: int, pick: random.Random) -> None:
    other = pick.randrange(number, RECORDS)
    lines[number - 1], lines[other] = lines[other], lines[number - 1]


def _truncate(lines: list[bytes], number: int, pick: random.Random) -> None:
    del lines[number - 1 :]


def _roll_back(lines: list[bytes], number: int, pick: random.Random) -> None:
    """An older copy, by at most 60 records, written on until it is longer than the anchor."""
    del lines[max(number, RECORDS - 60) - 1 :]
    while len(lines) <= RECORDS:
        last = read_line(lines[-1].rstrip(b"\n"))
        lines.append(rehashed(lines[-1], seq=last["seq"] + 1, prev=last["hash"], kind="event.opened", fields={}))


CHANGES: dict[str, Change] = {
    "edit": _edit,
    "edit_and_hash": _edit_and_hash,
    "delete": _delete,
    "insert": _insert,
    "reorder": _reorder,
    "truncate": _truncate,
    "roll_back": _roll_back,
}
ANCHORED = {"truncate", "roll_back"}


def changed_logs(count: int, seed: int) -> Figures:
    """``count`` changes over all ways in turn. A roll-back names its anchor, the others the record."""
    pick, figures = random.Random(seed), Figures("audit")
    whole = list(chain(RECORDS, EVERY, seed))
    head = Anchor(RECORDS, read_line(whole[-1].rstrip(b"\n"))["hash"])
    with tempfile.TemporaryDirectory(prefix="kiosk-audit-") as name:
        path = Path(name) / "audit.log"
        for turn in range(count):
            way = list(CHANGES)[turn % len(CHANGES)]
            number = pick.randrange(SHORTEST, RECORDS - SHORTEST)
            number += number % EVERY == 0
            lines = whole.copy()
            CHANGES[way](lines, number, pick)
            path.write_bytes(b"".join(lines))
            found = verify_log(path, [head] if way in ANCHORED else [], identity().public_key)
            wanted = RECORDS if way == "roll_back" else number
            figures.count(way)
            figures.count("changes")
            figures.require(found.first_bad == wanted, f"seed {seed}: {way} at {wanted} found at {found.first_bad}")
    return figures
