"""Rubbish opens nothing, stops nothing and hides no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.gate_fuzz import fuzz_core, fuzz_over_pty


@pytest.mark.parametrize("seed", [1, 2])
def test_streams_through_answer_finder_and_boards(seed: int) -> None:
    figures = fuzz_core(seed, 1500)
    assert figures.streams == 1500
    assert figures.refusals > 0


def test_openings_over_a_noisy_pseudo_terminal(tmp_path: Path) -> None:
    figures = fuzz_over_pty(3, 30, tmp_path)
    assert figures.streams == 30
    assert figures.bytes_fed > 0
