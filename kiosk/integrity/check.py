"""Compares what is there with what was sealed.

The check is itself part of the code it checks, and the key that signs lies on the same machine: it finds damage, a
forgotten update, a changed threshold or a swapped model, not somebody who has become the service user and seals again
(that is in the audit log).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.config.places import DevicePlace
from kiosk.integrity.digests import ABSENT, digest_of
from kiosk.integrity.manifest import Manifest, ManifestUnusable, read
from kiosk.integrity.subjects import COMPLETE, Part, Subject
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed

PAUSE_S = 0.001
"""Between two files, so that whoever shares the interpreter gets its turn."""


class State(StrEnum):
    SOUND = "sound"
    BROKEN = "broken"
    NOT_SEALED = "not_sealed"


@dataclass(frozen=True)
class Difference:
    """One file that is not as sealed. ``what``: changed, added, missing, unreadable, not_a_file; ``part`` is "seal"
    with ``what`` damaged, wrong_signature, other_device, io, no_identity for the seal itself."""

    part: str
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.part} {self.name}: {self.what}" if self.name else f"{self.part}: {self.what}"


@dataclass(frozen=True)
class IntegrityReport:
    """``seal`` names the seal compared with, "" without one. ``took_s``: wall time, pauses included."""

    state: State
    differences: list[Difference] = field(default_factory=list)
    files: int = 0
    seal: str = ""
    took_s: float = 0.0

    @property
    def first(self) -> str:
        return str(self.differences[0]) if self.differences else ""


def check(
    place: DevicePlace,
    subjects: Callable[[Manifest], Iterable[Subject]],
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> IntegrityReport:
    """Hash ``subjects`` (which may ask the seal what it names) and compare. Never raises for what it finds."""
    begun_s = clock()
    try:
        manifest = sealed(place)
    except ManifestUnusable as unusable:
        return IntegrityReport(State.BROKEN, [Difference("seal", "", unusable.code)])
    if manifest is None:
        return IntegrityReport(State.NOT_SEALED)
    there: dict[Part, dict[str, str]] = {part: {} for part in Part}
    for subject in subjects(manifest):
        there[subject.part][subject.name] = digest_of(subject.path)
        pause(PAUSE_S)
    found = differences(manifest, there)
    return IntegrityReport(
        State.BROKEN if found else State.SOUND,
        found,
        sum(map(len, there.values())),
        manifest.seal,
        clock() - begun_s,
    )


def sealed(place: DevicePlace) -> Manifest | None:
    """This kiosk's seal, None where nothing was ever sealed. Raises ManifestUnusable."""
    if not place.manifest_file.exists():
        return None
    try:
        identity = DeviceIdentity.load(place.identity_file)
    except (KeysDestroyed, KeyFileUnusable):
        raise ManifestUnusable("no_identity") from None
    return read(place.manifest_file, identity.public_key)


def differences(manifest: Manifest, there: dict[Part, dict[str, str]]) -> list[Difference]:
    """In the order of parts and names. Of the parts in COMPLETE every sealed file must be there."""
    found = []
    for part in Part:
        was, now = manifest.digests.get(part, {}), there.get(part, {})
        names = {*now, *(was if part in COMPLETE else ())}
        found += [
            Difference(part.value, name, what)
            for name in sorted(names)
            if (what := _difference(was.get(name), now.get(name, ABSENT)))
        ]
    return found


def _difference(was: str | None, now: str) -> str:
    if now == ABSENT:
        return "missing"
    if was is None:
        return "added"
    if now == was:
        return ""
    return "changed" if len(now) == len(was) else now
