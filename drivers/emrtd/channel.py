"""What a reader front-end gives the protocol: APDUs to one selected card, and their answers.

The NFC front-end on a serial line (``drivers/pn532``) is one; a PC/SC reader or a card in a test are others.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["LONGEST_EXTENDED_ANSWER", "LONGEST_EXTENDED_COMMAND", "LONGEST_SHORT_ANSWER", "CardChannel"]

LONGEST_SHORT_ANSWER = 258
"""256 bytes and SW1 SW2 (ISO/IEC 7816-4)."""
LONGEST_EXTENDED_COMMAND = 65_544
LONGEST_EXTENDED_ANSWER = 65_538


class CardChannel(Protocol):
    """A selected ISO 14443-4 card. For one thread."""

    @property
    def max_command_bytes(self) -> int:
        """Longest command APDU the channel carries, header, data and Le included: 261, or up to 65,544."""

    @property
    def max_answer_bytes(self) -> int:
        """Longest answer APDU it carries, SW1 SW2 included: 258, or up to 65,538."""

    def transceive(self, command_apdu: bytes) -> bytes:
        """The card's answer, at least SW1 SW2. Raises CardLost, ChannelTimeout or ChannelFault (``emrtd.errors``)."""
