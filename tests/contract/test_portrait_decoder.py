"""What every portrait decoder promises, whoever wrote the code behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.port import PortraitFormat
from kiosk.face.thresholds import REHEARSAL_DECODER_PREFIX
from kiosk.portrait.factory import make_decoder
from kiosk.portrait.port import WLT_PREFIX, PortraitUndecodable
from kiosk.portrait.rehearsal import encode
from tests.helpers.decoders import compiled, some_block

CODES = {"no_decoder", "timed_out", "crashed", "refused", "malformed"}


@dataclass(frozen=True)
class Case:
    """Settings of one decoder and a block it decodes (None: it decodes nothing)."""

    settings: dict[str, Any]
    portrait_format: PortraitFormat
    good: bytes | None


def _flat_picture() -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.full((126, 102, 3), 90, dtype=np.uint8)


def _none(folder: Path) -> Case:
    return Case({"kind": "none"}, PortraitFormat.WLT, None)


def _reader(folder: Path) -> Case:
    return Case({"kind": "reader"}, PortraitFormat.BMP, cv2.imencode(".bmp", _flat_picture())[1].tobytes())


def _library(folder: Path) -> Case:
    library = compiled("maker_library.c", folder, "-shared", "-fPIC", "-w")
    settings = {"kind": "library", "path": str(library), "symbol": "wlt_to_bmp", "signature": "two_buffers"}
    return Case(settings, PortraitFormat.WLT, some_block())


def _program(folder: Path) -> Case:
    program = compiled("maker_program.c", folder, "-w")
    return Case({"kind": "program", "path": str(program)}, PortraitFormat.WLT, some_block())


def _rehearsal(folder: Path) -> Case:
    return Case({"kind": "rehearsal", "rehearsal": True}, PortraitFormat.WLT, encode(_flat_picture()))


@pytest.fixture(scope="module", params=[_none, _reader, _library, _program, _rehearsal])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    make: Callable[[Path], Case] = request.param
    return make(tmp_path_factory.mktemp("maker"))


def test_a_good_block_gives_a_picture_of_its_own(case: Case) -> None:
    if case.good is None:
        pytest.skip("this decoder decodes nothing")
    decoder = make_decoder(case.settings)
    first, second = decoder.decode(case.portrait_format, case.good), decoder.decode(case.portrait_format, case.good)
    assert first.shape == (126, 102, 3)
    assert first.dtype == np.uint8
    assert first.flags["C_CONTIGUOUS"]
    assert np.array_equal(first, second)
    first[:] = 0  # whoever wipes a picture must not wipe the next one, nor be refused
    assert second.any()


def test_everything_else_gives_a_known_code_and_nothing_of_the_block(case: Case) -> None:
    decoder = make_decoder(case.settings)
    for portrait_format in PortraitFormat:
        for block in (b"", b"\0" * 1024, WLT_PREFIX, b"BM" + bytes(60), b"\xff\xd8\xff\xda", bytes(2000)):
            with pytest.raises(PortraitUndecodable) as undecodable:
                decoder.decode(portrait_format, block)
            assert undecodable.value.code in CODES
            assert str(undecodable.value) == undecodable.value.code


def test_the_name_is_stable_and_says_rehearsal_only_there(case: Case) -> None:
    name = make_decoder(case.settings).name
    assert name
    assert name == make_decoder(dict(case.settings)).name
    assert name.startswith(REHEARSAL_DECODER_PREFIX) == (case.settings["kind"] == "rehearsal")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError):
        make_decoder({"kind": "guess"})
