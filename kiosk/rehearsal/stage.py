"""The stage: simulated readers, scanner and gate board in a process of their own, on real pseudo-terminals.

``python -m kiosk.rehearsal.stage --socket PATH --dir DIR``. It obeys JSON lines and belongs to the
world, so nothing of it counts as the product's memory, processor time or files.
"""

from __future__ import annotations

import argparse
import base64
import threading
from pathlib import Path
from typing import Any

from drivers.barcode.protocol import ScannerFamily
from drivers.barcode.simulated import simulated_scanner
from drivers.barcode.simulator import ScannerSimulator
from drivers.gate.simulated import ModbusBoard
from drivers.gate.simulator import BoardSimulator
from drivers.sdt.layout import CardType
from drivers.sdt.simulator import SdtSimulator, SimulatedCard
from drivers.transport.paced_pty import PacedPty
from kiosk.rehearsal.passport_stage import PassportStage
from kiosk.rehearsal.wire import Message, Wire

PASSAGE_INPUT, LOCK_RELAY = 0, 0
BUTTONS = {"left": (2, 4), "right": (3, 5)}
"""Of the two lit buttons beside the gate's screen: input, and relay of the lamp."""
PRESSED_S = 0.15
BEAM_BROKEN_S = 0.25


def card_message(card: SimulatedCard) -> Message:
    """A card as it crosses to the stage."""
    return {
        "type": card.type.value,
        "fields": dict(card.fields),
        "portrait": base64.b64encode(card.portrait).decode(),
    }


def card_from(message: Message) -> SimulatedCard:
    return SimulatedCard(CardType(message["type"]), message["fields"], base64.b64decode(message["portrait"]))


class Stage:
    """Two readers (gate, desk), one scanner, one gate board."""

    def __init__(self, folder: Path, fast: bool) -> None:
        pace: Any = "fast" if fast else "real"
        self.readers = {name: SdtSimulator(pace=pace, link=folder / f"reader-{name}") for name in ("gate", "desk")}
        self.scanner = ScannerSimulator(
            simulated_scanner(ScannerFamily.LINE), PacedPty(None if fast else 9600, link=folder / "scanner")
        ).start()
        self.passports = PassportStage(folder, pace)
        self._relays = ModbusBoard()
        self.board = BoardSimulator(self._relays, PacedPty(None if fast else 9600, link=folder / "gate-board")).start()

    def obey(self, message: Message) -> Message:
        """Do one thing; the answer repeats the request's number."""
        answer: Message = {"done": message.get("n")}
        match message:
            case {"put": str(reader), "card": card}:
                self.readers[reader].put_card(card_from(card))
            case {"lift": str(reader)}:
                self.readers[reader].lift_card()
            case {"unplug": str(reader)}:
                self.readers[reader].unplug()
            case {"replug": str(reader)}:
                self.readers[reader].replug()
            case {"cut": str(reader), "after_bytes": int(count)}:
                self.readers[reader].faults.cut_after_bytes = count
            case {"corrupt": str(reader), "longer_than": int(count)}:
                self.readers[reader].faults.corrupt_longer_than = count
            case {"fail_reads": str(reader), "count": int(count)}:
                self.readers[reader].fail_reads(count)
            case {"scan": str(code)}:
                self.scanner.present(code.encode())
            case {"passport": _}:
                self.passports.obey(message, answer)
            case {"walk": _} | {"press": _} | {"lamps": _}:
                self._at_the_board(message, answer)
            case {"tell": _}:
                answer["openings"] = sum(pulse.relay == LOCK_RELAY for pulse in self.board.pulses())
                asked = [len(reader.forbidden) for reader in self.readers.values()]
                answer["forbidden"] = [*asked, self.passports.asked_forbidden]
        return answer

    def _at_the_board(self, message: Message, answer: Message) -> None:
        """What happens at the gate board's contacts, and what its lamps show."""
        match message:
            case {"walk": _}:  # somebody breaks the passage sensor's beam
                self._hold_for(PASSAGE_INPUT, BEAM_BROKEN_S)
            case {"press": str(side)}:
                self._hold_for(BUTTONS[side][0], PRESSED_S)
            case {"lamps": _}:
                answer["lit"] = [side for side, (_, lamp) in BUTTONS.items() if self._relays.on[lamp]]

    def _hold_for(self, contact: int, seconds: float) -> None:
        self._relays.inputs[contact] = True
        free = threading.Timer(seconds, self._relays.inputs.__setitem__, (contact, False))
        free.daemon = True
        free.start()

    def close(self) -> None:
        for reader in self.readers.values():
            reader.close()
        self.passports.close()
        self.scanner.close()
        self.board.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--hello", default="stage", help="as the conductor calls us")
    parser.add_argument("--pace", choices=["real", "fast"], default="real")
    options = parser.parse_args()
    stage = Stage(options.dir, options.pace == "fast")
    over = threading.Event()
    wire: Wire

    def received(message: Message) -> None:
        wire.send(stage.obey(message))

    wire = Wire.connect(options.socket, received, over.set)
    wire.start()
    wire.send({"hello": options.hello})
    over.wait()
    stage.close()


if __name__ == "__main__":
    main()
