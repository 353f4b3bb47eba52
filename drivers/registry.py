"""Finds device families by entry point and opens one from a port name.

A family is one function named in an entry point group; packages of others can add theirs. House rules for a
family (a test loads every one and checks): its module has a docstring with a table headed ``Capabilities``,
an ``__all__`` that names the opening function, and imports neither Qt nor the kiosk.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from drivers.errors import DriverError
from drivers.port import CodeScanner, DocumentReader, GateOutput, SlipPrinter

__all__ = [
    "CODE_SCANNERS",
    "DOCUMENT_READERS",
    "GATE_OUTPUTS",
    "SLIP_PRINTERS",
    "BadSettings",
    "UnknownFamily",
    "families",
    "open_gate",
    "open_printer",
    "open_reader",
    "open_scanner",
]

DOCUMENT_READERS = "kiosk.document_readers"
CODE_SCANNERS = "kiosk.code_scanners"
GATE_OUTPUTS = "kiosk.gate_outputs"
SLIP_PRINTERS = "kiosk.slip_printers"


class UnknownFamily(DriverError):
    """The configuration names a family that is not installed."""

    code = "unknown_family"


class BadSettings(DriverError):
    """A family does not take the settings it was given; the message is its own sentence."""

    code = "bad_settings"


def families(group: str) -> dict[str, EntryPoint]:
    """Installed families of a group by name, without importing them."""
    return {point.name: point for point in sorted(entry_points(group=group))}


def open_reader(family: str, port_url: str, **settings: Any) -> DocumentReader:
    """A document reader of ``family`` at ``port_url``. ``settings`` go to the family. Raises UnknownFamily,
    BadSettings.
    """
    reader: DocumentReader = _opened(DOCUMENT_READERS, family, port_url, settings)
    return reader


def open_scanner(family: str, port_url: str, **settings: Any) -> CodeScanner:
    """A ticket scanner of ``family`` at ``port_url``. Raises UnknownFamily, BadSettings."""
    scanner: CodeScanner = _opened(CODE_SCANNERS, family, port_url, settings)
    return scanner


def open_gate(family: str, port_url: str, **settings: Any) -> GateOutput:
    """A gate output of ``family`` at ``port_url``. Raises UnknownFamily, BadSettings."""
    gate: GateOutput = _opened(GATE_OUTPUTS, family, port_url, settings)
    return gate


def open_printer(family: str, port_url: str, **settings: Any) -> SlipPrinter:
    """A slip printer of ``family`` at ``port_url``. Raises UnknownFamily, BadSettings."""
    printer: SlipPrinter = _opened(SLIP_PRINTERS, family, port_url, settings)
    return printer


def _opened(group: str, family: str, port_url: str, settings: dict[str, Any]) -> Any:
    point = families(group).get(family)
    if point is None:
        raise UnknownFamily(f"{group}: {family}")
    opener: Callable[..., Any] = point.load()
    try:
        return opener(port_url, **settings)
    except (TypeError, ValueError) as error:
        raise BadSettings(f"{family}: {error}") from error
