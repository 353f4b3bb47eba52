"""A device's part in an event's end over the venue: it closes the event as it always does, and tells the base.

``python -I -m kiosk.base.closing_here DATA_DIR KEY_DIR EVENT BECAUSE`` is a process of its own, as
``kiosk.closing.by_itself`` is, and ends with the same codes. What the base is told is the verdict and the SHA-256 of
the certificate. Until it has heard it the process tries again, for an hour; ``kiosk base tell`` does so later.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.base.client import BaseClient
from kiosk.base.device import way_of
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.base.link import BaseWay
from kiosk.closing.by_itself import ELSEWHERE, NOT_YET, WAIT_FOR_STATIONS_S, audit_of
from kiosk.closing.certificate_file import sha256
from kiosk.closing.close import close_event
from kiosk.closing.journal import Because
from kiosk.closing.lock import ClosingElsewhere
from kiosk.closing.paper_process import paper_of
from kiosk.closing.state import WrongState
from kiosk.config.places import EventPlace
from kiosk.memory.allocator import plain
from kiosk.vault.core_dumps import leave_no_core

BY = "base"
"""Who closes, in the log of the device."""
TELL_S = 2.0
TELL_AGAIN_S = 5.0
TELL_FOR_S = 3600.0
NOT_AT_BASE = "VE002"


class NothingToTell(Exception):
    """The event has no certificate here: it was not closed, or none could be written."""


def start_closing(place: EventPlace, because: Because) -> subprocess.Popen[bytes]:
    """Begin to close, and then to tell, in a process that outlives this one. Raises OSError."""
    arguments = [str(place.data_dir), str(place.key_dir), place.event_id, because.value]
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "kiosk.base.closing_here", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=plain(os.environ),
        start_new_session=True,
    )


def tell_closed(place: EventPlace, way: BaseWay) -> bool:
    """Tell the base how the event ended here; whether it knows the event. Telling the same again is harmless.

    Raises NothingToTell, BaseAway, BaseRefused.
    """
    verdict, digest = _ended(place)
    client = BaseClient(way, place.event_id)
    try:
        if not client.reconnect():
            raise BaseAway("no_way")
        client.closed(f"{digest[:32]}.{verdict}", verdict, digest, time.time())
    except BaseRefused as refused:
        if refused.code != NOT_AT_BASE:
            raise
        return False
    finally:
        client.close()
    return True


def _ended(place: EventPlace) -> tuple[str, str]:
    """The verdict as the base's word for it, and the certificate's SHA-256."""
    try:
        certificate = place.certificate_file.read_bytes()
        verdict = json.loads(place.report_file.read_text(encoding="utf-8"))["verdict"]
    except (OSError, ValueError, KeyError, TypeError):
        raise NothingToTell from None
    return str(verdict).lower(), sha256(certificate)


def tell_until_heard(
    place: EventPlace,
    way: BaseWay,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> bool:
    """Whether the base has heard it, or told that it is no event of its own."""
    until_s = monotonic() + TELL_FOR_S
    while True:
        try:
            tell_closed(place, way)
        except BaseAway:
            if monotonic() >= until_s:
                return False
            sleep(TELL_AGAIN_S)
        except (BaseRefused, NothingToTell):
            return False
        else:
            return True


def close_here(place: EventPlace, because: Because) -> int:
    """Close the event as ``kiosk.closing.by_itself`` does; its exit codes."""
    try:
        audit = audit_of(place)
        report = close_event(
            place, audit=audit, by=BY, because=because, wait_s=WAIT_FOR_STATIONS_S, make_paper=paper_of
        )
    except WrongState:
        return 0
    except ClosingElsewhere:
        return ELSEWHERE
    except OSError as broken:
        sys.stderr.write(f"Event {place.event_id} cannot be closed: {broken.strerror}.\n")
        return NOT_YET
    return 0 if report.is_over else NOT_YET


def main(data_dir: str, key_dir: str, event_id: str, because: str) -> int:
    leave_no_core()
    place = EventPlace(Path(data_dir), Path(key_dir), event_id)
    code = close_here(place, Because(because))
    if code != ELSEWHERE:
        try:
            tell_until_heard(place, way_of(place.key_dir, TELL_S, TELL_S))
        except BaseTrouble as trouble:
            sys.stderr.write(f"{trouble}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
