"""The window's side of a visit against a peer that says what the test wants; no engine, the clock moved by hand."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.face import packets
from kiosk.face.messages import Sealed, Seen, encode
from kiosk.face.port import EngineLost, ReferenceReady, SubjectChanged
from kiosk.face.ring import FrameRing, sealed_memory
from kiosk.face.visit_client import PACKETS_PER_POLL, STALLED_AFTER_S, ForkedVisit
from kiosk.holding.sealing import SEALED_MAX_BYTES, new_pair, seal_to

SIDE_PX = 8
FRAME = memoryview(bytes(SIDE_PX * SIDE_PX * 3))


@dataclass
class Played:
    """A visit, the peer's end of its socket, and the time it believes in."""

    peer: socket.socket
    now_s: float = 0.0

    def clock(self) -> float:
        return self.now_s

    def say(self, event: ReferenceReady | SubjectChanged) -> None:
        packets.send(self.peer, encode(Seen(1, event)), flags=socket.MSG_DONTWAIT)


@pytest.fixture
def played() -> Iterator[tuple[ForkedVisit, Played]]:
    ours, theirs = packets.pair()
    with theirs, subprocess.Popen(["sleep", "60"]) as process:
        peer = Played(theirs)
        visit = ForkedVisit(ours, FrameRing(SIDE_PX, SIDE_PX), os.pidfd_open(process.pid), peer.clock)
        yield visit, peer
        process.kill()
        visit.end()


def test_a_reference_before_the_first_frame_starts_no_clock(played: tuple[ForkedVisit, Played]) -> None:
    visit, peer = played
    ready = ReferenceReady("picture", 0.1, 0.1)
    peer.say(ready)
    assert visit.poll(0.0) == [ready]
    peer.now_s = STALLED_AFTER_S + 1  # a slow camera: no frame has been offered yet
    assert visit.poll(0.0) == []
    assert visit.alive


def test_a_frame_without_an_answer_does(played: tuple[ForkedVisit, Played]) -> None:
    visit, peer = played
    assert visit.offer_frame(FRAME, 0.0)
    peer.now_s = STALLED_AFTER_S + 1
    assert visit.poll(0.0) == [EngineLost("stalled")]


def test_a_visit_that_never_stops_talking_is_listened_to_in_portions(played: tuple[ForkedVisit, Played]) -> None:
    visit, peer = played
    for _ in range(PACKETS_PER_POLL + 1):
        peer.say(SubjectChanged())
    assert [len(visit.poll(0.0)) for _ in range(2)] == [PACKETS_PER_POLL, 1]


# --- sealing ---------------------------------------------------------------------------------------


def hand_out(peer: Played, sealed: bytes, length: int | None = None) -> None:
    descriptor = sealed_memory(max(1, len(sealed)), "test")
    os.pwrite(descriptor, sealed, 0)
    message = Sealed(len(sealed) if length is None else length)
    packets.send(peer.peer, encode(message), [descriptor] if sealed else [], socket.MSG_DONTWAIT)
    os.close(descriptor)


def test_sealed_captures_come_out_whatever_else_is_said(played: tuple[ForkedVisit, Played]) -> None:
    visit, peer = played
    sealed = seal_to(new_pair()[0], b"captures")
    peer.say(SubjectChanged())
    hand_out(peer, sealed)
    assert visit.seal(1.0) == sealed


@pytest.mark.parametrize(
    "untrusted",
    [b"", b"a picture in clear" * 9, seal_to(new_pair()[0], b"captures")[1:]],
    ids=("empty", "in clear", "cut"),
)
def test_what_is_not_sealed_is_not_taken(played: tuple[ForkedVisit, Played], untrusted: bytes) -> None:
    visit, peer = played
    hand_out(peer, untrusted)
    assert visit.seal(1.0) is None


def test_a_length_that_is_not_true_is_refused(played: tuple[ForkedVisit, Played]) -> None:
    visit, peer = played
    hand_out(peer, seal_to(new_pair()[0], b"captures"), SEALED_MAX_BYTES + 1)
    assert visit.seal(1.0) is None


def test_a_visit_that_does_not_answer_is_not_waited_for(played: tuple[ForkedVisit, Played]) -> None:
    visit, _ = played
    assert visit.seal(0.0) is None
    assert not visit.alive
