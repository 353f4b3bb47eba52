"""Rubbish on the front-end's or the swipe reader's line stops nothing and hides nothing."""

from __future__ import annotations

import pytest

from tests.helpers.passport_fuzz import fuzz_core


@pytest.mark.parametrize("seed", [1, 2])
def test_streams_through_frames_and_framing(seed: int) -> None:
    figures = fuzz_core(seed, 400)
    assert figures.streams == 400
    assert figures.frames > 0
    assert figures.zones > 0
