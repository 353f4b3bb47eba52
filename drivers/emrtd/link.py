"""Commands over a channel, protected once there is a session."""

from __future__ import annotations

from dataclasses import replace

from drivers.emrtd.apdu import Answer, Command, answer_from
from drivers.emrtd.channel import LONGEST_SHORT_ANSWER, CardChannel
from drivers.emrtd.errors import CardRefused, MalformedAnswer
from drivers.emrtd.secure_messaging import SecureMessaging

__all__ = ["CardLink"]

_MORE, _RIGHT_LE = 0x61, 0x6C
_MOST_PIECES = 300
"""A file of 64 kB in pieces of 256."""


class CardLink:
    """For one card and one thread. ``secure``: the session, None before access is given."""

    def __init__(self, channel: CardChannel) -> None:
        self._channel = channel
        self.secure: SecureMessaging | None = None
        self.commands = 0

    @property
    def extended(self) -> bool:
        """Whether the channel carries answers of more than 256 bytes."""
        return self._channel.max_answer_bytes > LONGEST_SHORT_ANSWER

    @property
    def most_answer_bytes(self) -> int:
        """Longest answer the channel carries, SW1 SW2 not counted."""
        return self._channel.max_answer_bytes - 2

    def send(self, command: Command, step: str, *, accept: frozenset[int] = frozenset()) -> Answer:
        """The card's answer, 9000 or one of ``accept``.

        Raises CardRefused on any other, MalformedAnswer and SecureMessagingBroken on answers that are none, and the
        channel's errors. ``step`` names what was asked, for messages.
        """
        answer = self._sent(command, step)
        if not (answer.ok or answer.status_word in accept):
            raise CardRefused(step, answer.status_word)
        return answer

    def _sent(self, command: Command, step: str) -> Answer:
        if self.secure is None:
            answer = self._plain(command)
            if answer.status_word >> 8 == _RIGHT_LE and command.le is not None:
                return self._plain(replace(command, le=answer.status_word & 0xFF or 256))
            return answer
        answer = self._whole(self.secure.protect(command))
        try:
            return self.secure.unprotect(answer.data + answer.status_word.to_bytes(2))
        except CardRefused as refused:
            raise CardRefused(step, refused.status_word) from refused

    def _plain(self, command: Command) -> Answer:
        return self._whole(command.to_bytes())

    def _whole(self, command: bytes) -> Answer:
        """The answer, fetched to its end where the card gives it in pieces (61XX)."""
        answer = self._exchanged(command)
        data = answer.data
        for _ in range(_MOST_PIECES):
            if answer.status_word >> 8 != _MORE:
                return Answer(data, answer.status_word)
            answer = self._exchanged(Command(0x00, 0xC0, 0x00, 0x00, le=answer.status_word & 0xFF or 256).to_bytes())
            data += answer.data
        raise MalformedAnswer("an answer in pieces without end")

    def _exchanged(self, command: bytes) -> Answer:
        self.commands += 1
        return answer_from(self._channel.transceive(command))
