"""A seal over code, models and settings: any other byte is found and named, wherever it is."""

from __future__ import annotations

import json
import os
import py_compile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.config.event import Mode
from kiosk.config.load import load_machine
from kiosk.face.models import read_manifest
from kiosk.integrity import station_check, subjects
from kiosk.integrity.check import Difference, State, differences
from kiosk.integrity.digests import ABSENT, NOT_A_FILE, UNREADABLE, digest_of
from kiosk.integrity.manifest import Manifest, ManifestUnusable, decode, encode
from kiosk.integrity.seal import CannotSeal, seal, settle_compiled
from kiosk.integrity.station_check import check_all, keeps_face_lane_shut, station_look
from kiosk.integrity.subjects import Part, Subject, compiled_file
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.integrity import NOW, SealedKiosk, sealed_kiosk


@pytest.fixture
def kiosk(tmp_path: Path) -> SealedKiosk:
    return sealed_kiosk(tmp_path)


def found(kiosk: SealedKiosk) -> list[str]:
    look = station_look(kiosk.machine_file, load_machine(kiosk.machine_file), kiosk.roots)
    return [str(each) for each in look().differences]


def flip(path: Path, place: int = -2) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_what_was_sealed_is_sound(kiosk: SealedKiosk) -> None:
    report = check_all(kiosk.place, kiosk.roots)
    assert (report.state, report.differences, report.seal) == (State.SOUND, [], kiosk.manifest.seal)
    assert report.files == kiosk.manifest.files
    assert found(kiosk) == []


@pytest.mark.requirement("R-91")
def test_one_byte_in_code_model_or_setting_is_named(kiosk: SealedKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-91: flip one byte in code, model or configuration."""
    flip(kiosk.source)
    assert found(kiosk) == ["code kiosk/rules.py: changed"]
    flip(kiosk.source)
    flip(kiosk.event.event_file)
    assert found(kiosk) == [f"settings {kiosk.event.event_file}: changed"]
    flip(kiosk.event.event_file)
    machine = load_machine(kiosk.machine_file)
    kiosk.machine_file.write_text(kiosk.machine_file.read_text() + "\n")
    look = station_look(kiosk.machine_file, machine, kiosk.roots)
    assert look().first == f"settings {kiosk.machine_file}: changed"
    kiosk.machine_file.write_text(kiosk.machine_file.read_text()[:-1])
    other_model = kiosk.folder / "model.onnx"
    other_model.write_bytes(b"another network")
    monkeypatch.setattr(subjects, "locate", lambda entry: other_model)
    assert found(kiosk) == [f"models {name}: changed" for name in sorted(read_manifest())]


def test_a_file_too_many_or_too_few(kiosk: SealedKiosk) -> None:
    """An extension module beside a source is loaded in its place."""
    (kiosk.source.parent / "rules.cpython-311-x86_64-linux-gnu.so").write_bytes(b"\x7fELF")
    (kiosk.source.parent / "deep" / "words.toml").unlink()
    assert found(kiosk) == [
        "code kiosk/deep/words.toml: missing",
        "code kiosk/rules.cpython-311-x86_64-linux-gnu.so: added",
    ]


def test_a_compiled_file_that_does_not_belong_to_its_source(kiosk: SealedKiosk) -> None:
    """The interpreter would run it although the source is as sealed."""
    compiled = compiled_file(kiosk.source)
    assert compiled.is_file()
    other = kiosk.folder / "other.py"
    other.write_text("THRESHOLD = 0.01\n")
    py_compile.compile(str(other), str(compiled), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert found(kiosk) == [f"code kiosk/__pycache__/{compiled.name}: changed"]


def test_a_touched_source_is_not_a_change(kiosk: SealedKiosk) -> None:
    before = compiled_file(kiosk.source).read_bytes()
    os.utime(kiosk.source, (1, 1))
    kiosk.seal_again()
    assert compiled_file(kiosk.source).read_bytes() == before, "bound to the source's hash, not to its date"
    assert found(kiosk) == []


def test_compiled_files_of_other_interpreters_are_nobodys_business(kiosk: SealedKiosk) -> None:
    (compiled_file(kiosk.source).parent / "rules.cpython-399.pyc").write_bytes(b"never loaded")
    assert found(kiosk) == []


def test_links(kiosk: SealedKiosk) -> None:
    copy = kiosk.folder / "copy.py"
    copy.write_bytes(kiosk.source.read_bytes())
    kiosk.source.unlink()
    kiosk.source.symlink_to(copy)
    assert found(kiosk) == ["code kiosk/rules.py: changed"], "same bytes, but they can be changed from elsewhere"
    (kiosk.roots["kiosk"] / "folder").symlink_to(kiosk.folder)
    with pytest.raises(CannotSeal, match="folder: not_a_file"):
        kiosk.seal_again()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert digest_of(tmp_path / "pipe") == NOT_A_FILE
    assert digest_of(tmp_path / "nothing") == ABSENT
    assert digest_of(tmp_path) == NOT_A_FILE
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert digest_of(tmp_path / "loop") == UNREADABLE


def test_a_station_that_was_not_sealed(kiosk: SealedKiosk) -> None:
    other = kiosk.folder / "other.toml"
    other.write_bytes(kiosk.machine_file.read_bytes())
    look = station_look(other, load_machine(other), kiosk.roots)
    assert look().differences == [Difference("settings", str(other), "added")]


def test_sealing_again_mends(kiosk: SealedKiosk) -> None:
    kiosk.source.write_text("THRESHOLD = 0.43\n")
    assert check_all(kiosk.place, kiosk.roots).state is State.BROKEN
    again = kiosk.seal_again()
    assert check_all(kiosk.place, kiosk.roots).state is State.SOUND
    assert again.seal != kiosk.manifest.seal


def test_every_byte_of_the_seal_counts(kiosk: SealedKiosk) -> None:
    path = kiosk.place.manifest_file
    data = path.read_bytes()
    for place in range(0, len(data), max(1, len(data) // 97)):
        changed = bytearray(data)
        changed[place] ^= 1
        path.write_bytes(changed)
        report = check_all(kiosk.place, kiosk.roots)
        assert (report.state, report.differences[0].part) == (State.BROKEN, "seal"), place
    path.write_bytes(data + b" ")
    assert check_all(kiosk.place, kiosk.roots).first == "seal: damaged"


def test_a_seal_of_another_kiosk_or_without_identity(kiosk: SealedKiosk) -> None:
    identity_file = kiosk.place.identity_file
    identity_file.unlink()
    assert check_all(kiosk.place, kiosk.roots).first == "seal: no_identity"
    DeviceIdentity.load_or_create(identity_file)
    assert check_all(kiosk.place, kiosk.roots).first == "seal: other_device"


def test_without_a_seal(kiosk: SealedKiosk) -> None:
    kiosk.place.manifest_file.unlink()
    report = check_all(kiosk.place, kiosk.roots)
    assert report.state is State.NOT_SEALED
    assert keeps_face_lane_shut(report, Mode.LIVE)
    assert not keeps_face_lane_shut(report, Mode.REHEARSAL)


def test_a_changed_file_shuts_the_lane_in_both_modes(kiosk: SealedKiosk) -> None:
    flip(kiosk.source)
    report = check_all(kiosk.place, kiosk.roots)
    assert all(keeps_face_lane_shut(report, mode) for mode in Mode)


def test_an_event_that_came_after_the_seal(kiosk: SealedKiosk) -> None:
    folder = kiosk.place.data_dir / "events" / "later"
    folder.mkdir()
    (folder / "event.toml").write_bytes(kiosk.event.event_file.read_bytes())
    assert check_all(kiosk.place, kiosk.roots).first == f"settings {folder / 'event.toml'}: added"


def test_the_product_itself_is_covered() -> None:
    names = {subject.name for subject in subjects.product()}
    assert {"kiosk/app.py", "drivers/port.py", "assets/models/manifest.toml", "yunet", "sface"} <= names
    assert "families/venue-kiosk" in names
    assert all(subject.path.is_file() for subject in subjects.product())


def test_the_makers_decoder_is_sealed_with_its_station(kiosk: SealedKiosk) -> None:
    library = kiosk.folder / "libmaker.so"
    library.write_bytes(b"\x7fELF maker")
    text = kiosk.machine_file.read_text().replace('decoder = "none"', f'decoder = "program"\npath = "{library}"', 1)
    kiosk.machine_file.write_text(text)
    kiosk.seal_again()
    assert found(kiosk) == []
    flip(library)
    assert found(kiosk) == [f"decoder {library}: changed"]
    assert check_all(kiosk.place, kiosk.roots).first == f"decoder {library}: changed"


names = st.text(min_size=1, max_size=20)
digests = st.dictionaries(
    st.sampled_from(list(Part)),
    st.dictionaries(names, st.text("0123456789abcdef", min_size=64, max_size=64)),
    max_size=4,
)


@settings(max_examples=60)
@given(digests, names, names)
def test_what_is_encoded_is_decoded(digests: dict[Part, dict[str, str]], by: str, reason: str) -> None:
    identity = DeviceIdentity.load_or_create(Path(os.environ["TMP_IDENTITY"]))
    manifest = Manifest(NOW.isoformat(), by, reason, "1", digests)
    data = encode(manifest, identity)
    again = decode(data, identity.public_key)
    assert again == manifest
    assert again.seal == manifest.seal
    assert differences(again, digests) == []


@pytest.fixture(autouse=True)
def _identity(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMP_IDENTITY", str(tmp_path_factory.getbasetemp() / "seal-identity.key"))


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"body":[],"public_key":"","signature":""}', "\xff"])
def test_rubbish_is_no_seal(text: str) -> None:
    with pytest.raises(ManifestUnusable, match="damaged"):
        decode(text.encode("latin-1"), bytes(32))


def test_the_seal_says_who_and_why_and_keeps_nothing_else(kiosk: SealedKiosk) -> None:
    body = json.loads(kiosk.place.manifest_file.read_text())["body"]
    assert (body["by"], body["reason"]) == ("tester", "test")
    assert set(body) == {"format", "sealed_at", "by", "reason", "version", "digests"}
    assert kiosk.place.manifest_file.stat().st_mode & 0o777 == 0o600


def test_events_that_are_over_are_not_asked_for(kiosk: SealedKiosk) -> None:
    kiosk.event.state_file.write_text('{"state": "wiped"}')
    assert station_check.event_files(kiosk.place) == []


def test_a_subject_that_is_not_there_is_no_seal(kiosk: SealedKiosk) -> None:
    gone = Subject(Part.CODE, "kiosk/gone.py", kiosk.folder / "gone.py")
    with pytest.raises(CannotSeal, match=r"gone\.py: absent"):
        seal(kiosk.place, [gone], "tester", "test", NOW)


def test_compiled_files_kept_elsewhere_are_covered_under_the_same_names(
    kiosk: SealedKiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PYTHONPYCACHEPREFIX: the interpreter keeps them outside the product."""
    beside = {(each.part, each.name) for each in subjects.product(kiosk.roots)}
    monkeypatch.setattr("sys.pycache_prefix", str(tmp_path / "elsewhere"))
    assert [line.rpartition(": ")[2] for line in found(kiosk)] == ["missing"], "sealed beside the source"
    settle_compiled(subjects.sources(kiosk.roots))
    assert found(kiosk) == []
    assert {(each.part, each.name) for each in subjects.product(kiosk.roots)} == beside
    compiled = compiled_file(kiosk.source)
    assert compiled.is_relative_to(tmp_path / "elsewhere")
    assert compiled in [each.path for each in subjects.product(kiosk.roots)]
