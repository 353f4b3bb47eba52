"""What libnfc asks a PN532 besides what the product asks: taught to a simulated front-end, so that readers of others
can be tried against the simulated documents. Codes and answers as in the chip's user manual (UM0701-02, section 7)."""

from __future__ import annotations

from drivers.pn532.simulated_chip import SimulatedPn532
from drivers.pn532.simulator import Pn532Simulator

_ECHO_TEST = 0x00
_FIELD_ITEM = 0x01


def teach(front: Pn532Simulator) -> None:
    """``front`` answers libnfc from now on, too."""
    chip: SimulatedPn532 = front._chip
    registers: dict[bytes, int] = {}
    known = chip.handle

    def handle(command: int, parameters: bytes, woken: bool) -> tuple[float, bytes | None]:
        pairs = range(0, len(parameters), 2)
        match command:
            case 0x00 if parameters[:1] == bytes([_ECHO_TEST]):
                return 0.0, parameters
            case 0x04:
                return 0.0, bytes.fromhex("0000000080")
            case 0x06:
                return 0.0, bytes(registers.get(parameters[at : at + 2], 0) for at in pairs)
            case 0x08:
                registers.update({parameters[at : at + 2]: parameters[at + 2] for at in range(0, len(parameters), 3)})
                return 0.0, b""
            case 0x16 | 0x44:
                return 0.0, b"\x00"
            case 0x32 if parameters[:1] != bytes([_FIELD_ITEM]):
                known(command, parameters, woken)
                return 0.0, b""
            case _:
                return known(command, parameters, woken)

    chip.handle = handle  # type: ignore[method-assign]
