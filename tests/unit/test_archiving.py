"""The last state of an event: nothing is archived before its certificates are in (R-52)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.base import certificate as base_certificate
from kiosk.base.archived_here import venue_certificate
from kiosk.base.certificate import BaseCertificate, DevicePart, LookPart
from kiosk.closing.archived import CertificateMissing, archive_event, own_certificate
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.closing.planning import Plan
from kiosk.closing.state import MOVES, OVER, EventState, WrongState, read_state, state_at
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Role
from kiosk.office.base_ends import Waited, ends_page, span
from kiosk.office.event import EventFacts, EventPages, EventPort
from kiosk.office.view import SheetPage
from kiosk.rehearsal.gallery_office import opened
from kiosk.text import Texts
from kiosk.vault.identity import DeviceIdentity
from tests.unit.test_event_cli import Shell

AT = datetime(2026, 5, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.until_open()
    (tmp_path / "roster.csv").unlink()
    return shell


@pytest.fixture
def closed(shell: Shell) -> Shell:
    assert close_event(shell.place).verdict is Verdict.PASS
    return shell


def own_key(shell: Shell) -> bytes:
    return DeviceIdentity.load(DevicePlace(shell.place.data_dir, shell.place.key_dir).identity_file).public_key


@pytest.mark.requirement("R-52")
def test_archived_comes_after_wiped_and_nothing_after_it() -> None:
    before = {state for state, following in MOVES.items() if EventState.ARCHIVED in following}
    assert before == {EventState.WIPED}
    assert not MOVES[EventState.ARCHIVED]
    assert {EventState.WIPED, EventState.ARCHIVED} == OVER


@pytest.mark.requirement("R-52")
def test_a_machine_alone_archives_by_its_own_certificate(shell: Shell) -> None:
    early = shell("event", "archive", "rehearsal")
    assert early.exit_code == 1
    assert close_event(shell.place).verdict is Verdict.PASS
    content = shell.place.certificate_file.read_bytes()
    shell.place.certificate_file.unlink()
    assert shell("event", "archive", "rehearsal").exit_code == 1
    shell.place.certificate_file.write_bytes(content.replace(b"rehearsal", b"rehearsel", 1))
    assert shell("event", "archive", "rehearsal").exit_code == 1
    assert read_state(shell.place.state_file) is EventState.WIPED
    shell.place.certificate_file.write_bytes(content)
    done = shell("event", "archive", "rehearsal")
    assert done.exit_code == 0, done.output
    assert state_at(shell.place) is EventState.ARCHIVED
    assert shell("event", "archive", "rehearsal").exit_code == 1
    for again in (("arm",), ("open",), ("close", "--yes")):
        assert shell("event", again[0], "rehearsal", *again[1:]).exit_code == 1
    shell.place.key_file.write_bytes(b"a copy that came back")
    assert state_at(shell.place) is EventState.CLOSING


def of_base(shell: Shell, **changes: object) -> BaseCertificate:
    sha256 = own_certificate(shell.place, own_key(shell))
    look = LookPart(
        looked_for=1,
        files_read=1,
        bytes_read=1,
        files_with_something=0,
        files_not_read=0,
        looked_at=(),
        not_looked_at=(),
    )
    said = BaseCertificate(
        event="rehearsal",
        verdict=Verdict.PASS,
        base=("10.0.0.5",),
        server="PostgreSQL 15",
        tool="Venue Kiosk",
        closing_since=AT,
        began=AT,
        ended=AT,
        technique="deleted",
        removed={"tickets": 1},
        devices=(DevicePart(device="gate-7", sha256=sha256, told_at=AT),),
        lost=(),
        standbys=(),
        look=look,
        operator="org-wu",
    )
    return said.model_copy(update=changes)


@pytest.mark.requirement("R-52")
def test_a_venues_machine_archives_by_the_bases_certificate_that_names_its_own(closed: Shell, tmp_path: Path) -> None:
    base = DeviceIdentity.load_or_create(tmp_path / "base.key")
    own = own_key(closed)
    good = base_certificate.sign(of_base(closed), base)
    digest = venue_certificate(closed.place, good, base.public_key, own)
    refused = {
        "other_event": base_certificate.sign(of_base(closed, event="another"), base),
        "not_passed": base_certificate.sign(of_base(closed, verdict=Verdict.FAILED), base),
        "not_told": base_certificate.sign(of_base(closed, devices=()), base),
        "other_key": base_certificate.sign(of_base(closed), DeviceIdentity.load_or_create(tmp_path / "other.key")),
        "signature": good.replace(b"gate-7", b"gate-8"),
    }
    for code, content in refused.items():
        with pytest.raises(CertificateMissing) as missing:
            venue_certificate(closed.place, content, base.public_key, own)
        assert missing.value.code == code
    file = tmp_path / "archived-rehearsal.json"
    file.write_bytes(good)
    shell_line = ("event", "archive", "rehearsal", "--base-certificate", file)
    assert closed(*shell_line, "--public-key", "no key").exit_code == 2
    assert closed(*shell_line, "--public-key", base.public_key.hex()).exit_code == 0
    assert len(digest) == 64


def test_an_event_that_is_not_wiped_is_not_archived(shell: Shell) -> None:
    class Log:
        def write(self, *_arguments: object, **_fields: object) -> None:
            raise AssertionError("nothing happened")

    with pytest.raises(WrongState):
        archive_event(shell.place, bytes(32), "org", Log())


def _no_plan() -> tuple[Plan, float]:
    raise AssertionError("nobody asked for the plan")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_office_offers_it_once_the_certificate_is_there(language: str) -> None:
    done: list[str] = []

    def page(state: str, *, certified: bool, alone: bool = True) -> SheetPage:
        facts = EventFacts("Choir", "rehearsal", state, None, {}, certified)
        archive = (lambda: done.append("archived")) if alone else None
        port = EventPort(lambda: facts, lambda *_: None, lambda _: None, list, _no_plan, archive)
        shown = opened(Role.ORGANISER, lambda room: EventPages(room, port), lambda subject: subject.act("archive", ""))
        page = shown(Texts(language))
        assert isinstance(page, SheetPage)
        return page

    offered = {
        (state, certified): "archive" in {act.name for act in page(state, certified=certified).acts}
        for state in ("open", "closing", "wiped", "archived")
        for certified in (True, False)
    }
    assert [key for key, value in offered.items() if value] == [("wiped", True)]
    assert done
    assert "archive" not in {act.name for act in page("wiped", certified=True, alone=False).acts}


@pytest.mark.requirement("R-52")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_is_waited_for_is_listed_with_the_time_since_the_close(language: str) -> None:
    texts = Texts(language)
    page = ends_page([Waited("spring", "gate-7", "", None, 3 * 86_400.0)], texts)
    [row] = page.rows
    assert row.cells[:2] == ("spring", "gate-7")
    assert row.cells[4] == texts("office.base.ends.span.d", count=3)
    assert span(60 * 119, texts) == texts("office.base.ends.span.min", count=119)
    assert span(3_600 * 47, texts) == texts("office.base.ends.span.h", count=47)
    assert not ends_page([], texts).rows
