"""A slip printer on a pseudo-terminal, and eyes for what it printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import zxingcpp

from drivers.printer.simulated import PrintedSlip, SimulatedPrinter
from drivers.printer.simulator import PrinterSimulator
from drivers.transport.paced_pty import PacedPty
from kiosk.codes.symbol import QR


@contextmanager
def printing(printer: SimulatedPrinter | None = None, link: Path | None = None) -> Iterator[PrinterSimulator]:
    """``link``: a name for its line, as in /dev/serial/by-id."""
    simulator = PrinterSimulator(printer or SimulatedPrinter(), PacedPty(link=link)).start()
    try:
        yield simulator
    finally:
        simulator.close()


def seen(slip: PrintedSlip) -> np.ndarray:
    """The slip as a grey picture: 0 is black."""
    rows = np.frombuffer(slip.data, np.uint8).reshape(-1, slip.row_bytes)
    return np.asarray(255 - np.unpackbits(rows, axis=1) * 255, dtype=np.uint8)


def qr_text(slip: PrintedSlip) -> str:
    """What the QR code on the paper says; "" where none is seen."""
    found = zxingcpp.read_barcodes(seen(slip), formats=QR)
    return found[0].text if found else ""
