"""``kiosk trust`` and what lies behind it: what comes in, under which pin, and what a changed file is worth."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.errors import EmrtdError
from drivers.emrtd.trust_files import NotTrustMaterial, contents
from drivers.emrtd.trust_folder import TrustFolder
from drivers.emrtd.trust_import import Outcome, bring_in
from drivers.emrtd.verdict import Finding, Verdict
from kiosk.cli.doctor_checks import Level
from kiosk.cli.doctor_trust import trusted_issuers
from kiosk.cli.main import app
from kiosk.cli.trust_words import SENTENCES, VERDICTS
from kiosk.config.load import load_machine, parse_machine
from kiosk.config.machine import Device
from kiosk.integrity.subjects import station
from tests.helpers.config import shipped
from tests.helpers.documents import document, utopia
from tests.helpers.emrtd import NOW, specimen
from tests.helpers.emrtd_state import (
    BEGAN,
    BY_NAME,
    EcSigner,
    Issued,
    Signing,
    Wishes,
    issue,
    master_list,
    revocations,
)
from tests.helpers.integrity import sealed_kiosk

LIST_SIGNER = "2.23.136.1.1.3"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Publisher:
    """A State that publishes lists: its root, its list signer, and two other States' issuers."""

    root: Issued
    signer: Issued
    others: tuple[Issued, ...]

    def made(self, signed_days_ago: int = 10, **how: object) -> bytes:
        signing = Signing(signing_time=NOW - signed_days_ago * DAY, more_certificates=(self.root.der,), **how)  # type: ignore[arg-type]
        return master_list([self.root.der, *(other.der for other in self.others)], self.signer, self.root, signing)

    @property
    def pin(self) -> str:
        return parse_certificate(self.root.der).fingerprint


def authority(country: str) -> Issued:
    key = EcSigner(BY_NAME["brainpoolP256r1"], form="explicit")
    return issue(key, None, Wishes(country=country, common=f"CSCA {country}", authority=True))


@cache
def publisher() -> Publisher:
    root = authority("AA")
    signer = issue(EcSigner(BY_NAME["P-256"]), root, Wishes("AA", "list signer", purposes=(LIST_SIGNER,)))
    return Publisher(root, signer, (authority("BB"), authority("CC")))


def bring(folder: Path, data: bytes, *pins: str) -> list[Outcome]:
    return list(bring_in(TrustFolder(folder), contents(data), frozenset(pins), NOW))


def test_a_list_under_its_pin(tmp_path: Path) -> None:
    [outcome] = bring(tmp_path, publisher().made(), publisher().pin)
    assert outcome.accepted
    installed = TrustFolder(tmp_path).load()
    assert {each.country for each in installed.trust().issuers} == {"AA", "BB", "CC"}
    assert installed.faults == ()


def test_a_list_without_its_pin_is_refused_and_says_what_could_be_pinned(tmp_path: Path) -> None:
    [outcome] = bring(tmp_path, publisher().made(), "0" * 64)
    assert not outcome.accepted
    assert [fingerprint for fingerprint, _ in outcome.roots] == [publisher().pin]
    assert len(TrustFolder(tmp_path).load().trust()) == 0


def refused(data: bytes, folder: Path) -> str:
    [outcome] = bring(folder, data, publisher().pin)
    assert not outcome.accepted
    assert not (folder / "index.json").exists()
    return outcome.reason


def test_lists_that_do_not_count(tmp_path: Path) -> None:
    made = publisher()
    assert "signature" in refused(made.made(forged=True), tmp_path)
    assert "not what was signed" in refused(made.made(digest=bytes(32)), tmp_path)
    assert "missing" in refused(made.made(with_certificate=False), tmp_path)
    undated = master_list([made.root.der], made.signer, made.root, Signing(more_certificates=(made.root.der,)))
    assert "when it was signed" in refused(undated, tmp_path)
    plain = issue(EcSigner(BY_NAME["P-256"]), made.root, Wishes("AA", "DS"))
    ordinary = Publisher(made.root, plain, made.others)
    assert "may not sign" in refused(ordinary.made(), tmp_path)
    late = issue(EcSigner(BY_NAME["P-256"]), made.root, Wishes(ends=NOW - 20 * DAY, purposes=(LIST_SIGNER,)))
    assert "not valid" in refused(Publisher(made.root, late, ()).made(), tmp_path)


def test_somebody_elses_list_with_the_pinned_certificate_inside(tmp_path: Path) -> None:
    """The pinned issuer is on the list, as it is on every list; it did not sign this signer."""
    impostor = authority("AA")
    signer = issue(EcSigner(BY_NAME["P-256"]), impostor, Wishes("AA", "list signer", purposes=(LIST_SIGNER,)))
    signing = Signing(signing_time=NOW, more_certificates=(impostor.der,))
    data = master_list([publisher().root.der, impostor.der], signer, impostor, signing)
    assert "no pinned certificate" in refused(data, tmp_path)


def test_newer_older_and_back_again(tmp_path: Path) -> None:
    pin, folder = publisher().pin, TrustFolder(tmp_path)
    [first] = bring(tmp_path, publisher().made(30), pin)
    [second] = bring(tmp_path, publisher().made(20))  # the pin is known by now
    [third] = bring(tmp_path, publisher().made(10))
    assert first.accepted
    assert second.accepted
    assert third.accepted
    installed = folder.load()
    assert [used.entry.sha256 for used in installed.lists] == [third.sha256]
    assert [used.entry.sha256 for used in installed.earlier] == [second.sha256]
    assert len(list(tmp_path.glob("list-*.der"))) == 2
    [older] = bring(tmp_path, publisher().made(25))
    assert "newer" in older.reason
    assert folder.remove(installed.lists[0].entry.name) is not None
    assert [used.entry.sha256 for used in folder.load().lists] == [second.sha256]


def test_single_certificates(tmp_path: Path) -> None:
    [own] = bring(tmp_path, publisher().root.der)
    assert own.accepted
    signer = issue(EcSigner(BY_NAME["P-256"]), publisher().root, Wishes("AA", "DS"))
    [no_authority] = bring(tmp_path, signer.der)
    assert "no issuer" in no_authority.reason
    new_key = issue(EcSigner(BY_NAME["P-384"]), publisher().root, Wishes("AA", "CSCA new", authority=True))
    [link] = bring(tmp_path, new_key.der)
    assert link.accepted
    stranger = issue(EcSigner(BY_NAME["P-384"]), authority("DD"), Wishes("DD", "CSCA", authority=True))
    [unknown] = bring(tmp_path, stranger.der)
    assert "trusted issuer" in unknown.reason


def test_revocation_lists(tmp_path: Path) -> None:
    root = publisher().root
    [stray] = bring(tmp_path, revocations(root, (1,)))
    assert "no trusted issuer" in stray.reason
    bring(tmp_path, root.der)
    [first] = bring(tmp_path, revocations(root, (1,), BEGAN))
    [newer] = bring(tmp_path, revocations(root, (1, 2), BEGAN + DAY))
    [older] = bring(tmp_path, revocations(root, (), BEGAN - DAY))
    assert first.accepted
    assert newer.accepted
    assert "newer" in older.reason
    [(entry, used)] = TrustFolder(tmp_path).load().revocations
    assert entry.sha256 == newer.sha256
    assert len(used.revoked) == 2


def pem(der: bytes, label: bytes = b"CERTIFICATE") -> bytes:
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, base64.encodebytes(der), label)


def ldif(der: bytes) -> bytes:
    text = base64.b64encode(der)
    lines = b"\n ".join(text[at : at + 76] for at in range(0, len(text), 76))
    return b"dn: c=AA\npkdVersion: 3\npkdMasterListContent:: " + lines + b"\nsn: 1\n"


def zipped(*files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(files):
            archive.writestr(f"{number}.bin", data)
    return target.getvalue()


def test_forms_of_files() -> None:
    root, made = publisher().root.der, publisher().made()
    assert len(contents(pem(root) + pem(root)).certificates) == 2
    assert len(contents(ldif(made)).lists) == 1
    whole = contents(zipped(made, root, pem(revocations(publisher().root, ()), b"X509 CRL"), b"readme"))
    assert (len(whole.lists), len(whole.certificates), len(whole.revocations)) == (1, 1, 1)
    assert contents(made).lists[0].countries == {"AA", "BB", "CC"}


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x00", b"PK\x03\x04", zipped(b"nothing"), pem(b"\x30\x80")])
def test_files_with_nothing_usable(data: bytes) -> None:
    with pytest.raises(NotTrustMaterial):
        contents(data)


def test_a_bad_certificate_on_a_list_is_left_out_and_counted() -> None:
    made = publisher()
    signing = Signing(signing_time=NOW, more_certificates=(made.root.der,))
    data = master_list([made.root.der, b"\x30\x03\x02\x01\x00"], made.signer, made.root, signing)
    [found] = contents(data).lists
    assert (len(found.certificates), found.unreadable) == (1, 1)


def test_a_file_changed_or_lost_after_import_does_not_count(tmp_path: Path) -> None:
    bring(tmp_path, publisher().root.der)
    bring(tmp_path, publisher().made(), publisher().pin)
    certificate, used = next(tmp_path.glob("certificate-*.der")), next(tmp_path.glob("list-*.der"))
    certificate.write_bytes(publisher().others[0].der)
    used.unlink()
    (tmp_path / "certificate-0123456789abcdef.der").write_bytes(publisher().others[1].der)
    installed = TrustFolder(tmp_path).load()
    assert len(installed.trust()) == 0
    assert sorted(reason for _, reason in installed.faults) == [
        "the file is missing",
        "the file was changed after it was imported",
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "files": []}', '{"version": 1, "files": [{"kind": "../x"}]}']
)
def test_an_index_that_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(EmrtdError):
        TrustFolder(tmp_path).load()


@dataclass(frozen=True)
class Machine:
    folder: Path

    def run(self, *arguments: object) -> Result:
        environment = {"VENUE_KIOSK_DATA": str(self.folder / "data"), "VENUE_KIOSK_KEYS": str(self.folder / "keys")}
        return CliRunner(env=environment).invoke(app, ["trust", *map(str, arguments)])

    def file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def document(self, name: str, files: dict[str, bytes]) -> Path:
        for file, data in files.items():
            self.file(f"{name}/{file}", data)
        return self.folder / name


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_import_list_check_remove(machine: Machine) -> None:
    empty = machine.run("check")
    assert (empty.exit_code, "No issuer is believed here" in empty.stdout) == (1, True)
    file = machine.file("states.ml", publisher().made(100))
    without = machine.run("import", file)
    assert without.exit_code == 1
    assert publisher().pin in without.stderr
    spoken = ":".join(publisher().pin[at : at + 2].upper() for at in range(0, 64, 2))
    done = machine.run("import", file, "--pin", spoken)
    assert done.exit_code == 0, done.output
    listed = machine.run("list")
    assert listed.exit_code == 0
    assert "3 issuers of 3 countries" in listed.stdout
    assert "100 days old" in listed.stderr
    told = json.loads(machine.run("check", "--json").stdout)
    assert (told["issuers"], told["countries"], told["faults"]) == (3, ["AA", "BB", "CC"], [])
    [name] = [each["name"] for each in told["lists"]]
    assert machine.run("remove", name).exit_code == 0
    assert machine.run("remove", name).exit_code == 2
    assert machine.run("check").exit_code == 1


def test_every_change_is_in_the_audit_log(machine: Machine) -> None:
    machine.run("import", machine.file("root.cer", publisher().root.der))
    log = (machine.folder / "data" / "device" / "audit.log").read_text()
    assert "trust.added" in log
    [name] = [each["name"] for each in json.loads(machine.run("list", "--json").stdout)["certificates"]]
    machine.run("remove", name)
    assert "trust.removed" in (machine.folder / "data" / "device" / "audit.log").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "nowhere.ml"), "nowhere.ml cannot be used"),
        (("import", "nonsense.bin"), "no certificate, master list or revocation list"),
        (("import", "nonsense.bin", "--pin", "12"), "64 hexadecimal digits"),
        (("remove", "list-0"), "There is no list-0"),
        (("check", "--document", "empty"), "holds neither"),
    ],
)
def test_one_sentence_per_error(
    machine: Machine, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine.folder)
    machine.file("nonsense.bin", b"nonsense")
    (machine.folder / "empty").mkdir()
    result = machine.run(*arguments)
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_check_a_document(machine: Machine) -> None:
    paper = document()
    names = {0x0101: "EF_DG1.bin", 0x0102: "EF_DG2.bin", 0x011D: "EF_SOD.bin"}
    files = {name: paper.files[identifier] for identifier, name in names.items()}
    folder = machine.document("paper", files)
    unknown = machine.run("check", "--document", folder)
    assert (unknown.exit_code, VERDICTS[Verdict.ISSUER_UNKNOWN] in unknown.stdout) == (1, True)
    machine.run("import", machine.file("ut.cer", utopia().csca_der))
    genuine = machine.run("check", "--document", folder)
    assert (genuine.exit_code, VERDICTS[Verdict.GENUINE] in genuine.stdout) == (0, True), genuine.output
    machine.document("paper", {"EF_DG2.bin": files["EF_DG2.bin"][:-1] + b"\0"})
    told = json.loads(machine.run("check", "--document", folder, "--json").stdout)
    assert told["verdict"] == "tampered"
    assert "group_hash_differs" in told["findings"]


def test_check_the_specimen(machine: Machine) -> None:
    files = {name: data for name, data in specimen().items() if name[3:-4] in {"SOD", "DG1", "DG2", "DG14"}}
    result = machine.run("check", "--document", machine.document("erika", files))
    assert result.exit_code == 1
    assert VERDICTS[Verdict.ISSUER_UNKNOWN] in result.stdout
    assert SENTENCES[Finding.GROUP_HASH_DIFFERS] not in result.stdout


def test_every_verdict_and_finding_has_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert set(SENTENCES) == set(Finding)


def test_the_doctor_says_whom_a_passport_station_believes(tmp_path: Path) -> None:
    quiet = parse_machine(shipped("example-machine"), "m").model_copy(
        update={"data_dir": tmp_path / "data", "key_dir": tmp_path / "keys", "passport_reader": None}
    )
    assert trusted_issuers(quiet).level is Level.OK
    machine = quiet.model_copy(update={"passport_reader": Device(family="emrtd", port="/dev/ttyS0")})
    nobody = trusted_issuers(machine)
    assert (nobody.level, "unknown issuer" in nobody.sentence) == (Level.WARNING, True)
    folder = TrustFolder(tmp_path / "data" / "device" / "trust")
    bring(folder.folder, publisher().made(), publisher().pin)
    assert trusted_issuers(machine).sentence == "3 issuers of passports are believed."
    assert "100 days old" in trusted_issuers(machine, NOW + 90 * DAY).sentence
    bring(folder.folder, publisher().root.der)
    next(folder.folder.glob("certificate-*.der")).unlink()
    assert "does not count" in trusted_issuers(machine).sentence
    folder.index_file.write_text("{")
    assert trusted_issuers(machine).level is Level.BAD


def test_the_seal_covers_the_index_of_issuers(tmp_path: Path) -> None:
    kiosk = sealed_kiosk(tmp_path)
    loaded = load_machine(kiosk.machine_file)
    before = {subject.path for subject in station(kiosk.machine_file, loaded)}
    folder = TrustFolder(kiosk.place.trust_folder)
    list(bring_in(folder, contents(publisher().root.der), frozenset(), NOW))
    after = {subject.path for subject in station(kiosk.machine_file, loaded)}
    assert after - before == {folder.index_file}
