"""The window's side of a visit against a peer that says what the test wants; no engine, the clock moved by hand."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.face import packets
from kiosk.face.messages import Seen, encode
from kiosk.face.port import EngineLost, ReferenceReady, SubjectChanged
from kiosk.face.ring import FrameRing
from kiosk.face.visit_client import PACKETS_PER_POLL, STALLED_AFTER_S, ForkedVisit

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
