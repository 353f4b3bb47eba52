"""Invented documents of an invented State, for tests of whoever reads them."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import DocumentDesign, MadeDocument, made
from drivers.emrtd.simulated_issuer import InventedState
from tests.helpers.mrz import TD3

CAN = "123456"


@cache
def utopia() -> InventedState:
    """One State for a whole test run: its keys take a moment."""
    return InventedState()


def picture(size: int = 2000, seed: int = 1) -> bytes:
    """Bytes that begin like a JPEG; no decoder is meant to see them."""
    return b"\xff\xd8\xff\xe0" + random.Random(seed).randbytes(size - 4)


def document(**design: Any) -> MadeDocument:
    """A passport of Utopia with BAC; anything about it may be changed."""
    wanted: dict[str, Any] = {"mrz_lines": TD3, "picture": picture()} | design
    return made(DocumentDesign(**wanted), utopia())


def chip(**design: Any) -> SimulatedDocumentChip:
    return SimulatedDocumentChip(document(**design))
