"""A gate and a desk at work on one store as fast as they can, killed at random moments: the ledger's own promises."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.helpers import ledger_crash
from tests.soak.figures import Figures

TICKETS = 5_000
"""More than two busy stations use up before they have been killed so often."""


def killed_stations(count: int, seed: int) -> Figures:
    """``count`` kills of one of two processes."""
    figures = Figures("killed stations")
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as name:
        folder = Path(name)
        ledger_crash.prepare(folder, TICKETS)
        report = ledger_crash.run(folder, TICKETS, count, seed, longest_life_s=0.3)
    figures.count("kills", report.kills)
    figures.count("admissions in the ledger", report.committed)
    figures.count("admissions reported", report.reported)
    figures.violations += report.faults
    figures.require(report.kills == count and report.reported > 0, "the stations did no work")
    return figures
