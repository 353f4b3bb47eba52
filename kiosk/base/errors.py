"""What can go wrong with the base, for commands (``BaseTrouble``) and for stations (``BaseAway``, ``BaseRefused``)."""

from __future__ import annotations


class BaseTrouble(Exception):
    """What was asked about the base cannot be done. The message is a sentence for people; where a screen has words of
    its own for it, ``code`` is their name.
    """

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class BaseAway(Exception):
    """The base did not answer in time, or there is no way to it now: the station decides by itself. ``code``: no_way,
    late, broken, unused, old_base.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BaseRefused(Exception):
    """The base answered with an error, whose SQLSTATE is ``code``. VE001: this device is not enrolled (any more);
    VE002: the event is not at the base; VE003: a desk's right; 23514, 42501 and others: our own mistake.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
