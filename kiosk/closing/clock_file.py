"""The highest time ever seen, on disk, shared by all processes of one machine."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from typing import Any

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing import clock
from kiosk.closing.clock import Kept, Reading, Seen, Stands
from kiosk.closing.lock import folder_alone
from kiosk.closing.state import write_whole
from kiosk.config.places import DevicePlace
from kiosk.vault.boot_time import boot_time

KEEP_EVERY_S = 60.0
"""What a power cut can take from the highest time."""

_MAX_FILE_BYTES = 4096
_WAIT_S = 2.0
"""For another process's turn, which takes milliseconds."""
_KINDS = {Stands.BEHIND: Kind.CLOCK_WENT_BACK, Stands.AHEAD: Kind.CLOCK_WENT_FORWARD}


def read_clocks() -> Reading:
    """The machine's clocks now."""
    since = boot_time()
    return Reading(time.time(), since.s, since.boot)


class ClockFile:
    """Looks at the time that counts, and keeps it. Any thread; processes take turns."""

    def __init__(
        self, device: DevicePlace, audit: Audit | None = None, read: Callable[[], Reading] = read_clocks
    ) -> None:
        self._device, self._audit, self._read = device, audit or NoAudit(), read

    def look(self, asking: Callable[[Seen, Reading], bool] = lambda seen, now: False) -> tuple[Seen, Reading]:
        """What time it is. ``asking`` says whether staff are asked about it from now on.

        A disk that takes nothing more does not stop the count, which then lasts until the machine is restarted.
        """
        with self._turn():
            before, now = self._kept(), self._read()
            seen = clock.look(before, now)
            kept = clock.asked(seen.kept) if asking(seen, now) else seen.kept
            if _worth_keeping(before, kept):
                self._keep(kept)
        if seen.jump_s is not None:
            self._tell(_KINDS[kept.stands], "system", seen.jump_s)
        return Seen(kept, seen.time_s, seen.jump_s), now

    def confirm(self, by: str, *, right: bool) -> Seen:
        """Somebody answers for a clock that is ahead: it is right, or it is wrong and the count goes on without it.

        Raises OSError when the answer cannot be kept.
        """
        with self._turn():
            now = self._read()
            seen = clock.look(self._kept(), now)
            kept = clock.confirmed(seen.kept, now) if right else clock.rejected(seen.kept)
            self._keep(kept, must=True)
        if seen.kept.stands is Stands.AHEAD:
            answer = "right" if right else "wrong"
            self._tell(Kind.CLOCK_CONFIRMED, by, now.wall_s - seen.time_s, reason=answer)
        return clock.look(kept, now)

    def _kept(self) -> Kept | None:
        """What was kept; None where there is nothing, or nothing that can be understood."""
        try:
            with self._device.clock_file.open("rb") as file:
                return _decode(json.loads(file.read(_MAX_FILE_BYTES)))
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None

    def _keep(self, kept: Kept, *, must: bool = False) -> None:
        try:
            write_whole(self._device.clock_file, json.dumps(asdict(kept)) + "\n")
        except OSError:
            if must:
                raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Whoever holds the folder longer than a turn takes is not waited for: no deadline may hang on them. The file
        itself is replaced whole, so that nothing worse comes of it than a look that is forgotten."""
        self._device.make_folders()
        with ExitStack() as held:
            with suppress(BlockingIOError):
                held.enter_context(folder_alone(self._device.folder, wait_s=_WAIT_S))
            yield

    def _tell(self, kind: Kind, by: str, by_s: float, **reason: str) -> None:
        fields: dict[str, Value] = {"by_s": round(by_s), **reason}
        with suppress(AuditUnavailable):
            self._audit.write(kind, by, "", success=True, **fields)


def _worth_keeping(before: Kept | None, after: Kept) -> bool:
    if before is None or before.boot != after.boot:
        return True
    if (before.stands, before.asked_since_boot_s) != (after.stands, after.asked_since_boot_s):
        return True
    return after.seen_since_boot_s - before.seen_since_boot_s >= KEEP_EVERY_S


def _decode(value: dict[str, Any]) -> Kept:
    """Raises ValueError, KeyError, TypeError for anything that was not kept by us."""
    times = {name: float(value[name]) for name in ("highest_s", "agreed_s", "agreed_since_boot_s", "seen_since_boot_s")}
    asked = value["asked_since_boot_s"]
    kept = Kept(
        **times,
        boot=str(value["boot"]),
        stands=Stands(value["stands"]),
        answered=value["answered"] is True,
        asked_since_boot_s=None if asked is None else float(asked),
        asked_before_s=float(value["asked_before_s"]),
    )
    if not all(map(math.isfinite, (*times.values(), kept.asked_since_boot_s or 0.0, kept.asked_before_s))):
        raise ValueError("not a time")
    return kept
