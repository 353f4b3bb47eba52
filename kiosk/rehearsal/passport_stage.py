"""The stage's passport reader: front-end, swipe slot, and the invented States that issue what is laid down there."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Literal

from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import made
from drivers.emrtd.simulated_issuer import InventedState
from drivers.mrz.simulator import SwipeSimulator
from drivers.pn532.simulator import Pn532Simulator
from kiosk.rehearsal.passports import Special, paper_from
from kiosk.rehearsal.wire import Message

FRONT_END, SLOT = "passport-reader", "swipe-reader"
LINE_BAUD = 921_600
"""What the rehearsal's machine file asks of the front-end."""


class PassportStage:
    """Obeys the stage's messages that begin with ``passport``."""

    def __init__(self, folder: Path, pace: Literal["real", "fast"]) -> None:
        self._front = Pn532Simulator(pace=pace, link=folder / FRONT_END)
        self._slot = SwipeSimulator(baud=9600 if pace == "real" else None, link=folder / SLOT)
        self._state, self._unknown = InventedState(), InventedState()
        self._laid: list[SimulatedDocumentChip] = []

    @property
    def asked_forbidden(self) -> int:
        """How often somebody asked a chip for what a venue may not read."""
        return sum(chip.asked_forbidden for chip in self._laid)

    def obey(self, message: Message, answer: Message) -> None:
        match message:
            case {"passport": "issuer"}:
                answer["csca"] = base64.b64encode(self._state.csca_der).decode()
            case {"passport": "swipe", "lines": list(lines)}:
                self._slot.swipe(lines)
            case {"passport": "put", "paper": paper}:
                self._put(paper)
            case {"passport": "lift"}:
                self._front.lift_card()
            case {"passport": "lift_after", "apdus": int(apdus)}:
                self._front.faults.lift_after_apdus = apdus

    def _put(self, message: Message) -> None:
        paper = paper_from(message)
        issuer = self._unknown if paper.special is Special.FOREIGN else self._state
        chip = SimulatedDocumentChip(made(paper.design(), issuer))
        self._laid.append(chip)
        self._front.put_card(chip)

    def close(self) -> None:
        self._front.close()
        self._slot.close()
