"""A passport reader over simulated devices, and the hands that swipe zones and lay documents down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import MadeDocument
from drivers.emrtd.trust import Trust
from drivers.mrz.simulator import SwipeSimulator
from drivers.passport.reader import PassportReader, open_reader
from drivers.pn532.simulator import Pn532Simulator
from drivers.port import DocumentEvent, IdentityRead, PortraitRead, ReadingRules
from tests.helpers.documents import utopia
from tests.helpers.sdt import plain_token, poll_until

RULES = ReadingRules(event_day=date(2012, 3, 1), tokenise=plain_token)
"""The specimen passport of ICAO 9303 ended on 15 April 2012."""


def trusting() -> Trust:
    """Knows Utopia's CSCA."""
    return Trust([parse_certificate(utopia().csca_der)])


class Place:
    """Front-end, swipe reader, and the product's reader on both."""

    def __init__(
        self, *, trust: Callable[[], Trust] = trusting, rules: ReadingRules = RULES, baud: int = 115200
    ) -> None:
        self.front = Pn532Simulator(pace="fast")
        self.slot = SwipeSimulator(baud=None)
        self.reader: PassportReader = open_reader(
            self.front.path, rules=lambda: rules, trust=trust, baud=baud, swipe_port=self.slot.path, find_pause_s=0.005
        )
        self.chip: SimulatedDocumentChip | None = None

    def swipe(self, paper: MadeDocument) -> None:
        self.slot.swipe(paper.design.mrz_lines)

    def lay_down(self, paper: MadeDocument) -> SimulatedDocumentChip:
        self.chip = SimulatedDocumentChip(paper)
        self.front.put_card(self.chip)
        return self.chip

    def until(self, kind: type[DocumentEvent] | Callable[[list[DocumentEvent]], bool]) -> list[DocumentEvent]:
        return poll_until(self.reader, kind)

    def close(self) -> None:
        self.reader.close()
        self.front.close()
        self.slot.close()


def names(events: list[DocumentEvent]) -> list[str]:
    """Kinds of events in order, progress left out."""
    return [type(event).__name__ for event in events if type(event).__name__ != "ReadProgress"]


def one(events: list[DocumentEvent], kind: type[IdentityRead] | type[PortraitRead]) -> DocumentEvent:
    (found,) = (event for event in events if isinstance(event, kind))
    return found
