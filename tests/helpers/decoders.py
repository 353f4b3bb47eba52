"""A made-up maker's library and program, compiled for the tests, and what they decode a block to."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.portrait.port import WLT_BLOCK_BYTES, WLT_HEIGHT_PX, WLT_PREFIX, WLT_WIDTH_PX

SOURCES = Path(__file__).parents[1] / "data" / "decoders"
LICENCE_CODE = 4242
COMPILE_S = 60


def compiled(source: str, folder: Path, *flags: str) -> Path:
    """The compiled file, or the test is skipped: a machine that only runs the kiosk has no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler here to build the made-up maker's decoder with")
    output = folder / source.removesuffix(".c")
    command = [compiler, "-O1", *flags, "-o", str(output), str(SOURCES / source)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_S, check=False)
    if built.returncode != 0 and "-m32" in flags:
        pytest.skip("this machine's compiler cannot make 32-bit programs")
    assert built.returncode == 0, built.stderr
    return output


def some_block(seed: int = 1) -> bytes:
    """1,024 bytes that could be a card's portrait."""
    noise = np.random.default_rng(seed).integers(0, 256, WLT_BLOCK_BYTES - len(WLT_PREFIX), dtype=np.uint8)
    return WLT_PREFIX + noise.tobytes()


def expected_picture(block: bytes) -> BgrImage:
    """What the made-up maker decodes ``block`` to, top row first, BGR; written apart from the C and from the kiosk."""
    picture = np.empty((WLT_HEIGHT_PX, WLT_WIDTH_PX, 3), dtype=np.uint8)
    for index in range(picture.size):
        row, rest = divmod(index, WLT_WIDTH_PX * 3)
        column, channel = divmod(rest, 3)
        value = (block[index % WLT_BLOCK_BYTES] + index // 7) % 256
        picture[WLT_HEIGHT_PX - 1 - row, column, 2 - channel] = value
    return picture
