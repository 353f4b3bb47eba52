"""Sealing: somebody answerable says that what lies here now is what shall run."""

from __future__ import annotations

import contextlib
import importlib.metadata
import py_compile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from kiosk.closing.state import write_whole
from kiosk.config.places import DevicePlace
from kiosk.integrity.digests import ABSENT, NOT_A_FILE, UNREADABLE, digest_of
from kiosk.integrity.manifest import Manifest, encode
from kiosk.integrity.subjects import Part, Subject, compiled_file
from kiosk.vault.identity import DeviceIdentity


class CannotSeal(Exception):
    """A file that should be sealed cannot be hashed. ``name`` and ``why`` (absent, unreadable, not_a_file)."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why


def seal(place: DevicePlace, subjects: Iterable[Subject], by: str, reason: str, now: datetime) -> Manifest:
    """Hash ``subjects``, sign and replace the seal; on disk before this returns. ``now`` has a zone.

    Raises CannotSeal, KeyFileUnusable, OSError.
    """
    digests: dict[Part, dict[str, str]] = {part: {} for part in Part}
    for subject in subjects:
        digest = digest_of(subject.path)
        if digest in {ABSENT, UNREADABLE, NOT_A_FILE}:
            raise CannotSeal(subject.name, digest)
        digests[subject.part][subject.name] = digest
    version = importlib.metadata.version("venue-kiosk")
    manifest = Manifest(now.isoformat(timespec="seconds"), by, reason, version, digests)
    place.make_folders()
    identity = DeviceIdentity.load_or_create(place.identity_file)
    write_whole(place.manifest_file, encode(manifest, identity).decode("ascii"))
    return manifest


def settle_compiled(sources: Iterable[Path]) -> None:
    """Compile every source before it is sealed, bound to the source's hash instead of its date (PEP 552): nothing is
    compiled later, and touching a file changes nothing. Where we may not write, nobody compiles later either."""
    for source in sources:
        with contextlib.suppress(OSError, py_compile.PyCompileError):
            py_compile.compile(
                str(source),
                cfile=str(compiled_file(source)),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
            )
