"""Signs that somebody works at the kiosk (R-94). Pure: what was seen goes in, what is worth a record comes out.

Times are monotonic seconds. What the catalogue calls each is ``Finding.kind``. Bursts of failed log-ins are told by
``kiosk.accounts.logins``, jumps of the clock by ``kiosk.closing.clock_file``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.errors import PeerBrokeProtocol
from drivers.port import DeviceLost, DeviceReady, ReadFailed, ReadFailure
from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value


@dataclass(frozen=True)
class Finding:
    """One record to be written. ``fields`` as the catalogue lists them for ``kind``."""

    kind: Kind
    fields: Mapping[str, Value] = field(default_factory=dict)


class Burst:
    """Too many in too short a time. Says so once, and again only after a whole ``within_s`` without a full burst."""

    def __init__(self, most: int, within_s: float) -> None:
        self.most, self.within_s = most, within_s
        self._times_s: deque[float] = deque(maxlen=most)
        self._said_at_s: float | None = None

    def happened(self, at_s: float) -> bool:
        """One more at ``at_s``; True when it completes a burst that was not told of yet."""
        self._times_s.append(at_s)
        full = len(self._times_s) == self.most and at_s - self._times_s[0] <= self.within_s
        quiet = self._said_at_s is None or at_s - self._said_at_s > self.within_s
        if full:
            self._said_at_s = at_s
        return full and quiet


BAD_FRAMES, BAD_FRAMES_WITHIN_S = 5, 60.0


class WatchedDevice:
    """One device's events: another serial number than before, and answers that break the protocol again and again.

    ``known``: the printed serial number it had last, also before this start; "" where there is none.
    """

    def __init__(self, name: str, known: str = "") -> None:
        self._name = name
        self.known = known
        self._bad = Burst(BAD_FRAMES, BAD_FRAMES_WITHIN_S)

    def saw(self, event: object, at_s: float) -> Finding | None:
        """``event`` of the device at ``at_s``. A device that does not say who it is cannot be told from another."""
        match event:
            case DeviceReady(identity) if identity and identity != self.known:
                before, self.known = self.known, identity
                if before:
                    return Finding(Kind.DEVICE_REPLACED, {"device": self._name})
            case ReadFailed(ReadFailure.GARBLED) | DeviceLost(PeerBrokeProtocol.code):
                if self._bad.happened(at_s):
                    return Finding(Kind.DEVICE_BAD_FRAMES, {"device": self._name, "bad_frames": BAD_FRAMES})
        return None


class WatchedTracer:
    """Whether another process attached to this one (ptrace): a debugger, or somebody who reads its memory."""

    def __init__(self) -> None:
        self._tracer_pid = 0

    def saw(self, status: str) -> Finding | None:
        """``status``: text of ``/proc/self/status`` (proc(5), TracerPid)."""
        before, self._tracer_pid = self._tracer_pid, tracer_pid(status)
        if self._tracer_pid in {0, before}:
            return None
        return Finding(Kind.DEBUGGER_SEEN, {"pid": self._tracer_pid})


def tracer_pid(status: str) -> int:
    """The process that traces, 0 for none."""
    for line in status.splitlines():
        if line.startswith("TracerPid:"):
            return int(line.split()[1])
    return 0


class WatchedUsb:
    """What is plugged in, against what was plugged in a moment before."""

    def __init__(self) -> None:
        self._before: frozenset[str] | None = None

    def saw(self, devices: frozenset[str]) -> list[Finding]:
        """``devices``: one short code per device that is there; the first look is what later ones are compared with."""
        before, self._before = self._before, devices
        if before is None:
            return []
        changes = [(device, "went") for device in sorted(before - devices)]
        changes += [(device, "came") for device in sorted(devices - before)]
        return [Finding(Kind.DEVICE_USB_CHANGED, {"device": device, "state": state}) for device, state in changes]
