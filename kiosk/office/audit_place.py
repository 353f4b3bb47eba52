"""What the audit log's pages stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.log import AuditLog
from kiosk.domain.access import Action


@dataclass(frozen=True)
class AuditPlace:
    """The log, the key its checkpoints are signed with (None: the one it names itself), folders to write to.

    ``require``: asks the role table and writes a refusal down.
    """

    log: AuditLog
    public_key: Callable[[], bytes | None]
    folders: tuple[Path, ...]
    require: Callable[[Action], None]
