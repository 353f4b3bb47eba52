"""What is kept ready for sealing in a visit: never more than one person's face, and never in clear outside it."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.sensitive_memory import sensitive_count
from kiosk.face.keeping import KeptReady
from kiosk.holding.captures import LIVE_MAX_PX, PORTRAIT_MAX_PX, Captures, Figures, decode
from kiosk.holding.sealing import new_pair, open_with

FIGURES = Figures(0.2, 0.39, "picture", "engine/1")
PUBLIC, PRIVATE = new_pair()


def picture(value: int, rows: int = 20, columns: int = 10) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((rows, columns, 3), value, dtype=np.uint8)


def opened(sealed: bytes | None) -> Captures:
    assert sealed is not None
    with open_with(PRIVATE, sealed) as block:
        return decode(bytes(block.view()))


@pytest.fixture
def kept() -> KeptReady:
    return KeptReady(PUBLIC)


def test_without_both_pictures_there_is_nothing_to_seal(kept: KeptReady) -> None:
    assert kept.sealed(FIGURES) is None
    kept.take_portrait(picture(1))
    assert kept.sealed(FIGURES) is None
    kept.offer(picture(2), usable=True, merit=1.0)
    assert kept.sealed(FIGURES) is not None
    kept.forget_live()
    assert kept.sealed(FIGURES) is None
    kept.forget()


def test_the_best_usable_picture_is_kept(kept: KeptReady) -> None:
    kept.take_portrait(picture(1))
    for value, usable, merit in ((2, False, 9.0), (3, True, 0.1), (4, True, 0.5), (5, True, 0.4), (6, False, 20.0)):
        kept.offer(picture(value), usable=usable, merit=merit)
    found = opened(kept.sealed(FIGURES))
    assert (set(found.portrait.ravel()), set(found.live.ravel())) == ({1}, {4})
    assert found.figures == FIGURES
    kept.forget()


def test_large_pictures_are_made_smaller_and_keep_their_shape(kept: KeptReady) -> None:
    kept.take_portrait(picture(1, 2000, 1000))
    kept.offer(picture(2, 100, 2 * LIVE_MAX_PX), usable=True, merit=1.0)
    found = opened(kept.sealed(FIGURES))
    assert found.portrait.shape == (PORTRAIT_MAX_PX, PORTRAIT_MAX_PX // 2, 3)
    assert found.live.shape == (50, LIVE_MAX_PX, 3)
    kept.forget()


def test_everything_is_overwritten_and_counted(kept: KeptReady) -> None:
    before = sensitive_count().living
    kept.take_portrait(picture(1))
    for value in range(4):
        kept.offer(picture(value), usable=True, merit=float(value))
    assert sensitive_count().living["kept picture"] == before.get("kept picture", 0) + 2
    held = [array.array for array in (kept._portrait, kept._live) if array is not None]
    kept.forget()
    assert not any(array.any() for array in held)
    assert sensitive_count().living == before
