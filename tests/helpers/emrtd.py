"""What the tests of documents with a chip share: vectors, a channel straight to a simulated chip, a whole reading."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.emrtd.access_keys import AccessKey, MrzKeyFields
from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.document import DocumentReading, EvidenceRead, IdentityFile, Opened, PortraitFile, Progress
from drivers.emrtd.errors import CardLost, ChannelTimeout
from drivers.emrtd.evidence import Evidence
from drivers.emrtd.passive import judge
from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.trust import Trust
from drivers.emrtd.verdict import Authenticity
from tests.helpers.documents import utopia
from tests.helpers.mrz import TD3

VECTORS = Path(__file__).parent.parent / "data" / "vectors" / "emrtd"
_BESIDE = Path(__file__).parents[3] / "shared" / "protocols" / "vectors" / "emrtd" / "specimen_bsi_erika.json"
SPECIMEN = Path(os.environ.get("KIOSK_SPECIMEN", _BESIDE))
NOW = datetime.now(UTC)
KEY = MrzKeyFields(TD3[1][:9], TD3[1][13:19], TD3[1][21:27])
"""Opens the passport of ``tests.helpers.documents``."""
SHORT, EXTENDED = (261, 258), (65_544, 65_538)


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def about_specimen() -> Any:
    """What is known of the BSI specimen. It carries a photograph, so it is not ours to keep. Skips where it is not."""
    if not SPECIMEN.is_file():
        pytest.skip("the specimen passport is not on this machine (KIOSK_SPECIMEN names its file)")
    return json.loads(SPECIMEN.read_text(encoding="utf-8"))


def specimen() -> dict[str, bytes]:
    """Files of the BSI specimen by name: ``EF_DG1.bin``."""
    files = about_specimen()["files_base64"]
    return {name: base64.b64decode(text) for name, text in files.items()}


def utopian_trust() -> Trust:
    return Trust([parse_certificate(utopia().csca_der)])


class DirectChannel:
    """APDUs into a simulated chip without a reader; ``lift_after`` takes the card away after that many."""

    def __init__(
        self, chip: SimulatedDocumentChip, sizes: tuple[int, int] = SHORT, lift_after: int | None = None
    ) -> None:
        self.chip = chip
        self.max_command_bytes, self.max_answer_bytes = sizes
        self.sent: list[bytes] = []
        self._lift_after = lift_after

    def transceive(self, command_apdu: bytes) -> bytes:
        assert len(command_apdu) <= self.max_command_bytes
        if self._lift_after is not None and len(self.sent) >= self._lift_after:
            raise CardLost("lifted")
        self.sent.append(command_apdu)
        answer = self.chip.answer(command_apdu)
        if answer is None:
            raise ChannelTimeout("mute")
        return answer


class Conversation:
    """A channel that expects these commands in this order and says what is written beside them (hexadecimal)."""

    max_command_bytes, max_answer_bytes = SHORT

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs: Iterator[tuple[str, str]] = iter(pairs)
        self.left = len(pairs)

    def transceive(self, command_apdu: bytes) -> bytes:
        expected, answer = next(self._pairs)
        assert command_apdu.hex().upper() == expected.upper()
        self.left -= 1
        return bytes.fromhex(answer)


@dataclass
class WholeReading:
    """What came of reading a document to its end."""

    opened: str = ""
    zone: tuple[str, ...] = ()
    portrait: bytes = b""
    order: list[str] = field(default_factory=list)
    evidence: Evidence | None = None
    commands: int = 0
    progress: list[Progress] = field(default_factory=list)

    def verdict(self, trust: Trust | None = None, *, expired: bool = False) -> Authenticity:
        assert self.evidence is not None
        return judge(self.evidence, utopian_trust() if trust is None else trust, NOW, expired=expired)


def read_whole(channel: DirectChannel, key: AccessKey = KEY) -> WholeReading:
    """Raises what the reading raises."""
    reading, seen = DocumentReading(channel, key), WholeReading()
    for step in reading.steps():
        if not isinstance(step, Progress):
            seen.order.append(type(step).__name__)
        match step:
            case Opened():
                seen.opened = step.method.value
            case IdentityFile():
                seen.zone = step.zone.lines
            case PortraitFile():
                with step.data as data:
                    seen.portrait = bytes(data.view())
            case EvidenceRead():
                seen.evidence = step.evidence
            case Progress():
                seen.progress.append(step)
    seen.commands = reading.commands
    return seen
