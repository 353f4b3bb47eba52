"""What the pages of the evidence pack ask this machine for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.documents.evidence_check import Checked

MakePack = Callable[[Path, Mapping[str, bytes], Callable[[float], None]], "Saved"]


class MakingCancelled(Exception):
    """Raised by whoever is told how far it is; nothing was written."""


@dataclass(frozen=True)
class Saved:
    """A pack that was written. ``files``: how many are in it, besides their list."""

    file: Path
    files: int
    sha256: str
    public_key: bytes


@dataclass(frozen=True)
class EvidencePort:
    """Everything waits. ``make``: into a folder, with certificates of the venue's base by their names in the pack, told
    how much is done, 0..1. ``certificate``: such a certificate, read from a file; None where no base is used.
    ``check`` changes nothing, and asks the role table nothing, as its command. ``own_key``: 32 bytes, None without one.
    """

    make: MakePack
    certificate: Callable[[Path], tuple[str, bytes]] | None
    check: Callable[[Path, bytes | None], Checked]
    own_key: Callable[[], bytes | None]
    folders: tuple[Path, ...]
