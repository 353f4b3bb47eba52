"""A slip of paper for somebody at the desk: what was decided, where to complain. No name, no number, no face (R-88).

Whoever is refused takes it away, and can show the number to whoever answers for the event.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.text import Texts


@dataclass(frozen=True)
class SlipWords:
    """What the event says about slips, in one language. Empty ``refund``: whoever sold the ticket."""

    event: str
    complaint: str
    refund: str = ""
    gates: Mapping[str, str] | None = None

    def gate(self, group: str) -> str:
        return (self.gates or {}).get(group, group)


@dataclass(frozen=True)
class Slip:
    """``stem``: key of its texts, such as ``slip.refused``; ``reason``: key of the sentence, ``until``: a date in words
    of no language, both "" where there is none. ``at``: UTC seconds.
    """

    number: str
    at: float
    gate_group: str
    stem: str
    reason: str = ""
    until: str = ""

    @property
    def code(self) -> str:
        """The number as it stands in the log."""
        return self.number.replace("-", "").lower()


@dataclass(frozen=True)
class SlipBlock:
    """A slip in one language, as it is shown and printed."""

    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    closing: str


def slip_block(slip: Slip, words: SlipWords, texts: Texts) -> SlipBlock:
    """Everything on the slip, in the language of ``texts``."""
    facts = [
        (texts("slip.number"), slip.number),
        (texts("slip.event"), words.event),
        (texts("slip.gate"), words.gate(slip.gate_group)),
        (texts("slip.time"), time.strftime("%Y-%m-%d %H:%M", time.localtime(slip.at))),
    ]
    if slip.until:
        facts.append((texts("slip.until"), slip.until))
    facts.append((texts("slip.complaint"), words.complaint))
    if slip.stem == "slip.refused":
        facts.append((texts("slip.refund"), words.refund or texts("slip.refund_seller")))
    return SlipBlock(
        texts(f"{slip.stem}_title"),
        texts(slip.reason) if slip.reason else texts(f"{slip.stem}_line"),
        tuple(facts),
        texts("slip.keep"),
    )


def slip_code(block: SlipBlock) -> str:
    """What the QR code says: the slip as plain text, so that a telephone can keep it."""
    return "\n".join([block.title, block.sentence, *(f"{label}: {value}" for label, value in block.facts)])
