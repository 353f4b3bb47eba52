"""Frames and answers of the PN532: the sheet's bytes, both ways; whole, byte by byte, damaged, endless."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import PeerBrokeProtocol
from drivers.pn532.commands import (
    Command,
    Modulation,
    exchange,
    list_target,
    parse_exchange,
    parse_firmware,
    parse_target,
    retries,
    rf_rate,
    set_baud,
)
from drivers.pn532.frames import ACK, LONGEST_DATA, NACK, Frame, FrameFault, Receiver, Signal, encode
from drivers.pn532.simulated_chip import SimulatedPn532
from drivers.pn532.simulated_frames import HostReader, answer_frame
from tests.helpers.pn532 import EchoCard

SHEET_COMMANDS = {
    "0000FF02FED4022A00": (Command.GET_FIRMWARE, b""),
    "0000FF03FDD414011700": (Command.SAM_CONFIGURATION, b"\x01"),
    "0000FF06FAD43205FF0102F300": (Command.RF_CONFIGURATION, retries(2)),
    "0000FF04FCD4320100F900": (Command.RF_CONFIGURATION, b"\x01\x00"),
    "0000FF04FCD44A0100E100": (Command.LIST_TARGET, list_target(Modulation.TYPE_A)),
    "0000FF05FBD44A010300DE00": (Command.LIST_TARGET, list_target(Modulation.TYPE_B)),
    "0000FF03FDD45200DA00": (Command.RELEASE, b"\x00"),
    "0000FF03FDD410051700": (Command.SET_BAUD, set_baud(230400)),
    "0000FF08F8D4400100360000" + "08AD00": (Command.EXCHANGE, exchange(1, bytes.fromhex("0036000008"), more=False)),
}
"""Section 2 of the sheet: frame -> command and parameters."""

SHEET_ANSWERS = {
    "0000FF06FAD50332010607E800": (0x02, "32010607"),
    "0000FF02FED5151600": (0x14, ""),
    "0000FF0CF4D54B010100040804DEADBEEF9600": (0x4A, "0101000408" + "04DEADBEEF"),
    "0000FF03FDD54B00E000": (0x4A, "00"),
    "0000FF0DF3D54100" + "0102030405060708" + "9000" + "3600": (0x40, "0001020304050607089000"),
}


@pytest.mark.parametrize(("frame", "asked"), SHEET_COMMANDS.items())
def test_commands_are_the_sheets_bytes_and_the_simulated_chip_reads_them(
    frame: str, asked: tuple[Command, bytes]
) -> None:
    command, parameters = asked
    assert encode(0xD4, bytes([command]) + parameters).hex().upper() == frame
    (heard,) = HostReader().feed(bytes.fromhex(frame))
    assert (heard.kind, heard.command, heard.parameters) == ("command", command, parameters)


@pytest.mark.parametrize(("frame", "said"), SHEET_ANSWERS.items())
def test_answers_are_read_and_the_simulated_chip_sends_the_same(frame: str, said: tuple[int, str]) -> None:
    command, data = said
    assert Receiver().feed(bytes.fromhex(frame)) == [Frame(0xD5, bytes([command + 1]) + bytes.fromhex(data))]
    assert answer_frame(command, bytes.fromhex(data)).hex().upper() == frame


def test_an_extended_answer_begins_as_the_sheet_says() -> None:
    frame = answer_frame(0x40, bytes(261))
    assert frame.hex().upper().startswith("0000FFFFFF0107F8D54100")
    assert Receiver().feed(frame) == [Frame(0xD5, b"\x41" + bytes(261))]


def test_signals() -> None:
    error = bytes.fromhex("0000FF01FF7F8100")
    assert Receiver().feed(ACK + NACK + error) == [Signal.ACK, Signal.NACK, Signal.ERROR]


@given(st.binary(max_size=LONGEST_DATA), st.integers(1, 40), st.binary(max_size=12))
def test_every_frame_comes_back_in_any_pieces_behind_zeros(data: bytes, piece: int, behind: bytes) -> None:
    stream = bytes(5) + encode(0xD5, data)
    receiver = Receiver()
    found = []
    for at in range(0, len(stream), piece):
        found += receiver.feed(stream[at : at + piece])
    assert found == [Frame(0xD5, data)]


def test_too_long_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="264"):
        encode(0xD4, bytes(LONGEST_DATA + 1))


@pytest.mark.parametrize("place", range(3, 13))
def test_a_damaged_frame_is_no_frame_and_hides_no_later_one(place: int) -> None:
    good = encode(0xD5, bytes.fromhex("0332010607"))
    bad = bytearray(good)
    bad[place - 1] ^= 0x10
    receiver = Receiver()
    found = receiver.feed(bytes(bad) + good + bytes(300) + good)
    assert Frame(0xD5, bytes.fromhex("0332010607")) in found
    assert not [item for item in found if isinstance(item, Frame) and item.data != bytes.fromhex("0332010607")]


@pytest.mark.parametrize("seed", range(30))
def test_noise_is_survived(seed: int) -> None:
    chance = random.Random(seed)
    receiver = Receiver()
    for _ in range(20):
        for item in receiver.feed(chance.choice((b"\x00\xff", b"\x00\x00\xff\xff\xff", b"")) + chance.randbytes(50)):
            assert isinstance(item, Frame | Signal | FrameFault)
        assert receiver.pending < 300
    good = encode(0xD5, b"\x03abcd")
    assert Frame(0xD5, b"\x03abcd") in [item for _ in range(3) for item in receiver.feed(bytes(300) + good)]


def test_no_repr_shows_what_a_card_said() -> None:
    assert "abcd" not in repr(Frame(0xD5, b"abcd")) + repr(parse_exchange(b"\x00abcd"))


def test_targets() -> None:
    classic = parse_target(Modulation.TYPE_A, bytes.fromhex("01010004" + "0804DEADBEEF"))
    assert classic is not None
    assert not classic.iso_14443_4
    assert parse_target(Modulation.TYPE_A, b"\x00") is None
    for kind in ("A", "B"):
        chip = SimulatedPn532(awake=True)
        chip.put_card(EchoCard(kind, historical=b"\x80\x01" if kind == "A" else b""))
        _, answer = chip.handle(0x4A, list_target(Modulation(kind)), woken=False)
        assert answer is not None
        target = parse_target(Modulation(kind), answer)
        assert target is not None
        assert target.iso_14443_4
        assert target.rf_rates == (106, 212, 424)
        for cut in range(2, len(answer) - (2 if kind == "B" else 0)):
            try:
                parse_target(Modulation(kind), answer[:cut])
            except PeerBrokeProtocol:
                continue


def test_bad_answers_and_settings_are_named() -> None:
    with pytest.raises(PeerBrokeProtocol):
        parse_firmware(b"\x32")
    with pytest.raises(PeerBrokeProtocol):
        parse_exchange(b"")
    with pytest.raises(ValueError, match="115200"):
        set_baud(9600)
    assert rf_rate(1, 424) == b"\x01\x02\x02"
    assert parse_firmware(bytes.fromhex("32010607")).version == "1.6"


@given(st.binary(max_size=40), st.sampled_from(list(Modulation)))
def test_any_target_data_is_a_target_or_a_named_error(data: bytes, modulation: Modulation) -> None:
    try:
        parse_target(modulation, data)
    except PeerBrokeProtocol:
        return
