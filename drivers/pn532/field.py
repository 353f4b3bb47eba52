"""Finding a card in the field, and whether it still lies there.

A card that was activated does not answer the next call for cards, so the field is switched off for a moment before each
listing; that also brings a chip back that hangs (sheet pn532-uart, section 3).
"""

from __future__ import annotations

from drivers.errors import DeviceRefused, PeerBrokeProtocol
from drivers.pn532.card import Pn532Card
from drivers.pn532.commands import Command, Modulation, Status, Target, list_target, parse_target, rf_rate
from drivers.pn532.line import Pn532Line

__all__ = ["Field"]

_FIELD_OFF = b"\x01\x00"
_FIELD_OFF_S = 0.006
_NO_RATE_CHANGE = 106


class Field:
    """The antenna of one front-end. ``fastest_rf``: the highest rate in kbit/s that is agreed on where a card offers
    it.
    """

    def __init__(self, line: Pn532Line, *, fastest_rf: int = 424, extended: bool = True) -> None:
        self._line = line
        self._fastest_rf = fastest_rf
        self._extended = extended
        self._first = Modulation.TYPE_A

    def find(self) -> Target | None:
        """The first card that answers, of either type; the type that answered last is tried first."""
        for modulation in (self._first, _other(self._first)):
            self._off()
            found = parse_target(modulation, self._line.ask(Command.LIST_TARGET, list_target(modulation)))
            if found is not None:
                self._first = modulation
                return found
        return None

    def activate(self, target: Target) -> Pn532Card:
        """The card as a channel, at the fastest rate both sides know. A card that cannot change goes on at 106."""
        self._speed_up(target)
        return Pn532Card(self._line, target, self._still_there, extended=self._extended)

    def present(self) -> bool:
        """Whether a card lies there. Ends whatever was going on with it."""
        return self.find() is not None

    def _still_there(self) -> bool:
        try:
            return self.present()
        except (DeviceRefused, PeerBrokeProtocol):
            return False

    def _speed_up(self, target: Target) -> None:
        rate = max(rate for rate in target.rf_rates if rate <= max(self._fastest_rf, _NO_RATE_CHANGE))
        if rate == _NO_RATE_CHANGE:
            return
        status = self._line.ask(Command.PSL, rf_rate(target.number, rate))
        if status[:1] != bytes([Status.GOOD]):
            raise DeviceRefused(Command.PSL.name, status[0] if status else 0)

    def _off(self) -> None:
        self._line.ask(Command.RF_CONFIGURATION, _FIELD_OFF)
        self._line.pause(_FIELD_OFF_S)


def _other(modulation: Modulation) -> Modulation:
    return Modulation.TYPE_B if modulation is Modulation.TYPE_A else Modulation.TYPE_A
