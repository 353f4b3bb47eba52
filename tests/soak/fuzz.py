"""Random and mutated byte streams through each driver's core and over a pseudo-terminal; fuzzed files and codes.

What every stream must give is judged inside tests.helpers.*_fuzz, stream by stream; a failure names seed and stream.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from drivers.barcode.protocol import ScannerFamily
from tests.helpers import barcode_fuzz, emrtd_fuzz, gate_fuzz, input_fuzz, passport_fuzz, sdt_fuzz
from tests.soak.figures import Figures
from tests.soak.shares import shared

CORE_PIECE, PTY_PIECE = 5_000, 250
PTY_WORKERS = 4
"""Over a line most of the time is waiting."""
HUNG_S = 10.0
"""Over a line, on a busy machine; the helpers are stricter with the cores' processor time."""
Report = (
    sdt_fuzz.FuzzReport
    | barcode_fuzz.FuzzFigures
    | gate_fuzz.FuzzFigures
    | input_fuzz.FuzzFigures
    | emrtd_fuzz.FuzzFigures
    | passport_fuzz.FuzzFigures
)


def sdt_core(count: int, seed: int) -> Figures:
    return shared("sdt core", _sdt_core, count, seed, CORE_PIECE)


def barcode_core(count: int, seed: int) -> Figures:
    return shared("barcode core", _barcode_core, count, seed, CORE_PIECE)


def gate_core(count: int, seed: int) -> Figures:
    return shared("gate core", _gate_core, count, seed, CORE_PIECE)


def emrtd(count: int, seed: int) -> Figures:
    return shared("documents with a chip", _emrtd, count, seed, CORE_PIECE)


def sdt_pty(count: int, seed: int) -> Figures:
    return shared("sdt over a pty", _sdt_pty, count, seed, PTY_PIECE, PTY_WORKERS)


def barcode_pty(count: int, seed: int) -> Figures:
    return shared("barcode over a pty", _barcode_pty, count, seed, PTY_PIECE, PTY_WORKERS)


def gate_pty(count: int, seed: int) -> Figures:
    return shared("gate over a pty", _gate_pty, count, seed, PTY_PIECE, PTY_WORKERS)


def rosters(count: int, seed: int) -> Figures:
    return shared("rosters", _rosters, count, seed, CORE_PIECE)


def settings_files(count: int, seed: int) -> Figures:
    return shared("settings files", _settings_files, count, seed, CORE_PIECE)


def ticket_codes(count: int, seed: int) -> Figures:
    return shared("ticket codes", _ticket_codes, count, seed, CORE_PIECE)


def _rosters(count: int, seed: int) -> Figures:
    return _judged(lambda: input_fuzz.fuzz_rosters(seed, count), seed)


def _settings_files(count: int, seed: int) -> Figures:
    return _judged(lambda: input_fuzz.fuzz_settings(seed, count), seed)


def _ticket_codes(count: int, seed: int) -> Figures:
    return _judged(lambda: input_fuzz.fuzz_codes(seed, count), seed)


def _sdt_core(count: int, seed: int) -> Figures:
    return _judged(lambda: sdt_fuzz.fuzz_core(seed, count), seed)


def _barcode_core(count: int, seed: int) -> Figures:
    return _judged(lambda: barcode_fuzz.fuzz_core(seed, count), seed)


def _gate_core(count: int, seed: int) -> Figures:
    return _judged(lambda: gate_fuzz.fuzz_core(seed, count), seed)


def passport_core(count: int, seed: int) -> Figures:
    return shared("passport front-ends", _passport_core, count, seed, CORE_PIECE)


def _passport_core(count: int, seed: int) -> Figures:
    return _judged(lambda: passport_fuzz.fuzz_core(seed, count), seed)


def _emrtd(count: int, seed: int) -> Figures:
    return _judged(lambda: emrtd_fuzz.fuzz(seed, count), seed)


def _sdt_pty(count: int, seed: int) -> Figures:
    return _judged(lambda: sdt_fuzz.fuzz_pty(seed, count), seed)


def _barcode_pty(count: int, seed: int) -> Figures:
    families = len(ScannerFamily)
    rounded_up = -(-count // families) * families  # every family gets the same number
    return _judged(lambda: barcode_fuzz.fuzz_over_pty(seed, rounded_up), seed)


def _gate_pty(count: int, seed: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        return _judged(lambda: gate_fuzz.fuzz_over_pty(seed, count, Path(folder)), seed)


def _judged(feed: Callable[[], Report], seed: int) -> Figures:
    """Whatever a stream makes the driver raise is a violation, not an end of the soak."""
    figures = Figures("")
    try:
        report = feed()
    except Exception as failed:
        figures.violations.append(f"seed {seed}: {type(failed).__name__}: {failed}")
        return figures
    for what, value in vars(report).items():
        if what == "slowest_s":
            figures.highest("slowest_s max", value)
        elif isinstance(value, int):
            figures.count(what.replace("_", " "), value)
    figures.require(report.slowest_s < HUNG_S, f"seed {seed}: a stream took {report.slowest_s:.2f} s")
    return figures
