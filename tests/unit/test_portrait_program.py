"""The maker's program: the byte format as documented, and the same confinement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from drivers.port import PortraitFormat
from kiosk.portrait.factory import make_decoder
from kiosk.portrait.port import PortraitDecoder, PortraitUndecodable
from tests.helpers.decoders import compiled, expected_picture, some_block


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled("maker_program.c", tmp_path_factory.mktemp("maker"), "-w")


def decoder(path: Path, *arguments: str, time_limit_s: float = 2.0) -> PortraitDecoder:
    return make_decoder({"kind": "program", "path": str(path), "arguments": arguments, "time_limit_s": time_limit_s})


@pytest.mark.parametrize("manner", ["raw", "bmp"])
def test_both_output_formats(program: Path, manner: str) -> None:
    block = some_block(2)
    assert np.array_equal(decoder(program, manner).decode(PortraitFormat.WLT, block), expected_picture(block))


def test_a_32_bit_program(tmp_path: Path) -> None:
    program = compiled("maker_program.c", tmp_path, "-w", "-m32", "-static")
    assert program.read_bytes()[4] == 1  # ELF class: 32 bits
    block = some_block(3)
    assert np.array_equal(decoder(program, "bmp").decode(PortraitFormat.WLT, block), expected_picture(block))


@pytest.mark.parametrize(
    ("manner", "limit_s", "code"),
    [
        ("refuse", 2.0, "refused"),
        ("crash", 2.0, "crashed"),
        ("silent", 2.0, "malformed"),
        ("flood", 2.0, "malformed"),
        ("hang", 0.5, "timed_out"),
    ],
)
def test_every_misbehaviour_gives_its_code(program: Path, manner: str, limit_s: float, code: str) -> None:
    with pytest.raises(PortraitUndecodable) as undecodable:
        decoder(program, manner, time_limit_s=limit_s).decode(PortraitFormat.WLT, some_block())
    assert undecodable.value.code == code


def test_a_program_that_is_not_there_or_not_executable(program: Path) -> None:
    unreadable = program.with_name("plain.txt")
    unreadable.write_text("no program")
    for path in (unreadable, program.with_name("absent")):
        with pytest.raises(PortraitUndecodable) as undecodable:
            decoder(path).decode(PortraitFormat.WLT, some_block())
        assert undecodable.value.code == "no_decoder"
