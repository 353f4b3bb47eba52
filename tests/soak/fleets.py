"""The venue's two rehearsals in full: all faults on a fleet of many gates, and the story of two gates and a desk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.soak.figures import Figures

DESKS_PER_GATES = 5
_KIOSK = [sys.executable, "-c", "from kiosk.cli.start import main; main()", "rehearse"]
_SCREEN = "-screen 0 2500x1100x24"


def fleet_faults(count: int, seed: int) -> Figures:
    """``count`` gates; moments are those of the machine, so that ``seed`` changes nothing."""
    figures = Figures("fleet")
    desks = max(1, count // DESKS_PER_GATES)
    for line in _lines(figures, [*_KIOSK, "--venue", str(count), "--desks", str(desks)], 3600.0):
        if "fault" in line:
            figures.count("attempts", line["figures"]["attempts"])
            figures.count("decided alone", line["figures"]["decided_alone"])
            figures.count("double uses", line["figures"]["double_uses"])
            figures.require(line["agrees"], f"{line['fault']}: {_differing(line)}")
    return figures


def venue_windows(count: int, seed: int) -> Figures:
    """The story ``count`` times, each with windows on a display of its own (Xvfb)."""
    figures = Figures("venue-windows")
    for _ in range(count):
        command = ["xvfb-run", "-a", "-s", _SCREEN, *_KIOSK, "--windows"]
        for line in _lines(figures, command, 300.0):
            figures.count("steps")
            figures.require(line["agrees"], f"{line['what']}: {line['took_s']} s")
    return figures


def _lines(figures: Figures, command: list[str], limit_s: float) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as name:
        file = Path(name) / "lines.json"
        env = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
        done = subprocess.run([*command, "--json", str(file)], check=False, timeout=limit_s, env=env)
        figures.require(done.returncode == 0, f"it ended with {done.returncode}")
        return [json.loads(line) for line in file.read_text().splitlines()]


def _differing(line: dict[str, Any]) -> str:
    expected, actual = line["expected"], line["actual"]
    return ", ".join(f"{name} {actual.get(name)}" for name, value in expected.items() if actual.get(name) != value)
