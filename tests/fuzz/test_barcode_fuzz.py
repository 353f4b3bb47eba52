"""Rubbish never becomes a ticket, never stops the driver and never hides the next good code."""

from __future__ import annotations

import pytest

from tests.helpers.barcode_fuzz import fuzz_core, fuzz_over_pty


@pytest.mark.parametrize("seed", [1, 2])
def test_streams_through_the_protocols(seed: int) -> None:
    figures = fuzz_core(seed, 1500)
    assert figures.streams == 1500
    assert figures.passed_codes > 0


def test_streams_over_a_pseudo_terminal() -> None:
    assert fuzz_over_pty(3, 30).streams == 30
