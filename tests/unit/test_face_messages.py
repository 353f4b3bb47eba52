"""Packets between window, warm engine and visit: what goes in comes out, and nothing else is believed."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import PortraitFormat
from kiosk.domain.act import Act
from kiosk.face import messages as ms
from kiosk.face import port
from kiosk.face.settings import EngineSettings

finite = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**31)
events = st.one_of(
    st.builds(
        port.FaceObserved,
        counts, finite, counts, st.sampled_from(port.Advice), st.booleans(), st.booleans(), finite,
        st.none() | st.tuples(finite, finite, finite, finite), st.booleans(),
    ),
    st.builds(port.ReferenceReady, st.text(max_size=40), finite, finite),
    st.builds(port.ReferenceFailed, st.text(max_size=40)),
    st.builds(port.Compared, finite, counts, st.text(max_size=40), finite, finite, counts),
    st.builds(port.SubjectChanged),
    st.builds(port.AttackSuspected, st.text(max_size=20)),
    st.builds(port.ChallengeAsked, st.sampled_from(Act), counts, counts),
    st.builds(port.ChallengeMet),
    st.builds(port.ChallengeFailed, st.text(max_size=20)),
)  # fmt: skip
settings_values = st.dictionaries(
    st.text(max_size=10), st.text(max_size=20) | st.integers() | st.booleans(), max_size=3
)
packets = st.one_of(
    st.builds(ms.Configure, st.just(EngineSettings()), settings_values, st.text(max_size=60)),
    st.builds(ms.Fork, counts, counts, counts),
    st.builds(ms.Ready),
    st.builds(ms.Refused, st.text(max_size=20)),
    st.builds(ms.Forked, counts, finite),
    st.builds(ms.Exited, counts, st.integers(-64, 255)),
    st.builds(ms.FrameWritten, counts, counts, finite),
    st.builds(ms.PortraitGiven, st.sampled_from(PortraitFormat), counts),
    st.builds(ms.Restart, counts),
    st.builds(ms.Keep, st.text("0123456789abcdef", max_size=64)),
    st.builds(ms.Seal),
    st.builds(ms.Sealed, counts),
    st.builds(ms.End),
    st.builds(ms.SlotFree, counts),
    st.builds(ms.Seen, counts, events),
)


@given(packets)
def test_what_was_sent_is_what_arrives(message: Any) -> None:
    assert ms.decode(ms.encode(message)) == message


@given(packets, st.data())
def test_a_damaged_packet_is_refused_or_still_well_formed(message: Any, data: st.DataObject) -> None:
    packet = bytearray(ms.encode(message))
    packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    try:
        arrived = ms.decode(bytes(packet))
    except ms.BadMessage:
        return
    assert ms.decode(ms.encode(arrived)) == arrived


@given(st.binary(max_size=300))
def test_garbage_is_refused(packet: bytes) -> None:
    with pytest.raises(ms.BadMessage):
        ms.decode(packet)


@given(packets)
def test_a_cut_packet_is_refused(message: Any) -> None:
    packet = ms.encode(message)
    for length in range(len(packet)):
        with pytest.raises(ms.BadMessage):
            ms.decode(packet[:length])


def test_a_score_that_is_no_number_is_refused() -> None:
    """A poisoned picture must not bring a score that compares with nothing."""
    seen = ms.Seen(1, port.Compared(math.nan, 1, "picture", 0.0, 0.0, 1))
    with pytest.raises(ms.BadMessage):
        ms.decode(ms.encode(seen))


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_numbers_no_window_could_paint_are_refused(number: bytes) -> None:
    seen = b'{"sequence":1,"captured_at_s":1.0,"faces":1,"advice":"none","usable":true,"box":[0.1,0.1,%s,0.5]}'
    assert isinstance(ms.decode(b"FaceObserved 1 " + seen % b"0.5"), ms.Seen)
    with pytest.raises(ms.BadMessage):
        ms.decode(b"FaceObserved 1 " + seen % number)


def test_types_are_not_bent() -> None:
    with pytest.raises(ms.BadMessage):
        ms.decode(b'SlotFree 0 {"slot":"1"}')
    with pytest.raises(ms.BadMessage):
        ms.decode(b'Seen 0 {"attempt":1,"event":{}}')


def test_too_long_is_not_sent() -> None:
    with pytest.raises(ValueError, match="long"):
        ms.encode(ms.Refused("x" * ms.PACKET_MAX_BYTES))


def test_no_event_can_carry_a_picture() -> None:
    """Values crossing to the window are small: no field of any event holds bytes or arrays."""
    for kind in (
        port.FaceObserved,
        port.ReferenceReady,
        port.ReferenceFailed,
        port.Compared,
        port.SubjectChanged,
        port.AttackSuspected,
    ):
        for field in dataclasses.fields(kind):
            assert not any(word in str(field.type) for word in ("bytes", "ndarray", "memoryview", "Features"))
