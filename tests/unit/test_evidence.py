"""The evidence pack: made after the end, holds nothing of an attendee, and every byte of it is accounted for."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.cli.evidence import evidence_app
from kiosk.closing.contents import Needles
from kiosk.config.places import DevicePlace
from kiosk.documents import evidence
from kiosk.documents.assessment import QUESTIONS, WHO
from kiosk.documents.evidence import ALWAYS, MANIFEST, About, pack_of
from kiosk.documents.evidence_check import Fault, check
from kiosk.documents.zip_file import zip_of
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.audit import identity
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.evening import write_evening
from tests.helpers.event_place import CANARIES
from tests.unit.test_assessment import SAID
from tests.unit.test_event_cli import Shell

app = typer.Typer()
app.add_typer(evidence_app, name="evidence")


class Over:
    """An event that is over, with an evening in its log, and the pack that was made of it."""

    def __init__(self, folder: Path) -> None:
        self.shell, self.folder = Shell(folder), folder
        place = self.shell.place
        self.device = DevicePlace(place.data_dir, place.key_dir)
        self.shell.until_open()
        typed = "".join(f"{SAID.get(name, 'Lin Wei')}\n" for name in (*WHO, *QUESTIONS))
        assert self.shell("event", "assessment", "rehearsal", answer=typed).exit_code == 0
        write_evening(self.device, "rehearsal")
        self.file = folder / "evidence.zip"
        self.early = self("make", "rehearsal", "--to", self.file)
        (folder / "roster.csv").unlink()
        closed = self.shell("event", "close", "rehearsal", "--yes")
        assert closed.exit_code == 0, closed.output
        self.made = self("make", "rehearsal", "--to", self.file)
        assert self.made.exit_code == 0, self.made.output
        self.key = DeviceIdentity.load(self.device.identity_file).public_key

    def __call__(self, *arguments: object) -> Result:
        place = self.shell.place
        environment = {"VENUE_KIOSK_DATA": str(place.data_dir), "VENUE_KIOSK_KEYS": str(place.key_dir)}
        return CliRunner(env=environment).invoke(app, ["evidence", *map(str, arguments)])

    @property
    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.file) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def again(self, change: Callable[[dict[str, bytes]], Any]) -> bytes:
        """The pack with other files, signed anew by the same machine."""
        files = {name: data for name, data in self.files.items() if name != MANIFEST}
        change(files)
        told = json.loads(self.files[MANIFEST])
        about = About(told["event"], told["made_at"], told["by"], told["version"], told["audit_head"])
        return pack_of(files, about, DeviceIdentity.load(self.device.identity_file))


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Over:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.cli.evidence.painted", lambda sheet: FAKE_PDF)
        patch.setattr("kiosk.cli.event.paper_of", lambda json_bytes: FAKE_PDF)
        return Over(tmp_path_factory.mktemp("evidence"))


@pytest.mark.requirement("R-69", "R-81")
def test_it_is_made_after_the_end_and_holds_offline(over: Over) -> None:
    assert (over.early.exit_code, "is not over" in over.early.stderr) == (1, True)
    found = check(over.file.read_bytes(), over.key)
    assert (found.ok, found.event, found.faults) == (True, "rehearsal", ())
    names = set(over.files) - {MANIFEST}
    assert names >= ALWAYS | {"assessment.json", "report-zh.pdf", "record-en.pdf", "assessment-en.pdf", "notice-zh.txt"}
    told = over("verify", over.file, "--public-key", over.key.hex())
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["public_key_trusted"]


@pytest.mark.requirement("R-69")
def test_it_holds_nothing_of_an_attendee(over: Over) -> None:
    needles = Needles.of([*CANARIES, "11010519491231002X"])
    for name, data in over.files.items():
        assert not needles.are_in(data), name


@pytest.mark.requirement("R-69")
def test_one_flipped_byte_anywhere_is_found_and_its_file_named(over: Over) -> None:
    whole, pick = over.file.read_bytes(), random.Random(4)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        spans = {
            each.filename: (each.header_offset + 30 + len(each.filename), each.file_size) for each in archive.filelist
        }
    for name, (start, size) in spans.items():
        at = start + pick.randrange(size)
        found = check(whole[:at] + bytes([whole[at] ^ 1 << pick.randrange(8)]) + whole[at + 1 :], over.key)
        assert [fault.file for fault in found.faults] == [name]
    for _ in range(60):
        at = pick.randrange(len(whole))
        assert not check(whole[:at] + bytes([whole[at] ^ 1 << pick.randrange(8)]) + whole[at + 1 :], over.key).ok
    for cut in (whole[:-1], whole + b"\0", whole[: len(whole) // 2], b"", b"PK"):
        assert not check(cut, over.key).ok


def test_what_another_machine_signed_is_told(over: Over) -> None:
    assert check(over.file.read_bytes(), identity().public_key).faults == (Fault(MANIFEST, "other_key"),)
    told = over("verify", over.file, "--public-key", identity().public_key.hex())
    assert (told.exit_code, "another key" in told.stderr) == (1, True)


@pytest.mark.requirement("R-81")
@pytest.mark.parametrize("name", [evidence.REPORT, evidence.NOTICE, evidence.CERTIFICATE, evidence.AUDIT])
def test_parts_that_do_not_agree_are_found_though_the_machine_signed_them(over: Over, name: str) -> None:
    def change(files: dict[str, bytes]) -> None:
        data = files[name]
        lines = data.splitlines(keepends=True)
        files[name] = b"".join(lines[:-1]) if name == evidence.AUDIT else data.replace(b"e", b"f", 1)

    assert name in {fault.file for fault in check(over.again(change), over.key).faults}


def test_the_same_files_make_the_same_bytes_and_none_may_be_missing(over: Over) -> None:
    assert over.again(lambda files: None) == over.file.read_bytes()
    with pytest.raises(ValueError, match=r"audit\.log"):
        over.again(lambda files: files.pop(evidence.AUDIT))
    files = over.files
    del files["report.csv"]
    assert check(zip_of(files), over.key).faults == (Fault("report.csv", "missing"),)
    assert check(zip_of({**over.files, "more.txt": b"x"}), over.key).faults == (Fault("more.txt", "not_listed"),)


@pytest.mark.requirement("R-70")
def test_it_says_whether_the_assessment_came_before_the_first_capture(over: Over) -> None:
    """The invented evening lies before the day the test runs on, so here it did not."""
    assert check(over.file.read_bytes()).assessed_first is False
    assert check(over.file.read_bytes()).notice_shown is False, "the evening's choices name another notice"
    without = check(over.again(lambda files: files.pop(evidence.ASSESSMENT)), over.key)
    assert without.assessed_first is True, "somebody stood for a paper the day before"


def test_a_certificate_that_is_no_bases_is_refused(over: Over, tmp_path: Path) -> None:
    other = tmp_path / "archived-x.json"
    other.write_bytes(over.files[evidence.CERTIFICATE])
    refused = over("make", "rehearsal", "--to", tmp_path / "new.zip", "--certificate", other)
    assert (refused.exit_code, (tmp_path / "new.zip").exists()) == (1, False)


# --- packs that were made to mislead ----------------------------------------------------------------


def _zip(*entries: tuple[str, bytes], packed: bool = False) -> bytes:
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive,
        catch_warnings(),
    ):
        simplefilter("ignore")  # names twice
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
    return data.getvalue()


def _manifest(**changed: object) -> bytes:
    """Signed by somebody, whatever stands in it."""
    values = {"format": evidence.FORMAT, "event": "e", "audit_head": "", "files": {"a": {"bytes": 1, "sha256": ""}}}
    unsigned = {**values, "public_key": identity().public_key.hex(), **changed}
    signature = identity().sign(evidence.DOMAIN + evidence.canonical(unsigned)).hex()
    return evidence.canonical({**unsigned, "signature": signature}) + b"\n"


@pytest.mark.requirement("R-92")
@pytest.mark.parametrize(
    ("pack", "fault"),
    [
        (_zip(), Fault(MANIFEST, "form")),
        (_zip(("a", b"x" * 5_000_000), packed=True), Fault("", "container")),
        (_zip(("a", b"1"), ("a", b"2")), Fault("a", "container")),
        (_zip(*((f"n{number}", b"") for number in range(9000))), Fault("", "container")),
        *((_zip((name, b"")), Fault("", "name"))
          for name in ("../a", "/etc/a", "a/../b", "a\\b", "a\nok: true", "\x1b[2J")),
        (_zip((MANIFEST, b'{"files":{"a":{"sha256":"","bytes":1e999}},"signature":"","public_key":""}')),
         Fault(MANIFEST, "form")),
        (_zip((MANIFEST, b'{"files":{"a":{"sha256":"","bytes":' + b"9" * 5000 + b"}}}")), Fault(MANIFEST, "form")),
        (_zip((MANIFEST, b"[" * 200_000)), Fault(MANIFEST, "form")),
        (_zip((MANIFEST, _manifest(files={"../a": {"bytes": 1, "sha256": ""}}))), Fault(MANIFEST, "form")),
        (_zip((MANIFEST, _manifest(public_key="00"))), Fault(MANIFEST, "signature")),
    ],
)  # fmt: skip
def test_a_hostile_container_is_one_fault(pack: bytes, fault: Fault, tmp_path: Path) -> None:
    assert check(pack).faults == (fault,)
    (tmp_path / "pack.zip").write_bytes(pack)
    told = CliRunner().invoke(app, ["evidence", "verify", str(tmp_path / "pack.zip")])
    assert (told.exit_code, len(told.stderr.splitlines())) == (1, 1)
    assert told.stderr.removesuffix("\n").isprintable()


def test_entries_that_share_their_bytes_are_not_read() -> None:
    """A list of many entries for the same bytes would grow to any size in memory."""
    one = _zip(("a", b"x" * 100_000))
    at = one.index(b"PK\1\2")
    entry, end = one[at:-22], one[-22:]
    size = (900 * len(entry)).to_bytes(4, "little")
    assert check(one[:at] + entry * 900 + end[:12] + size + end[16:]).faults == (Fault("", "container"),)


@pytest.mark.requirement("R-92")
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        (evidence.REPORT, b"[" * 200_000, "not_the_logs"),
        (evidence.REPORT, b'{"state": 1e999, "counts": [1], "thresholds": 5}', "not_the_logs"),
        (evidence.EVENT, b"a = " + b"[" * 100_000, "form"),
        (evidence.EVENT, b"a = 1\n" * 100_000, "form"),
        (evidence.EVENT, b"\xff\xfe", "form"),
    ],
)
def test_hostile_parts_are_named_though_the_machine_signed_them(
    over: Over, name: str, content: bytes, code: str
) -> None:
    found = check(over.again(lambda files: files.update({name: content})), over.key)
    assert Fault(name, code) in found.faults


@pytest.mark.parametrize("fields", ["5", '{"staff_p90_s":"x"}', '{"served":1e999}', "[]"])
def test_a_hostile_log_is_named(over: Over, fields: str) -> None:
    line = (
        f'{{"seq":1,"at":"","kind":"waits.counted","by":"a","about":"rehearsal","success":true,"fields":{fields}}}\n'
    ).encode()
    found = check(over.again(lambda files: files.update({evidence.AUDIT: line})), over.key)
    assert {fault.file for fault in found.faults} >= {evidence.AUDIT}


@pytest.mark.requirement("R-69")
def test_parts_of_another_event_are_named(over: Over) -> None:
    files = {name: data for name, data in over.files.items() if name != MANIFEST}
    told = json.loads(over.files[MANIFEST])
    about = About("another", told["made_at"], told["by"], told["version"], told["audit_head"])
    mixed = pack_of(files, about, DeviceIdentity.load(over.device.identity_file))
    faults = check(mixed, over.key).faults
    assert Fault(evidence.CERTIFICATE, "of_another_event") in faults
    assert Fault(evidence.EVENT, "of_another_event") in faults
