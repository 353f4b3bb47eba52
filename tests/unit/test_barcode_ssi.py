"""The SSI conversation: acknowledging, joining, resending, resynchronising."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.outputs import Answered, Refusal, Refused, Send
from drivers.barcode.protocol import ScannerFamily, protocol_for
from drivers.barcode.ssi import (
    ACK,
    MORE_FOLLOWS,
    NAK_RESEND,
    RETRANSMITTED,
    SCANNER,
    START_SESSION,
    Opcode,
    Packet,
    encode,
    find_packet,
)
from tests.helpers.barcode import Cut, Feeder, byte_by_byte, whole

CUTS = pytest.mark.parametrize("cut", [whole, byte_by_byte])
SEND_ACK, SEND_NAK = Send(encode(ACK)), Send(encode(NAK_RESEND))
SCANNER_ACK = encode(Packet(Opcode.ACK, SCANNER))


def ssi() -> Feeder:
    return Feeder(protocol_for(ScannerFamily.ZEBRA_SSI))


def decode_data(code: bytes, status: int = 0) -> bytes:
    return encode(Packet(Opcode.DECODE_DATA, SCANNER, status, b"\xf0" + code))


@CUTS
def test_a_code_is_acknowledged_and_delivered(cut: Cut) -> None:
    feeder = ssi().feed(decode_data(b"TICKET-1"), cut)
    assert feeder.codes == [b"TICKET-1"]
    assert feeder.outputs[0] == SEND_ACK


@CUTS
def test_a_code_in_several_packets_is_joined(cut: Cut) -> None:
    parts = decode_data(b"A" * 240, MORE_FOLLOWS) + decode_data(b"B" * 240, MORE_FOLLOWS) + decode_data(b"C")
    feeder = ssi().feed(parts, cut)
    assert feeder.codes == [b"A" * 240 + b"B" * 240 + b"C"]
    assert feeder.outputs.count(SEND_ACK) == 3


def test_a_packet_sent_again_is_acknowledged_but_not_a_second_scan() -> None:
    feeder = ssi().feed(decode_data(b"TICKET-1")).feed(decode_data(b"TICKET-1", RETRANSMITTED))
    assert feeder.codes == [b"TICKET-1"]
    assert feeder.outputs.count(SEND_ACK) == 2


def test_the_same_code_damaged_and_sent_again_later_is_a_scan() -> None:
    damaged = bytearray(decode_data(b"TICKET-1"))
    damaged[6] ^= 1
    feeder = ssi().feed(decode_data(b"TICKET-1")).feed(bytes(damaged)).wait(60.0)
    assert feeder.outputs[-1] == SEND_NAK
    assert feeder.feed(decode_data(b"TICKET-1", RETRANSMITTED)).codes == [b"TICKET-1", b"TICKET-1"]


def test_a_code_whose_end_never_comes_does_not_lead_the_next() -> None:
    feeder = ssi().feed(decode_data(b"CUT", MORE_FOLLOWS)).wait(60.0).feed(decode_data(b"TICKET-2"))
    assert feeder.codes == [b"TICKET-2"]
    assert Refused(Refusal.END_MISSING) in feeder.outputs


def test_a_first_packet_marked_as_sent_again_is_a_scan() -> None:
    assert ssi().feed(decode_data(b"TICKET-1", RETRANSMITTED)).codes == [b"TICKET-1"]


@CUTS
def test_a_damaged_packet_is_refused_once_and_the_next_is_found(cut: Cut) -> None:
    damaged = bytearray(decode_data(b"TICKET-1"))
    damaged[6] ^= 1
    feeder = ssi().feed(bytes(damaged), cut).wait(0.1)
    assert feeder.codes == []
    assert feeder.outputs.count(SEND_NAK) == 1
    assert feeder.feed(decode_data(b"TICKET-1", RETRANSMITTED), cut).codes == [b"TICKET-1"]


@CUTS
def test_a_packet_behind_a_pretended_long_one_is_found_after_silence(cut: Cut) -> None:
    feeder = ssi().feed(b"\xff\xf3\x00" + decode_data(b"TICKET-1"), cut)
    assert feeder.codes == []
    assert feeder.wait(0.1).codes == [b"TICKET-1"]


def test_a_packet_inside_a_code_is_not_taken_for_one() -> None:
    inner = decode_data(b"FORGED")
    assert ssi().feed(decode_data(inner), byte_by_byte).codes == [inner]


def test_commands_wake_the_scanner_and_are_sent_until_acknowledged() -> None:
    feeder = ssi()
    wake, start = feeder.protocol.trigger(True, feeder.now_s)
    assert (wake.data, start.data) == (b"\x00", encode(START_SESSION))
    assert wake.pause_s == pytest.approx(0.05)
    assert start in feeder.wait(1.1).outputs
    assert feeder.feed(SCANNER_ACK).outputs[-1] == Answered(True)
    count = len(feeder.outputs)
    assert len(feeder.wait(5).outputs) == count


def test_a_silent_scanner_is_asked_three_times_then_given_up() -> None:
    feeder = ssi()
    feeder.protocol.trigger(True, feeder.now_s)
    for _ in range(6):
        feeder.wait(1.1)
    assert feeder.outputs.count(Send(encode(START_SESSION))) == 2
    assert feeder.outputs[-1] == Answered(False)


@pytest.mark.parametrize(("reason", "again"), [(1, True), (2, False)])
def test_nak_is_obeyed(reason: int, again: bool) -> None:
    feeder = ssi()
    feeder.protocol.trigger(True, feeder.now_s)
    feeder.feed(encode(Packet(Opcode.NAK, SCANNER, data=bytes([reason]))))
    assert (Send(encode(START_SESSION)) in feeder.outputs) is again
    assert (Answered(False) in feeder.outputs) is not again


def test_our_own_echo_is_ignored() -> None:
    assert ssi().feed(encode(START_SESSION)).outputs == []


def test_without_handshake_nothing_is_sent_back() -> None:
    feeder = Feeder(protocol_for(ScannerFamily.ZEBRA_SSI, handshake=False))
    feeder.feed(b"\x04garbage").wait(0.1).feed(decode_data(b"TICKET-1"))
    assert feeder.codes == [b"TICKET-1"]
    assert not [output for output in feeder.outputs if isinstance(output, Send)]


@given(
    opcode=st.integers(0, 255),
    source=st.integers(0, 255),
    status=st.integers(0, 255),
    data=st.binary(max_size=251),
)
def test_packets_survive_the_wire(opcode: int, source: int, status: int, data: bytes) -> None:
    packet = Packet(opcode, source, status, data)
    wire = encode(packet)
    assert len(wire) == packet.wire_size
    assert find_packet(wire, more_may_come=False) == (0, packet)
    assert find_packet(wire[:-1], more_may_come=True) == (0, None)


def test_too_much_data_is_our_fault() -> None:
    with pytest.raises(ValueError, match="251"):
        encode(Packet(0xF3, data=bytes(252)))


def test_repr_of_a_packet_hides_the_code() -> None:
    assert "TICKET" not in repr(Packet(0xF3, data=b"TICKET"))
