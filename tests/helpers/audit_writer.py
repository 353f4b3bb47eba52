"""A process that appends to a log as fast as it can: ``python -m tests.helpers.audit_writer FILE COUNT NAME``."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.ports import SystemClock
from tests.helpers.audit import identity


def main() -> None:
    file, count, name = sys.argv[1:]
    log = AuditLog(Path(file), identity, SystemClock(), checkpoint_every=10)
    for _ in range(int(count)):
        log.write(Kind.STATION_OPEN, name)


if __name__ == "__main__":
    main()
