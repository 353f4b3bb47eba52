"""What can go wrong while a document with a chip is read; one class per culprit, one stable code per class.

Messages name the step, a status word, a tag or a length: never what a card holds, never a key.
"""

from __future__ import annotations

from drivers.errors import DriverError, PeerBrokeProtocol

__all__ = [
    "AccessRefused",
    "CardLost",
    "CardRefused",
    "ChannelError",
    "ChannelFault",
    "ChannelTimeout",
    "DocumentMalformed",
    "EmrtdError",
    "KeyRefused",
    "MalformedAnswer",
    "MalformedTlv",
    "NotAnEmrtd",
    "SecureMessagingBroken",
    "UnsupportedByUs",
]


class EmrtdError(DriverError):
    """Base of what the protocol over a card finds wrong."""

    code = "emrtd"


class ChannelError(DriverError):
    """Base of what the front-end finds wrong with the card or with itself."""

    code = "channel"


class CardLost(ChannelError):
    """The card left the field."""

    code = "card_lost"


class ChannelTimeout(ChannelError):
    """The card, still there, gave no answer in time."""

    code = "channel_timeout"


class ChannelFault(ChannelError):
    """The front-end could not carry the exchange, or the card broke the contactless protocol."""

    code = "channel_fault"


class CardRefused(EmrtdError):
    """The card answered with a status word other than 9000. ``status_word``: SW1 SW2 as one number."""

    code = "card_refused"

    def __init__(self, step: str, status_word: int) -> None:
        super().__init__(f"{step} (status {status_word:04X})")
        self.status_word = status_word


class AccessRefused(EmrtdError):
    """The card did not take the key made from MRZ or CAN, or did not prove that it knows it.

    ``tries_left``: what the card said of its counter, None where it said nothing.
    """

    code = "access_refused"

    def __init__(self, step: str, tries_left: int | None = None) -> None:
        super().__init__(step)
        self.tries_left = tries_left


class NotAnEmrtd(EmrtdError):
    """The card has no passport application, or none that a venue may read."""

    code = "not_an_emrtd"


class UnsupportedByUs(EmrtdError):
    """The document asks for a protocol, curve or algorithm that is not implemented here. Never called fraud."""

    code = "unsupported"


class MalformedAnswer(EmrtdError, PeerBrokeProtocol):
    """The card's answer to a command is not one the command allows."""

    code = "malformed_answer"


class MalformedTlv(EmrtdError, PeerBrokeProtocol):
    """Bytes that should be tag, length and value are not."""

    code = "malformed_tlv"


class SecureMessagingBroken(EmrtdError):
    """A protected answer is unprotected, or its code is wrong. The session is over; nothing of it was used."""

    code = "secure_messaging_broken"


class DocumentMalformed(EmrtdError):
    """A file of the document is not what its standard says, after it was carried here whole."""

    code = "document_malformed"


class KeyRefused(EmrtdError):
    """A public key whose parameters pretend to be those of a known curve, or that is no key at all."""

    code = "key_refused"
