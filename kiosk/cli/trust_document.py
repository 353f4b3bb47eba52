"""Files that were read from a chip by other means, judged as a station would: for staff who look into a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from drivers.emrtd.dg1 import Dg1, parse_dg1
from drivers.emrtd.errors import DocumentMalformed
from drivers.emrtd.evidence import ChipAnswer, Digests, Evidence, digests_of
from drivers.emrtd.passive import judge
from drivers.emrtd.trust import Trust
from drivers.emrtd.verdict import Authenticity, Verdict
from kiosk.cli.saying import BAD_USAGE, stop, stop_at

__all__ = ["DocumentFiles", "judged_files"]

DocumentFiles = Annotated[
    Path | None,
    typer.Option("--document", help="Folder with EF_SOD.bin and EF_DG1.bin ...", file_okay=False),
]
_GROUPS = range(1, 17)
_MOST_BYTES = 262_144


@dataclass(frozen=True)
class Judged(Authenticity):
    @property
    def passes(self) -> bool:
        return self.verdict is Verdict.GENUINE


def judged_files(folder: Path, trust: Trust, now: datetime) -> Judged:
    """The verdict on ``folder``'s files; stops with a sentence where there are none. The chip itself is not asked."""
    sod = _content(folder / "EF_SOD.bin")
    zone: Dg1 | None = None
    digests: dict[int, Digests] = {}
    for group in _GROUPS:
        content = _content(folder / f"EF_DG{group}.bin")
        if content is not None:
            digests[group] = digests_of(content)
            zone = _zone(content) if group == 1 else zone
    if sod is None and not digests:
        stop(f"{folder} holds neither EF_SOD.bin nor EF_DG1.bin to EF_DG16.bin.", BAD_USAGE)
    found = judge(
        Evidence(
            sod,
            digests,
            issuing_state=zone.issuing_state if zone else "",
            document_code=zone.document_code if zone else "",
            chip=ChipAnswer.NOT_TRIED,
        ),
        trust,
        now,
    )
    return Judged(found.verdict, found.findings, found.signer_country, found.unsupported)


def _zone(content: bytes) -> Dg1 | None:
    try:
        return parse_dg1(content)
    except DocumentMalformed:
        return None


def _content(file: Path) -> bytes | None:
    try:
        if file.stat().st_size > _MOST_BYTES:
            stop(f"{file} is too large for a file of a chip.", BAD_USAGE)
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        stop_at(error, file)
