"""Every frame printed in the scanner sheet, checked against what we build and what we understand."""

from __future__ import annotations

import pytest

from drivers.barcode import commands
from drivers.barcode.answers import gm65_answer
from drivers.barcode.ssi import (
    ACK,
    HOST_TRIGGER_MODE,
    KEPT,
    START_SESSION,
    STOP_SESSION,
    Opcode,
    Packet,
    encode,
    find_packet,
)

BUILT = {
    "honeywell start": ("16 54 0D", commands.honeywell_trigger(True)),
    "honeywell stop": ("16 55 0D", commands.honeywell_trigger(False)),
    "honeywell menu, volatile": ("16 4D 0D 6F 63 72 65 6E 61 31 21", commands.honeywell_menu("ocrena1")),
    "honeywell menu, kept": ("16 4D 0D 6F 63 72 61 74 73 32 2E", commands.honeywell_menu("ocrats2", keep=True)),
    "ssi start": ("04 E4 04 00 FF 14", encode(START_SESSION)),
    "ssi stop": ("04 E5 04 00 FF 13", encode(STOP_SESSION)),
    "ssi ack": ("04 D0 04 00 FF 28", encode(ACK)),
    "ssi scan enable": ("04 E9 04 00 FF 0F", encode(Packet(Opcode.SCAN_ENABLE))),
    "ssi scan disable": ("04 EA 04 00 FF 0E", encode(Packet(Opcode.SCAN_DISABLE))),
    "ssi revision": ("04 A3 04 00 FF 55", encode(Packet(Opcode.REQUEST_REVISION))),
    "ssi defaults": ("04 C8 04 00 FF 30", encode(Packet(Opcode.PARAM_DEFAULTS))),
    "ssi sleep": ("04 EB 04 00 FF 0D", encode(Packet(Opcode.SLEEP))),
    "ssi host trigger": ("07 C6 04 00 FF 8A 08 FD 9E", encode(HOST_TRIGGER_MODE)),
    "ssi host trigger, kept": (
        "07 C6 04 08 00 8A 08 FE 95",
        encode(Packet(Opcode.PARAM_SEND, status=KEPT, data=b"\x00\x8a\x08")),
    ),
    "newland start": ("7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03", commands.newland_trigger(True)),
    "newland stop": ("7E 01 30 30 30 30 23 53 43 4E 54 52 47 30 3B 03", commands.newland_trigger(False)),
    "newland level trigger, kept": (
        "7E 01 30 30 30 30 40 53 43 4E 4D 4F 44 30 3B 03",
        commands.newland("SCNMOD0", keep=True),
    ),
    "gm65 start": ("7E 00 08 01 00 02 01 AB CD", commands.gm65_trigger(True)),
    "gm65 stop": ("7E 00 08 01 00 02 00 AB CD", commands.gm65_trigger(False)),
    "gm65 save": ("7E 00 09 01 00 00 00 DE C8", commands.GM65_SAVE),
    "gm65 ask rate": ("7E 00 07 01 00 2A 02 D8 0F", commands.gm65_read(0x2A, 2)),
    "gm65 set 9600": ("7E 00 08 02 00 2A 39 01 A7 EA", commands.gm65_write(0x2A, b"\x39\x01")),
    "old modules start": ("1B 31", commands.esc_trigger(True)),
    "old modules stop": ("1B 30", commands.esc_trigger(False)),
}


@pytest.mark.parametrize("name", BUILT)
def test_built_frame_is_the_printed_one(name: str) -> None:
    printed, built = BUILT[name]
    assert built.hex(" ").upper() == printed


@pytest.mark.parametrize("name", [name for name in BUILT if name.startswith("ssi")])
def test_printed_ssi_packets_are_found_whole(name: str) -> None:
    printed = bytes.fromhex(BUILT[name][0])
    skipped, packet = find_packet(printed, more_may_come=False)
    assert packet is not None
    assert (skipped, packet.wire_size) == (0, len(printed))


def test_the_wrong_stop_of_a_public_program_is_no_packet() -> None:
    wrong = bytes.fromhex("04 E4 04 00 FF 13")
    assert find_packet(wrong, more_may_come=False) == (len(wrong), None)


def test_gm65_save_crc_is_the_real_one() -> None:
    assert commands.gm65_crc(commands.GM65_SAVE[2:-2]) == commands.GM65_SAVE[-2:]


def test_gm65_trigger_answer_is_an_answer() -> None:
    answer = gm65_answer(bytes.fromhex("02 00 00 01 00 33 31"))
    assert answer is not None
    assert (answer.length, answer.accepted) == (7, True)
