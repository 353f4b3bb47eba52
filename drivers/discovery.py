"""Finding the serial port a device is on: by its stable name, or by asking every free port.

A configured name (``/dev/serial/by-path/...``) stays right when a reader is unplugged and put back into the
same socket. When it is absent or something else answers there, the other ports are probed by protocol, so a
replaced reader works without anybody editing a file. A probe sends only what changes nothing on any device
(for SDT: SAM status). Ports held by another driver are locked and therefore never probed.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = ["AUTO", "Probe", "candidate_ports", "find"]

AUTO = "auto"
"""As a configured port: no preference, ask every port."""

Probe = Callable[[str], bool]
"""Opens the port it is given and says whether the wanted device answers; False when the port cannot be
opened.
"""

_STABLE = ("serial/by-path/*", "serial/by-id/*")
_PLAIN = ("ttyUSB*", "ttyACM*", "ttyS*")


def candidate_ports(dev: Path = Path("/dev")) -> list[str]:
    """Serial ports under ``dev``, one name per device: by-path and by-id names before ttyUSB, ttyACM,
    ttyS.
    """
    named: dict[Path, str] = {}
    for pattern in (*_STABLE, *_PLAIN):
        for path in sorted(dev.glob(pattern)):
            named.setdefault(path.resolve(), str(path))
    return list(named.values())


def find(
    configured: str,
    probe: Probe,
    *,
    candidates: Callable[[], Iterable[str]] = candidate_ports,
    exclude: Iterable[str] = (),
) -> str | None:
    """The first port where ``probe`` succeeds, or None.

    ``configured`` is a port name or URL, a shell pattern over port names, or ``AUTO``; it is tried first,
    then the other candidates. ``exclude`` names ports that belong to other devices.
    """
    others = list(candidates())
    unwanted = {Path(name).resolve() for name in exclude}
    for url in _in_order(configured, others):
        allowed = url == configured or Path(url).resolve() not in unwanted
        if allowed and probe(url):
            return url
    return None


def _in_order(configured: str, others: list[str]) -> list[str]:
    if configured == AUTO:
        return others
    is_pattern = any(sign in configured for sign in "*?[")
    first = fnmatch.filter(others, configured) if is_pattern else [configured]
    return [*first, *(url for url in others if url not in first)]
