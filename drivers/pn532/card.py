"""A card in the field as a ``CardChannel``: the chip's firmware does the contactless protocol, we carry APDUs.

One host command per APDU as long as it fits; longer ones are chained, both ways (sheet pn532-uart, section 2).
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.emrtd.channel import LONGEST_EXTENDED_ANSWER, LONGEST_EXTENDED_COMMAND, LONGEST_SHORT_ANSWER
from drivers.emrtd.errors import CardLost, ChannelError, ChannelFault, ChannelTimeout
from drivers.errors import DeadlineExceeded, DeviceRefused, PeerBrokeProtocol
from drivers.pn532.commands import Command, Exchanged, Status, Target, exchange, parse_exchange
from drivers.pn532.line import Pn532Line

__all__ = ["LARGEST_PIECE", "Pn532Card"]

LARGEST_PIECE = 262
"""APDU bytes in one InDataExchange."""

_SHORT_COMMAND = 261
_GONE = frozenset({Status.WRONG_CONTEXT, Status.RELEASED, Status.CARD_GONE})


class Pn532Card:
    """For one thread, until the card is lifted. ``still_there`` looks into the field, which ends the card's session."""

    def __init__(
        self, line: Pn532Line, target: Target, still_there: Callable[[], bool], *, extended: bool = True
    ) -> None:
        self._line = line
        self._target = target
        self._still_there = still_there
        self._extended = extended
        self.exchanges = 0

    @property
    def historical(self) -> bytes:
        """Historical bytes of a type A card's answer to select, which may announce extended lengths."""
        return self._target.historical

    @property
    def max_command_bytes(self) -> int:
        return LONGEST_EXTENDED_COMMAND if self._extended else _SHORT_COMMAND

    @property
    def max_answer_bytes(self) -> int:
        return LONGEST_EXTENDED_ANSWER if self._extended else LONGEST_SHORT_ANSWER

    def transceive(self, command_apdu: bytes) -> bytes:
        """The card's answer. Raises CardLost, ChannelTimeout, ChannelFault; TransportLost when the reader is gone."""
        pieces = [command_apdu[at : at + LARGEST_PIECE] for at in range(0, len(command_apdu), LARGEST_PIECE)]
        for piece in pieces[:-1]:
            self._exchange(piece, more=True)
        answered = self._exchange(pieces[-1])
        answer = answered.data
        while answered.more:
            answered = self._exchange(b"")
            answer += answered.data
            if len(answer) > self.max_answer_bytes:
                raise ChannelFault("answer without end")
        if len(answer) < 2:
            raise ChannelFault("answer without status word")
        return answer

    def _exchange(self, piece: bytes, *, more: bool = False) -> Exchanged:
        self.exchanges += 1
        try:
            answered = parse_exchange(self._line.ask(Command.EXCHANGE, exchange(self._target.number, piece, more=more)))
        except DeadlineExceeded as error:
            raise ChannelTimeout("no answer from the front-end") from error
        except (PeerBrokeProtocol, DeviceRefused) as error:
            raise ChannelFault("the front-end's answer") from error
        if answered.status != Status.GOOD:
            raise self._error(answered.status)
        return answered

    def _error(self, status: int) -> ChannelError:
        if status in _GONE:
            return CardLost(f"status {status:02X}")
        # A lifted card is silent like one that thinks too long, and often leaves with a broken last frame.
        if not self._still_there():
            return CardLost(f"status {status:02X}, nothing in the field")
        if status == Status.TIMEOUT:
            return ChannelTimeout("the card did not answer")
        return ChannelFault(f"status {status:02X}")
