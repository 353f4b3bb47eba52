"""A small venue's figures: every key is there, nothing doubled, nothing lost, and the baseline played the same."""

from __future__ import annotations

import pytest

from kiosk.base.errors import BaseTrouble
from kiosk.base.programs import program_folder
from kiosk.rehearsal.venue_bench import Load, venue


def test_a_small_venue_is_measured() -> None:
    try:
        program_folder()
    except BaseTrouble as missing:
        pytest.skip(str(missing))
    said: list[str] = []
    figures = venue((Load(4, 2, 1.0), Load(4, 2, 1.0, 20.0)), said.append)
    assert {"admissions_per_s", "p50_s", "p99_s", "doubled", "lost", "clients"} <= set(figures)
    assert (figures["clients"], figures["doubled"], figures["lost"]) == (4, 0, 0)
    assert figures["admissions_per_s"] > 0
    assert figures["baseline"]["admissions_per_s"] > 0
    assert 0 < figures["p50_s"] <= figures["p99_s"]
    assert (figures["baseline"]["doubled"], figures["baseline"]["lost"]) == (0, 0)
