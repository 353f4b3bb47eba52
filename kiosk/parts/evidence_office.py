"""The evidence pack's acts on this machine: the functions that ``kiosk evidence`` calls, behind the role table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.audit.log import AuditLog
from kiosk.base.certificate import MAX_BYTES, for_evidence
from kiosk.closing.paper_process import paper_of
from kiosk.config.places import EventPlace
from kiosk.documents.evidence_check import check_file
from kiosk.documents.evidence_making import made_pack
from kiosk.documents.handing_out import hand_out
from kiosk.documents.paper import PAPER_MODULE, Part, as_json
from kiosk.domain.access import Action, Principal
from kiosk.domain.exports import Export
from kiosk.office.evidence_port import EvidencePort, Saved
from kiosk.ports import Clock


@dataclass(frozen=True)
class EvidenceOffice:
    """One person's acts. ``require`` asks the role table for them and raises NotAllowed. ``has_base``: whether the
    machine belongs to a venue with a base. ``own_key``: the machine's public key.
    """

    place: EventPlace
    log: AuditLog
    clock: Clock
    who: Principal
    require: Callable[[Action], None]
    own_key: Callable[[], bytes | None]
    has_base: bool
    folders: tuple[Path, ...]

    def port(self) -> EvidencePort:
        certificate = self.certificate if self.has_base else None
        return EvidencePort(self.make, certificate, check_file, self.own_key, self.folders)

    def make(self, folder: Path, certificates: Mapping[str, bytes], told: Callable[[float], None]) -> Saved:
        self.require(Action.EXPORT_EVIDENCE)
        self.log.probe()
        pack = made_pack(self.place, self.log, self.who.name, _painted, certificates, told)
        stamp = f"{datetime.fromtimestamp(self.clock.now()).astimezone():%Y%m%d-%H%M%S}"
        to = folder / f"evidence-{self.place.event_id}-{stamp}.zip"
        digest = hand_out(self.place, to, pack.content, self.who.name, self.log, Export.EVIDENCE)
        return Saved(to, pack.files, digest, pack.public_key)

    def certificate(self, file: Path) -> tuple[str, bytes]:
        """Raises CertificateRefused, OSError."""
        self.require(Action.EXPORT_EVIDENCE)
        with file.open("rb") as opened:
            return for_evidence(self.place.event_id, opened.read(MAX_BYTES + 1))


def _painted(sheet: Part) -> bytes:
    return paper_of(as_json(sheet), PAPER_MODULE)
