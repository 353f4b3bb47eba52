"""The wizard without a window: steps, faults, what is missing and where it is mended, the roster's pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.audit.catalogue import Kind
from kiosk.closing import life
from kiosk.closing.readiness import Missing
from kiosk.closing.state import EventState, read_state
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import write_rehearsal_event
from kiosk.config.texts import Language
from kiosk.domain.access import Action, NotAllowed
from kiosk.office.readiness import MissingPages
from kiosk.office.roster_words import fault_words
from kiosk.office.subject import Room, Subject
from kiosk.office.view import FormPage, ListPage
from kiosk.office.wizard_steps import BY_NAME, STEPS, WHY, settings_of, step_that_mends
from kiosk.roster.faults import RosterFault
from kiosk.text import Texts
from tests.helpers.hostile_rosters import HOSTILE
from tests.helpers.preconditions import codes
from tests.helpers.roster import number
from tests.helpers.wizard import EVENT, ORGANISER, WizardStage


@pytest.fixture
def made(tmp_path: Path) -> WizardStage:
    made = WizardStage(tmp_path)
    made.begin()
    return made


def told(made: WizardStage) -> str:
    found = getattr(made.page, "told", None)
    return found.words if found is not None else ""


@pytest.mark.requirement("R-01", "R-02")
def test_why_identities_are_checked_is_the_first_question_and_not_passed_over(tmp_path: Path) -> None:
    made = WizardStage(tmp_path)
    made.enter()
    form = made.do("begin")
    assert isinstance(form, FormPage)
    assert [each.name for each in form.options] == ["reason_duty"]
    made.give({"reason_necessity": "", "reason_rule": ""}, reason_duty="law")
    assert "why it is needed" in told(made)
    made.give({"reason_necessity": "bound to people", "reason_rule": ""}, reason_duty="law")
    made.give({"secret": "LIGHTHOUSE 7 CHOIR 4", "secret_again": "another"})
    assert "not the same" in told(made)
    assert not made.place.folder.exists()


@pytest.mark.requirement("R-02")
def test_a_new_event_has_no_face_lane_and_keeps_nothing(made: WizardStage) -> None:
    event = load_event(made.place.event_file)
    assert (event.face.enabled, event.hold.allowed, event.id) == (False, False, EVENT)
    form = made.do("row:face")
    assert isinstance(form, FormPage)
    assert form.options[0].chosen == "no"
    assert form.options[0].options[0][0] == "no"


def test_a_step_writes_the_file_that_the_commands_read(made: WizardStage) -> None:
    made.do("row:keeping")
    made.give({"retention_grace_h": "1,5", "hold_max_h": "12"})
    event = load_event(made.place.event_file)
    assert event.retention.grace_h == 1.5
    assert [thing.code for thing in life.what_is_missing(made.place)].count("changed") == 0
    assert Kind.EVENT_CHANGED in made.recorded()


def test_what_another_window_saved_meanwhile_is_not_lost(made: WizardStage) -> None:
    made.do("row:keeping")
    elsewhere = made.place.event_file.read_text("utf-8").replace("grace_h = 2", "grace_h = 1")
    assert elsewhere != made.place.event_file.read_text("utf-8")
    made.place.event_file.write_text(elsewhere, "utf-8")
    made.give({"retention_grace_h": "1,5", "hold_max_h": "12"})
    assert told(made) == Texts("en")("office.fault.changed_meanwhile")
    assert made.place.event_file.read_text("utf-8") == elsewhere


@pytest.mark.requirement("R-92")
@pytest.mark.parametrize(
    "name",
    [
        'Tour "2026"\\',
        "]]\n[face]\nenabled = true",
        'x"\nid = "other',
        "\u202eevil\u202c",
        "\x00\x1b[2J",
        "\ud800",
        "n" * 100_000,
    ],
)
def test_a_name_is_a_name_or_refused_whatever_is_in_it(made: WizardStage, name: str) -> None:
    before = load_event(made.place.event_file)
    made.do("row:name")
    page = made.page
    assert isinstance(page, FormPage)
    lines = {field.name: field.value for field in page.fields}
    made.give({**lines, "name_en": name})
    event = load_event(made.place.event_file)
    assert event.name[Language("en")] in {name, before.name[Language("en")]}
    assert (event.id, event.mode, event.face, event.gate_groups) == (
        before.id,
        before.mode,
        before.face,
        before.gate_groups,
    )


@pytest.mark.parametrize(
    ("step", "lines", "said"),
    [
        ("keeping", {"retention_grace_h": "a while", "hold_max_h": "12"}, "Hours after the end"),
        ("keeping", {"retention_grace_h": "48", "hold_max_h": "12"}, "0 to 24"),
        ("planning", {"planning_opt_out_share": "2"}, "0 to 1"),
        ("name", {"name_zh": "", "name_en": "Choir"}, "1 to 80 letters"),
    ],
)
def test_what_cannot_be_taken_is_said_by_the_setting_and_changes_nothing(
    made: WizardStage, step: str, lines: dict[str, str], said: str
) -> None:
    before = made.place.event_file.read_bytes()
    made.do(f"row:{step}")
    made.give(lines)
    assert said in told(made)
    assert made.place.event_file.read_bytes() == before


@pytest.mark.requirement("R-08")
def test_pressure_towards_a_lane_is_refused_in_the_notice(made: WizardStage) -> None:
    made.do("row:notice", "row:notice_short")
    made.give({"notice_short_zh": "刷脸更快", "notice_short_en": "Use your face."})
    assert "pushing nobody" in told(made)


def test_entries_grow_and_shrink_but_never_to_none(made: WizardStage) -> None:
    made.do("row:sessions", "add")
    made.give({"id": "night-2", "doors": "2026-05-02 17:30", "ends": "2026-05-02 22:30"})
    event = load_event(made.place.event_file)
    assert [session.id for session in event.sessions] == ["night-1", "night-2"]
    assert event.sessions[1].date.isoformat() == "2026-05-02"
    office = made.stage.office
    assert office is not None
    office.on_act("remove", "1")
    office.on_act("remove", "0")
    assert [session.id for session in load_event(made.place.event_file).sessions] == ["night-1"]


@pytest.mark.requirement("R-15")
def test_what_was_published_is_not_loosened_and_a_change_takes_a_reason(made: WizardStage) -> None:
    made.do("publish")
    made.do("row:face")
    made.give({"change_reason": "sponsor wants it"}, face_enabled="yes")
    assert "Offer the face check" in told(made)
    made.give({"change_reason": ""}, face_enabled="no")
    assert told(made) == Texts("en")("office.fault.reason")
    assert not load_event(made.place.event_file).face.enabled


@pytest.mark.requirement("R-71")
def test_nothing_is_armed_past_the_list(made: WizardStage) -> None:
    made.do("arm")
    assert "things are missing" in told(made)
    assert read_state(made.place.state_file) is EventState.DRAFT


# --- each missing thing, and the step that mends it ---------------------------------------------------


@pytest.mark.requirement("R-71")
def test_every_code_is_mended_by_a_step_of_its_own_not_by_chance() -> None:
    unsaid = {code for code in codes() if code != "placeholder" and not any(code in step.mends for step in STEPS)}
    assert unsaid == set()
    assert step_that_mends("placeholder", "gate_groups[2].where").name == "gates"
    assert step_that_mends("placeholder", "notice.rights").name == "notice"
    assert step_that_mends("placeholder", "staff_desk").name == "name"


def test_a_line_of_the_list_leads_to_its_step(made: WizardStage) -> None:
    entered: list[tuple[str, str]] = []

    def mending(code: str, what: str) -> None:
        entered.append((code, what))

    made.stage.enter(ORGANISER, lambda room: MissingPages(room, lambda: [Missing("signs", "x")], mending))
    made.do("row:0")
    assert entered[-1] == ("signs", "")
    made.enter()
    page = made.do("missing")
    assert isinstance(page, ListPage)
    assert page.opens
    place = [thing.code for thing in life.what_is_missing(made.place)].index("manual_lane")
    lanes = made.do(f"row:{place}")
    assert isinstance(lanes, ListPage)
    assert lanes.title == "Manual lanes"
    assert made.do("back").title == page.title


# --- roster -------------------------------------------------------------------------------------------


def test_a_roster_with_bad_rows_is_refused_named_and_its_report_saved(made: WizardStage) -> None:
    file = made.write_roster()
    made.do("row:roster", "import", f"row:{made.stick}", f"row:{file}", "take")
    page = made.page
    assert isinstance(page, ListPage)
    assert [row.cells[0] for row in page.rows] == ["2", "9", "16", "23", "30", "37"]
    assert {row.cells[2] for row in page.rows} == {"is no gate group of this event"}
    made.do("save", f"row:{made.stick}", "here")
    [report] = made.stick.glob("roster-report-*.csv")
    assert report.read_text("utf-8-sig").count("\n") == 7
    made.do("skip")
    assert "34 of 40" in told(made)


def test_columns_nobody_knows_are_said_by_hand_and_remembered(made: WizardStage) -> None:
    file = made.write_roster(bad=False)
    text = file.read_text("utf-8").replace("seat_area", "Standplatz", 1)
    file.write_text(text, "utf-8")
    made.do("row:roster", "import", f"row:{made.stick}", f"row:{file}")
    assert "Say which column is which" in told(made)
    made.do("row:seat_area", "row:h:Standplatz")
    assert told(made) == ""
    made.do("take")
    assert "40 tickets" in told(made)
    made.do("again", "back")
    made.do("import", f"row:{made.stick}", f"row:{file}")
    assert told(made) == ""


def test_a_cancelled_import_leaves_nothing(made: WizardStage) -> None:
    port = made.roster.port()
    file = made.write_roster(bad=False)

    def cancelling(room: Room) -> Subject:
        def take(*given: object) -> object:
            made.do("cancel")
            return port.take(*given)  # type: ignore[arg-type]  # as it was called

        return made.roster_pages_with(room, take)

    made.stage.enter(ORGANISER, cancelling)
    made.do("import", f"row:{made.stick}", f"row:{file}", "take")
    assert told(made) == Texts("en")("office.roster.cancelled")
    look = port.look()
    assert look.tickets == {}


def test_one_ticket_is_added_given_on_and_revoked_each_with_a_reason(made: WizardStage) -> None:
    file = made.write_roster(bad=False)
    made.do("row:roster", "import", f"row:{made.stick}", f"row:{file}", "take", "back")
    new = {
        "ticket": "EXTRA-1",
        "document_number": number(900),
        "issuing_state": "",
        "name": "新人",
        "seat_area": "",
    }
    made.do("add")
    made.give({**new, "reason": ""})
    assert told(made) == Texts("en")("office.fault.reason")
    made.give({**new, "document_number": "123", "reason": "sold at the box office"})
    assert "Document number" in told(made)
    made.give({**new, "reason": "sold at the box office"})
    assert told(made) == "One ticket is added."
    made.do("transfer")
    made.give({**new, "document_number": number(901), "reason": "wrong holder at sale"})
    assert told(made) == "The ticket is the new holder's."
    made.do("revoke")
    made.give({"ticket": "TICKET-000003", "reason": "returned"})
    assert told(made) == "The ticket is revoked."
    made.do("revoke")
    made.give({"ticket": "TICKET-000003", "reason": "returned"})
    assert told(made) == "This ticket was revoked before."
    assert {Kind.ROSTER_IMPORTED, Kind.TICKET_ADDED, Kind.TICKET_TRANSFERRED, Kind.TICKET_REVOKED} <= made.recorded()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_fault_of_a_roster_has_words(language: str) -> None:
    texts = Texts(language)
    other = texts("office.roster.fault.other", code="")[:4]
    for case in HOSTILE:
        assert not fault_words(RosterFault(1, "", case.code, ""), texts).startswith(other), case.code


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_setting_has_words_a_hint_and_words_of_its_values(language: str) -> None:
    texts = Texts(language)
    for step in STEPS:
        assert texts(f"office.wizard.step.{step.name}")
        for setting in settings_of(step):
            assert texts(f"office.wizard.setting.{setting.words}")
            assert texts(f"office.wizard.hint.{setting.words}")
            assert all(texts(f"office.wizard.value.{setting.words}.{value}") for value in setting.values)
    assert next(iter(BY_NAME)) == WHY.name


@pytest.mark.requirement("R-58")
def test_the_table_is_asked_before_every_act(made: WizardStage) -> None:
    def refuse(action: Action) -> None:
        raise NotAllowed(ORGANISER, action)

    office = type(made.office)(**{**vars(made.office), "require": refuse})
    roster = type(made.roster)(**{**vars(made.roster), "require": refuse})
    before = made.place.event_file.read_bytes()
    acts = (
        office.look,
        office.publish,
        office.arm,
        roster.look,
        lambda: office.open(""),
        lambda: office.change({}, {}, "because"),
        lambda: office.begin({}, "file", ""),
        lambda: roster.add({}, "because", ""),
        lambda: roster.transfer({}, "because", ""),
        lambda: roster.revoke("x", "night-1", "because", ""),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert made.place.event_file.read_bytes() == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_event_begins_with_an_earlier_ones_rules_and_nothing_of_its_people(tmp_path: Path, language: str) -> None:
    earlier = EventPlace(tmp_path / "data", tmp_path / "keys", "rehearsal")
    old = tmp_path / "old.toml"
    write_rehearsal_event(old, date(2026, 5, 1))
    life.new_event(old, earlier.data_dir, earlier.key_dir)
    made = WizardStage(tmp_path, language)
    made.enter()
    form = made.do("begin")
    assert isinstance(form, FormPage)
    assert [each.name for each in form.options] == ["earlier", "reason_duty"]
    answers = {"reason_necessity": "bound to people", "reason_rule": "permit 7"}
    made.give(answers, earlier="event:rehearsal", reason_duty="law")
    made.give({}, protection="file")
    event, before = load_event(made.place.event_file), load_event(earlier.event_file)
    assert (event.id, event.reason.necessity, event.hold.allowed) == (EVENT, "bound to people", False)
    assert event.gate_groups == before.gate_groups
    assert event.face == before.face
    assert event.notice == before.notice
    assert made.place.key_file.read_bytes() != earlier.key_file.read_bytes()
    assert event.sessions[0].date > before.sessions[0].date
