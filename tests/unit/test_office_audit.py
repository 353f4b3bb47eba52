"""The audit view without a window: pages, filters, one record in words, whether the log is whole, handing it out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.audit.catalogue import FIELDS, IN_DETAIL, Kind
from kiosk.audit.reading import Listed
from kiosk.audit.verify import verify_log
from kiosk.closing.planning import plan_of
from kiosk.domain.access import Action, Principal, Role
from kiosk.integrity.check import Difference, IntegrityReport, State
from kiosk.office.alerts import alert_words
from kiosk.office.audit import PER_PAGE, AuditPages
from kiosk.office.audit_place import AuditPlace
from kiosk.office.audit_words import record_groups
from kiosk.office.device import DeviceFacts, DevicePages, DevicePort, DoctorLine, device_page
from kiosk.office.event import EventFacts, EventPages, EventPort
from kiosk.office.subject import Room, Subject
from kiosk.office.view import FormPage, Mark, SheetPage
from kiosk.text import Texts, languages
from tests.helpers.audit import fields_of
from tests.helpers.office import OfficeStage

AUDITOR = Principal(Role.AUDIT_ADMIN, "aud")
INSPECTOR = Principal(Role.INSPECTOR, "ins")
SYSTEM = Principal(Role.SYSTEM_ADMIN, "sys")


@pytest.fixture
def stage(tmp_path: Path) -> OfficeStage:
    return OfficeStage(tmp_path)


def enter(stage: OfficeStage, who: Principal = AUDITOR) -> None:
    def make(room: Room) -> Subject:
        def require(action: Action) -> None:
            stage.machine.book.require(room.who, action)

        return AuditPages(room, AuditPlace(stage.log, lambda: None, (stage.folder,), require))

    stage.enter(who, make)


def fill(stage: OfficeStage, count: int = 60) -> None:
    for number in range(count):
        stage.log.write(Kind.LOGIN_FAILED, "unknown", "desk-1", success=False, reason="wrong")
        if number % 10 == 0:
            stage.log.write(Kind.EVENT_OPENED, "org", "night", state="open")
        stage.machine.clock.s += 60


def kinds(stage: OfficeStage) -> set[str]:
    return {row.cells[2] for row in stage.glass.list.rows}


def told(stage: OfficeStage) -> str:
    page = stage.glass.page
    assert page.told is not None
    return page.told.words


def test_newest_first_fifty_a_page(stage: OfficeStage) -> None:
    fill(stage)
    enter(stage)
    page = stage.glass.list
    numbers = [int(row.cells[0]) for row in page.rows]
    assert len(numbers) == PER_PAGE
    assert numbers == sorted(numbers, reverse=True)
    office = stage.office
    assert office is not None
    office.on_turned(True)
    older = [int(row.cells[0]) for row in stage.glass.list.rows]
    assert (older[0], older[-1]) == (numbers[-1] - 1, 1)
    office.on_turned(False)
    assert stage.glass.list.rows[0].cells[2] == "The log was checked", "what was written meanwhile comes first"


def test_filters_by_area_kind_day_and_success(stage: OfficeStage) -> None:
    fill(stage, 30)
    stage.machine.clock.s += 86_400
    stage.log.write(Kind.EVENT_CLOSING, "org", "night", reason="asked")
    enter(stage)
    office = stage.office
    assert office is not None
    office.on_chosen("what", "")
    office.on_opened("event")
    assert kinds(stage) == {"Event opened", "Event is being closed"}
    office.on_chosen("what", "")
    office.on_opened("event.opened")
    assert kinds(stage) == {"Event opened"}
    office.on_chosen("day", "")
    days = [row.key for row in stage.glass.list.rows]
    assert (days[0], len(days)) == ("all", 3)
    office.on_opened(days[1])
    assert stage.glass.list.rows == ()
    office.on_chosen("what", "")
    office.on_opened("all")
    assert "Event is being closed" in kinds(stage)
    office.on_chosen("day", "")
    office.on_opened("all")
    office.on_chosen("result", "failed")
    assert kinds(stage) == {"Log-in failed"}


def test_one_record_is_told_in_whole_words(stage: OfficeStage) -> None:
    stage.log.write(Kind.LOGIN_FAILED, "o-1", "desk-1", success=False, reason="wrong", attempts=5)
    enter(stage)
    assert stage.office is not None
    row = next(row for row in stage.glass.list.rows if row.cells[2] == "Log-in failed")
    stage.office.on_opened(row.key)
    sheet = stage.glass.sheet
    words = dict(field for group in sheet.groups for field in group.fields)
    assert (sheet.title, words["Who"], words["About"], words["Tries"]) == ("Log-in failed", "o-1", "desk-1", "5")
    assert words["Result"] == "Failed"
    stage.office.on_back()
    assert stage.glass.list.rows


@pytest.mark.parametrize("language", languages())
def test_every_kind_and_field_has_words(language: str) -> None:
    texts = Texts(language)
    for kind in set(Kind) - IN_DETAIL:
        assert texts.has(f"audit.kind.{kind}"), kind
        assert texts.has(f"audit.area.{kind.partition('.')[0]}"), kind
        for name in FIELDS[kind]:
            assert texts.has(f"audit.field.{name}"), name
        record = Listed(0, 1, "2026-05-28T20:26:40Z", kind, "anna", "night", True, fields_of(kind))
        assert len([field for group in record_groups(record, texts) for field in group.fields]) == 6 + len(FIELDS[kind])


def test_a_kind_of_a_later_version_is_shown_bare() -> None:
    record = Listed(0, 1, "2026-05-28T20:26:40Z", "moon.landed", "anna", "", True, {"crew": 3})
    words = dict(field for group in record_groups(record, Texts("en")) for field in group.fields)
    assert (words["What"], words["crew"]) == ("moon.landed  (moon.landed)", "3")


def test_a_whole_log_says_up_to_where_it_is_signed_and_that_it_was_checked(stage: OfficeStage) -> None:
    fill(stage)
    stage.log.checkpoint("aud")
    enter(stage)
    assert told(stage).startswith("Whole: ")
    assert "last signed checkpoint" in told(stage)
    assert stage.glass.page.told is not None
    assert stage.glass.page.told.mark is Mark.GOOD
    last = stage.log.file.read_text().splitlines()[-1]
    assert '"log.verified"' in last
    shares = [page.told.share for page in stage.glass.pages if page.told and page.told.share]
    assert shares == sorted(shares)
    assert len(shares) > 5, "progress is shown"


def test_the_first_wrong_record_is_named(stage: OfficeStage) -> None:
    fill(stage)
    data = stage.log.file.read_bytes()
    stage.log.file.write_bytes(data.replace(b'"state":"open"', b'"state":"shut"', 1))
    bad = verify_log(stage.log.file).first_bad
    enter(stage)
    assert told(stage) == f"Record {bad} is the first that is wrong: it was changed"


def test_nobody_reads_who_may_not(stage: OfficeStage) -> None:
    fill(stage, 5)
    enter(stage, SYSTEM)
    page = stage.glass.list
    assert page.rows == ()
    assert "may not read the audit log" in told(stage)
    assert stage.machine.heard.records[-1].fields["act"] == "read_audit"


def test_an_inspector_checks_and_hands_nothing_out(stage: OfficeStage) -> None:
    enter(stage, INSPECTOR)
    assert {act.name for act in stage.glass.list.acts} == {"open", "verify"}
    assert stage.office is not None
    stage.office.on_act("export", "")
    stage.office.on_submit({"recipient": "press", "reason": "because"})
    stage.office.on_opened(str(stage.folder))
    stage.office.on_act("here", "")
    assert "may not hand the audit log out" in told(stage)
    assert not list(stage.folder.glob("audit-*.log"))


def test_handing_out_takes_a_recipient_and_a_reason_and_is_in_what_goes_out(stage: OfficeStage) -> None:
    fill(stage, 5)
    enter(stage)
    office = stage.office
    assert office is not None
    office.on_act("export", "")
    for values, sentence in (
        ({"recipient": "", "reason": "yearly"}, "The recipient is an id"),
        ({"recipient": "张伟", "reason": "yearly"}, "The recipient is an id"),
        ({"recipient": "inspector-1", "reason": ""}, "Say why."),
    ):
        office.on_submit(values)
        assert isinstance(stage.glass.page, FormPage)
        assert told(stage).startswith(sentence)
    office.on_submit({"recipient": "inspector-1", "reason": "yearly look"})
    office.on_opened(str(stage.folder))
    office.on_act("here", "")
    [copy] = stage.folder.glob("audit-*.log")
    assert copy.name in told(stage)
    assert verify_log(copy).ok
    last = next(line for line in reversed(stage.log.file.read_text().splitlines()) if "log.exported" in line)
    assert '"recipient":"inspector-1"' in last
    assert '"reason":"in_words"' in last
    assert "yearly" not in last


# --- event and device -----------------------------------------------------------------------------

FACTS = EventFacts("Night", "night", "open", 1_777_638_900.0, {"tickets": 50_000, "admitted": 41_873}, True)


def event_page(stage: OfficeStage, who: Principal, look: Callable[[], EventFacts] = lambda: FACTS) -> list[str]:
    opened: list[str] = []
    port = EventPort(
        look,
        lambda facts, left: opened.append("close"),
        lambda left: opened.append("certificate"),
        list,
        lambda: (plan_of(stage.event), 20.0),
    )
    stage.enter(who, lambda room: EventPages(room, port))
    return opened


def test_the_event_is_told_in_numbers_and_closed_by_whom_it_is_for(stage: OfficeStage) -> None:
    opened = event_page(stage, Principal(Role.ORGANISER, "org"))
    words = dict(field for group in stage.glass.sheet.groups for field in group.fields)
    assert (words["State"], words["Tickets"], words["Admitted"]) == ("Open", "50,000", "41,873")
    assert stage.office is not None
    stage.office.on_act("close", "")
    stage.office.on_act("certificate", "")
    assert opened == ["close", "certificate"]
    refused = event_page(stage, Principal(Role.SUPERVISOR, "s-1"))
    assert {act.name for act in stage.glass.sheet.acts} == {"again", "plan"}
    stage.office.on_act("close", "")
    assert refused == []


def test_a_store_that_cannot_be_read_is_said(stage: OfficeStage) -> None:
    unknown = EventFacts("Night", "night", "open", None, None, False)
    event_page(stage, Principal(Role.ORGANISER, "org"), lambda: unknown)
    assert told(stage) == "The numbers cannot be read."


def test_the_worst_of_the_machine_stands_above() -> None:
    texts = Texts("en")
    sound = IntegrityReport(State.SOUND, [], 900, "0123456789abcdef", 1.0)
    broken = IntegrityReport(State.BROKEN, [Difference("code", "kiosk/face/decision.py", "changed")])
    fine, bad = DoctorLine("fonts", "ok", "Fine."), DoctorLine("camera", "bad", "It is not there.", "plug it in")
    page = device_page(DeviceFacts(sound, [fine], []), texts)
    assert page.told is not None
    assert page.told.mark is Mark.GOOD
    page = device_page(DeviceFacts(broken, [fine, bad], None), texts)
    assert page.told is not None
    assert (page.told.mark, page.told.words) == (Mark.BAD, texts("office.device.seal.broken"))
    lines = [value for group in page.groups for _, value in group.fields]
    assert "code kiosk/face/decision.py: changed" in lines
    assert "It is not there.\nMend: plug it in" in lines


def test_what_a_person_may_not_see_of_the_machine_is_not_asked_for(stage: OfficeStage) -> None:
    asked: list[str] = []

    def note(what: str, answer: object) -> Callable[[], object]:
        def look() -> object:
            asked.append(what)
            return answer

        return look

    port = DevicePort(note("seal", IntegrityReport(State.SOUND)), note("doctor", []), note("alerts", []))  # type: ignore[arg-type]
    stage.enter(SYSTEM, lambda room: DevicePages(room, port))
    assert asked == ["seal", "doctor"]
    assert isinstance(stage.glass.page, SheetPage)
    asked.clear()
    stage.enter(Principal(Role.SUPERVISOR, "s-1"), lambda room: DevicePages(room, port))
    assert asked == ["alerts"]


def test_an_alert_without_detail_needs_no_brackets() -> None:
    from kiosk.audit.alerts import Alert

    alert = Alert(7, "2026-05-28T20:26:40Z", Kind.LOGIN_BURST, "system")
    assert alert_words(alert, Texts("en")) == "Many failed log-ins at once · system"
