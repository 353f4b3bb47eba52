"""The certificate of a closing: every field, honest about method and scope, and no byte of it can be changed."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing.certificate import Issued, Issuer, PaperMaker, issue, paint_again
from kiosk.closing.certificate_facts import event_part
from kiosk.closing.certificate_file import (
    MAX_JSON_BYTES,
    CertificateRefused,
    check_paper,
    read,
    sha256,
    sign,
    sign_paper,
)
from kiosk.closing.certificate_schema import (
    Certificate,
    CopyElsewhere,
    MediumState,
    Method,
    Person,
    Technique,
    canonical,
)
from kiosk.closing.close import close_event
from kiosk.closing.journal import Approval, HandedOut
from kiosk.closing.leftovers import NOT_LOOKED_AT, Verdict
from kiosk.closing.paper_process import PaperUnavailable
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.ports import SystemClock
from kiosk.rehearsal.certificate_sample import sample_bytes, sample_certificate
from kiosk.vault.identity import DeviceIdentity, fingerprint_of
from kiosk.vault.protection import Protection
from tests.helpers.certificate import (
    BEGAN_S,
    ENDED_S,
    FAKE_PDF,
    IDENTITY,
    OTHER_IDENTITY,
    Closing,
    closing_with,
    event_folder,
    look,
    one_byte_changes,
)
from tests.helpers.event_place import CANARIES, make_event
from tests.helpers.source_tree import CHECKOUT


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return event_folder(tmp_path)


def fake_paper(json_bytes: bytes) -> bytes:
    return FAKE_PDF


def no_paper(json_bytes: bytes) -> bytes:
    raise PaperUnavailable("failed")


def issued_of(closing: Closing, place: EventPlace, audit: Audit | None = None, account: str = "") -> Certificate:
    issue(closing, place, IDENTITY, ENDED_S, Person(account=account), audit or NoAudit())
    return read(place.certificate_file.read_bytes()).certificate


# --- fields -------------------------------------------------------------------------------------------

DEMANDED = {
    "event": ("event.id", "event.names", "event.session_dates"),
    "kiosk": ("kiosk.identity", "kiosk.make", "kiosk.model", "kiosk.serial"),
    "medium": tuple(f"kiosk.media.{name}" for name in ("make", "model", "serial", "media_type", "storage_id")),
    "data categories": ("data_categories",),
    "method and technique": ("method.method", "method.technique", "method.scope"),
    "tool and version": ("tool.name", "tool.version"),
    "start and end": ("began", "ended"),
    "verification": ("method", "looked_at", "not_looked_at", "result", "leftovers", "unread"),
    "persons": tuple(
        f"{who}.{what}"
        for who in ("operator", "verifier")
        for what in ("name", "role", "place", "contact", "signature")
    ),
    "counts destroyed": ("destroyed", "files_removed"),
    "key fingerprint": ("key_fingerprint",),
    "audit-log head": ("audit_log.head", "audit_log.why_empty"),
    "states of the medium": ("state_before", "state_after"),
    "copies out of reach": ("copies_elsewhere",),
    "verdict": ("verdict",),
}


@pytest.mark.requirement("R-51")
@pytest.mark.parametrize("item", DEMANDED)
def test_every_demanded_field_is_there(item: str) -> None:
    values = json.loads(canonical(sample_certificate(Verdict.PASS, IDENTITY.fingerprint)))
    prefix = "verification." if item == "verification" else ""
    for path in DEMANDED[item]:
        here = values
        for name in f"{prefix}{path}".split("."):
            here = here[0] if isinstance(here, list) else here
            assert name in here, path
            here = here[name]


def test_the_event_and_the_times_are_those_of_the_closing(place: EventPlace) -> None:
    certificate = issued_of(Closing(), place, account="organiser-1")
    assert (certificate.event.id, certificate.event.session_dates) == ("rehearsal", ("2026-05-01", "2026-05-02"))
    assert certificate.event.names is not None
    assert set(certificate.event.names) == {"zh", "en"}
    assert (certificate.began.timestamp(), certificate.ended.timestamp()) == (int(BEGAN_S), int(ENDED_S))
    assert certificate.operator.account == "organiser-1"
    assert certificate.destroyed == {"tickets": 40, "admitted": 12}


def test_a_damaged_event_file_leaves_the_id(place: EventPlace) -> None:
    place.event_file.write_text("not toml [")
    part = event_part(place)
    assert (part.id, part.names, part.controller) == ("rehearsal", None, None)


def test_numbers_and_fingerprint_that_nobody_knows_are_null(place: EventPlace) -> None:
    certificate = issued_of(Closing(counts=None, key_fingerprint="", steps=()), place)
    assert (certificate.destroyed, certificate.key_fingerprint) == (None, None)
    assert certificate.began == certificate.ended


# --- honesty ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closing", "technique", "gone"),
    [
        (Closing(), Technique.CRYPTOGRAPHIC_ERASE, True),
        (Closing(protection=Protection.TPM), Technique.CRYPTOGRAPHIC_ERASE, True),
        (Closing(protection=Protection.FILE), Technique.OVERWRITING_ONLY, True),
        (Closing(protection=None), Technique.OVERWRITING_ONLY, True),
        (Closing(key_seen=False), Technique.OVERWRITING_ONLY, False),
        (Closing(look=look("key_file")), Technique.OVERWRITING_ONLY, False),
        (Closing(look=look("key")), Technique.OVERWRITING_ONLY, False),
        (Closing(look=look(keys_looked_for=False)), Technique.OVERWRITING_ONLY, False),
    ],
    ids=["secret", "tpm", "file", "unreadable", "never-seen", "key-file-left", "key-left", "keys-not-looked-for"],
)
def test_cryptographic_erase_needs_a_wrapped_key_that_is_gone(
    closing: Closing, technique: Technique, gone: bool, place: EventPlace
) -> None:
    method = issued_of(closing, place).method
    assert (method.technique, method.key_destroyed) == (technique, gone)
    assert method.method is Method.CLEAR  # never Purge: nobody looked into the cells of the medium


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_is_said_as_it_is(verdict: Verdict, place: EventPlace) -> None:
    certificate = issued_of(closing_with(verdict), place)
    assert (certificate.verdict, certificate.verification.result) == (verdict, verdict)
    kept = MediumState.STAYS_IN_SERVICE if verdict is Verdict.PASS else MediumState.SET_ASIDE
    assert certificate.state_after is kept
    assert certificate.verification.not_looked_at == tuple(NOT_LOOKED_AT)


def test_left_overs_are_counts_and_never_names(place: EventPlace) -> None:
    certificate = issued_of(closing_with(Verdict.FAILED), place)
    assert certificate.verification.leftovers == {"suspect_file": 2, "key_file": 1}
    written = place.certificate_file.read_text(encoding="utf-8")
    assert "金丝雀" not in written
    assert str(place.data_dir) not in written


def test_a_list_taken_before_is_among_the_copies(place: EventPlace) -> None:
    assert CopyElsewhere.USED_LIST not in issued_of(Closing(), place).copies_elsewhere
    taken = HandedOut(BEGAN_S, "00", 40, "auditor", "settlement")
    assert CopyElsewhere.USED_LIST in issued_of(Closing(handed_out=(taken,)), place).copies_elsewhere


def test_a_key_said_to_be_lost_is_told(place: EventPlace) -> None:
    lost = Approval("disk replaced", ("a", "b"))
    closing = Closing(key_seen=False, key_lost=lost, look=look(unread=1))
    assert issued_of(closing, place).verification.key_said_to_be_lost
    assert not issued_of(Closing(key_lost=lost), place).verification.key_said_to_be_lost


# --- bytes --------------------------------------------------------------------------------------------

_text = st.text(st.characters(codec="utf-8"), max_size=60)


@given(name=_text, place_=_text, counts=st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.integers(0)))
def test_what_was_signed_is_read_again(name: str, place_: str, counts: dict[str, int]) -> None:
    person = Person(name=name, place=place_)
    changes = {"operator": person, "destroyed": counts}
    certificate = sample_certificate(Verdict.PASS, IDENTITY.fingerprint).model_copy(update=changes)
    assert read(sign(certificate, IDENTITY), IDENTITY.public_key).certificate == certificate


def test_the_file_is_its_canonical_form() -> None:
    """RFC 8785: keys in order, no space, nothing escaped that need not be."""
    data = sample_bytes(Verdict.PASS, IDENTITY)
    again = json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == data


def why_refused(data: bytes) -> str:
    try:
        read(data)
    except CertificateRefused as refused:
        return refused.code
    return ""


@pytest.mark.requirement("R-51")
def test_a_thousand_one_byte_changes_are_all_refused() -> None:
    data = sample_bytes(Verdict.PASS, IDENTITY)
    reasons = {at: why_refused(changed) for at, changed in one_byte_changes(data, 1000, seed=51)}
    assert not [at for at, reason in reasons.items() if not reason]
    assert {"form", "signature"} <= set(reasons.values()), "some must look right until the signature is checked"


@pytest.mark.parametrize("rewrite", [b" %s", b"%s\n", b"\xef\xbb\xbf%s"], ids=["space", "newline", "bom"])
def test_the_same_values_written_otherwise_are_refused(rewrite: bytes) -> None:
    data = sample_bytes(Verdict.PASS, IDENTITY)
    for changed in (
        rewrite % data,
        json.dumps(json.loads(data)).encode(),
        json.dumps(json.loads(data), indent=1).encode(),
    ):
        with pytest.raises(CertificateRefused, match="form"):
            read(changed)


def test_a_certificate_signed_again_by_somebody_else_is_not_the_kiosks() -> None:
    certificate = sample_certificate(Verdict.PASS, OTHER_IDENTITY.fingerprint)
    forged = sign(certificate, OTHER_IDENTITY)
    assert read(forged).certificate.verdict is Verdict.PASS  # it agrees with the key it carries ...
    with pytest.raises(CertificateRefused, match="other_key"):
        read(forged, IDENTITY.public_key)  # ... and that key is not the kiosk's


def test_a_signer_who_names_another_kiosk_is_refused() -> None:
    with pytest.raises(CertificateRefused, match="other_key"):
        read(sign(sample_certificate(Verdict.PASS, IDENTITY.fingerprint), OTHER_IDENTITY))


def test_too_large_a_file_is_refused_unread() -> None:
    with pytest.raises(CertificateRefused, match="too_large"):
        read(b" " * (MAX_JSON_BYTES + 1))


def changed_papers(paper: bytes) -> Iterator[bytes]:
    yield from (changed for _, changed in one_byte_changes(paper, 300, seed=7))
    yield paper[: -len(paper) // 2]
    yield paper + b"\n"
    yield b""


def test_a_paper_with_a_changed_byte_is_refused() -> None:
    data = sample_bytes(Verdict.PASS, IDENTITY)
    paper = sign_paper(FAKE_PDF * 20, data, IDENTITY)
    check_paper(paper, data, IDENTITY.public_key)
    for changed in changed_papers(paper):
        with pytest.raises(CertificateRefused, match="paper_"):
            check_paper(changed, data, IDENTITY.public_key)


def test_a_paper_belongs_to_one_twin_and_one_key() -> None:
    first, second = sample_bytes(Verdict.PASS, IDENTITY), sample_bytes(Verdict.FAILED, IDENTITY)
    paper = sign_paper(FAKE_PDF, first, IDENTITY)
    with pytest.raises(CertificateRefused, match="paper_of_another"):
        check_paper(paper, second, IDENTITY.public_key)
    with pytest.raises(CertificateRefused, match="paper_signature"):
        check_paper(paper, first, OTHER_IDENTITY.public_key)


# --- issuing ------------------------------------------------------------------------------------------


class Log:
    """An audit log with a head, or one that breaks."""

    def __init__(self, broken: bool = False) -> None:
        self.records: list[tuple[Kind, str, str, dict[str, object]]] = []
        self._broken = broken

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: object) -> None:
        if self._broken:
            raise AuditUnavailable("io")
        self.records.append((kind, by, about, fields))

    def head(self) -> str:
        if self._broken:
            raise AuditUnavailable("io")
        return f"12:{'Ab_' * 14}-"


def issuer(place: EventPlace, audit: Audit | None = None, make_paper: PaperMaker | None = fake_paper) -> Issuer:
    return Issuer(place, audit or NoAudit(), "organiser-1", make_paper)


def test_both_twins_are_written_and_agree(place: EventPlace) -> None:
    painted = issuer(place).paint(issuer(place).issue(Closing(), ENDED_S))
    json_bytes = place.certificate_file.read_bytes()
    key = DeviceIdentity.load(DevicePlace(place.data_dir, place.key_dir).identity_file).public_key
    check_paper(place.certificate_paper.read_bytes(), json_bytes, key)
    assert read(json_bytes, key).certificate.operator.account == "organiser-1"
    assert painted == Issued(sha256(json_bytes), fingerprint_of(key), paper="made")
    for file in (place.certificate_file, place.certificate_paper):
        assert file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in place.folder.iterdir()} == {"event.toml", "certificate.json", "certificate.pdf"}


def test_a_second_closing_replaces_the_first_certificate_and_says_so(place: EventPlace) -> None:
    first = issuer(place).paint(issuer(place).issue(closing_with(Verdict.FAILED), ENDED_S))
    issuer(place).issue(closing_with(Verdict.PASS), ENDED_S)
    assert read(place.certificate_file.read_bytes()).certificate.replaces == first.sha256
    assert not place.certificate_paper.exists(), "the paper of another twin"


def test_without_a_paper_the_json_stands_and_the_paper_can_follow(place: EventPlace) -> None:
    broken = issuer(place, make_paper=no_paper)
    assert broken.paint(broken.issue(Closing(), ENDED_S)).paper == "failed"
    assert not place.certificate_paper.exists()
    assert paint_again(place, fake_paper) == ""
    assert place.certificate_paper.exists()


def test_a_paper_that_cannot_be_written_leaves_nothing(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer(place).issue(Closing(), ENDED_S)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.closing.certificate.os.fsync", full)
    assert paint_again(place, fake_paper) == "not_written"
    assert {path.name for path in place.folder.iterdir()} == {"event.toml", "certificate.json"}


def test_nobody_else_paints_the_paper(place: EventPlace) -> None:
    issuer(place).issue(Closing(), ENDED_S)
    file = DevicePlace(place.data_dir, place.key_dir).identity_file
    file.unlink()
    assert paint_again(place, fake_paper) == "no_identity"
    DeviceIdentity.load_or_create(file)
    assert paint_again(place, fake_paper) == "other_identity"


def test_an_unusable_signing_key_or_folder_is_said_and_stops_nothing(place: EventPlace) -> None:
    file = DevicePlace(place.data_dir, place.key_dir).identity_file
    DeviceIdentity.load_or_create(file)
    file.chmod(0o644)
    refused = issuer(place).issue(Closing(), ENDED_S)
    assert (refused.fault, issuer(place).paint(refused)) == ("no_identity", refused)
    file.chmod(0o600)
    place.certificate_file.with_name("certificate.json.new").mkdir()
    assert issuer(place).issue(Closing(), ENDED_S).fault == "not_written"


def test_the_log_is_anchored_and_told(place: EventPlace) -> None:
    log = Log()
    issued = issuer(place, log).issue(Closing(), ENDED_S)
    assert read(place.certificate_file.read_bytes()).certificate.audit_log.head == log.head()
    [(kind, by, about, fields)] = log.records
    assert (kind, by, about) == (Kind.CERTIFICATE_ISSUED, "organiser-1", "rehearsal")
    assert fields == {"verdict": "pass", "sha256": issued.sha256, "fingerprint": issued.signer}


def test_the_real_log_takes_the_record_and_gives_its_head(place: EventPlace) -> None:
    log = AuditLog.at(DevicePlace(place.data_dir, place.key_dir), SystemClock())
    log.write(Kind.EVENT_WIPED, "organiser-1", "rehearsal", verdict="pass")
    head = log.head()
    issuer(place, log).issue(Closing(), ENDED_S)
    assert read(place.certificate_file.read_bytes()).certificate.audit_log.head == head
    assert log.head() != head


@pytest.mark.parametrize(("log", "why"), [(Log(broken=True), "unreadable"), (NoAudit(), "no_log")])
def test_a_log_that_cannot_be_used_stops_no_certificate(log: Audit, why: str, place: EventPlace) -> None:
    assert not issuer(place, log).issue(Closing(), ENDED_S).fault
    certificate = read(place.certificate_file.read_bytes()).certificate
    assert (certificate.audit_log.head, certificate.audit_log.why_empty) == ("", why)


def held_open_after_deletion(place: EventPlace) -> IO[str]:
    """A file named after a person that lives on although the closing deletes it."""
    return (place.folder / "金丝雀.csv").open("w")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_real_closing_is_certified_with_its_verdict(verdict: Verdict, tmp_path: Path) -> None:
    place = make_event(tmp_path, people=4)
    with held_open_after_deletion(place) as held:
        if verdict is not Verdict.FAILED:
            held.close()
        if verdict is Verdict.UNKNOWN:
            place.key_file.unlink()
        report = close_event(place, by="organiser-1", make_paper=fake_paper)
    json_bytes = place.certificate_file.read_bytes()
    certificate = read(json_bytes).certificate
    assert (report.verdict, certificate.verdict) == (verdict, verdict)
    assert certificate.destroyed is not None
    assert certificate.destroyed["tickets"] == 4
    assert report.certificate is not None
    assert (report.certificate.sha256, report.certificate.paper) == (sha256(json_bytes), "made")
    assert json.loads(place.report_file.read_text())["certificate"]["paper"] == "made"
    assert not [canary for canary in CANARIES if canary.encode() in json_bytes]


def test_every_closing_of_the_product_asks_for_the_paper() -> None:
    """A station about to start waits for no paper: it can be made at any time later. Of a training none stays."""
    without = {
        function.name
        for file in (CHECKOUT / "kiosk").rglob("*.py")
        if "close_event(" in (code := file.read_text(encoding="utf-8"))
        for function in ast.walk(ast.parse(code))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "close_event"
        if "make_paper" not in {keyword.arg for keyword in call.keywords}
    }
    assert without == {"finish_before_start", "_close_other", "end_training"}
