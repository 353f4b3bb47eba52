"""Accounts in the office, without a window: who sees and does what, and one sentence for every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.accounts import paper_process
from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.accounts.paper_process import PapersNotDrawn
from kiosk.accounts.store import MOST_FAILURES
from kiosk.audit.port import AuditUnavailable
from kiosk.domain.access import Principal, Role
from kiosk.office.accounts import PER_PAGE, AccountsPages, AccountsPlace
from kiosk.office.new_account import roles_for
from kiosk.office.view import FormPage, HomePage, ListPage, Mark, SheetPage
from tests.helpers.accounts import STATION
from tests.helpers.office import OfficeStage

SECURITY = Principal(Role.SECURITY_ADMIN, "sec")
ORGANISER = Principal(Role.ORGANISER, "org")
SUPERVISOR = Principal(Role.SUPERVISOR, "s-1")
INSPECTOR = Principal(Role.INSPECTOR, "ins")


@pytest.fixture
def stage(tmp_path: Path) -> OfficeStage:
    return OfficeStage(tmp_path)


def enter(stage: OfficeStage, who: Principal) -> None:
    place = AccountsPlace(stage.machine.book, stage.event, (stage.folder,))
    stage.enter(who, lambda room: AccountsPages(room, place))


def keys(stage: OfficeStage) -> list[str]:
    return [row.key for row in stage.glass.list.rows]


def acts(stage: OfficeStage) -> set[str]:
    return {act.name for act in stage.glass.list.acts}


def told(stage: OfficeStage) -> str:
    page = stage.glass.page
    assert page.told is not None
    return page.told.words


def make(stage: OfficeStage, role: str, account: str, name: str, person: str = "") -> None:
    assert stage.office is not None
    stage.office.on_act("new", "")
    stage.office.on_opened(role)
    stage.office.on_submit({"account": account, "name": name, "person": person})


def test_the_list_is_filtered_by_typing_and_paged(stage: OfficeStage) -> None:
    stage.officers(PER_PAGE + 3)
    enter(stage, ORGANISER)
    assert (len(keys(stage)), stage.glass.list.pager is not None) == (PER_PAGE, True)
    office = stage.office
    assert office is not None
    office.on_turned(True)
    assert keys(stage) == ["o-051", "o-052", "o-053"]
    office.on_search("OFFICER o-007")
    assert keys(stage) == ["o-007"]
    office.on_search("no badge o-01")
    assert keys(stage) == [f"o-01{n}" for n in range(10)]
    office.on_search("nobody like that")
    assert keys(stage) == []


def test_each_role_sees_the_buttons_of_what_it_may(stage: OfficeStage) -> None:
    enter(stage, SECURITY)
    assert acts(stage) == {"new", "unlock", "renew", "revoke"}
    assert stage.office is not None
    stage.office.on_chosen("of", "officers")
    assert acts(stage) == {"new", "import", "badges", "unlock", "badge", "revoke"}
    enter(stage, INSPECTOR)
    assert acts(stage) == set()


def test_a_supervisor_sees_only_whom_a_lock_keeps_out_and_can_end_it(stage: OfficeStage) -> None:
    stage.officers(3)
    machine = stage.machine
    [one] = machine.book.issue_badges(SECURITY, stage.event.id, ["o-002"])
    for _ in range(MOST_FAILURES):
        with pytest.raises(Exception, match=r"wrong|locked"):
            machine.logins.officer(one.badge, "000999", STATION, stage.event.id)
    enter(stage, SUPERVISOR)
    assert keys(stage) == ["o-002"]
    assert "Locked until" in stage.glass.list.rows[0].cells[3]
    assert stage.glass.list.rows[0].mark is Mark.LOOK
    assert acts(stage) == {"unlock"}
    assert stage.office is not None
    stage.office.on_act("unlock", "o-002")
    assert keys(stage) == []
    assert told(stage) == "Account o-002 is not locked any more."


def test_the_roles_offered_are_those_the_person_may_hand_out() -> None:
    assert roles_for(ORGANISER) == [Role.SUPERVISOR, Role.ATTENDANT]
    assert set(roles_for(SECURITY)) == {
        Role.ORGANISER,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
        Role.INSPECTOR,
        Role.SUPERVISOR,
        Role.ATTENDANT,
    }
    assert roles_for(INSPECTOR) == []


def test_a_new_administrator_is_shown_the_secrets_once(stage: OfficeStage) -> None:
    enter(stage, SECURITY)
    make(stage, "audit_admin", "aud", "Ada Audit")
    sheet = stage.glass.sheet
    assert sheet.code.startswith("otpauth://totp/")
    password = dict(sheet.groups[0].fields)["Starting password"]
    assert len(password) == 16
    assert password not in repr(sheet)
    assert stage.office is not None
    stage.office.on_act("seen", "")
    assert "aud" in keys(stage)
    assert told(stage) == "Account aud is made."
    assert not any(isinstance(page, SheetPage) and page.code for page in stage.glass.pages[-1:])


def test_nobody_gets_two_of_the_three_administrators_roles(stage: OfficeStage) -> None:
    enter(stage, SECURITY)
    make(stage, "system_admin", "sys", "Sam")  # the person of the first account, the security administrator
    assert isinstance(stage.glass.page, FormPage)
    assert told(stage).startswith("Nobody holds two of the three administrators' roles")
    enter(stage, SECURITY)
    make(stage, "system_admin", "sys", "Sigrid")
    assert isinstance(stage.glass.page, SheetPage)


def test_in_the_generic_profile_one_person_may(tmp_path: Path) -> None:
    stage = OfficeStage(tmp_path, Profile.GENERIC)
    enter(stage, SECURITY)
    make(stage, "system_admin", "sys", "Sam")
    assert isinstance(stage.glass.page, SheetPage)


@pytest.mark.parametrize(
    ("account", "name", "sentence"),
    [
        ("Bad Id", "Ann", "An id is a small letter"),
        ("ann", "", "A name is one line"),
        ("sec", "Ann", "There is already an account"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_and_the_form_stays(
    stage: OfficeStage, account: str, name: str, sentence: str
) -> None:
    enter(stage, SECURITY)
    make(stage, "inspector", account, name)
    assert isinstance(stage.glass.page, FormPage)
    assert told(stage).startswith(sentence)


def test_a_refusal_says_who_may(stage: OfficeStage) -> None:
    enter(stage, INSPECTOR)
    assert stage.office is not None
    stage.office.on_act("unlock", "sec")  # no button leads there
    assert "may not unlock accounts" in told(stage)
    assert "security administrator" in told(stage)


def test_revoking_has_to_be_held_and_can_be_left(stage: OfficeStage) -> None:
    stage.officers(1)
    enter(stage, ORGANISER)
    office = stage.office
    assert office is not None
    office.on_act("revoke", "o-001")
    assert stage.glass.sheet.acts[0].weight == "danger"
    office.on_back()
    assert not stage.machine.book.listed(ORGANISER, stage.event.id)[0].revoked
    office.on_act("revoke", "o-001")
    office.on_act("really_revoke", "")
    assert stage.machine.book.listed(ORGANISER, stage.event.id)[0].revoked
    assert stage.glass.list.rows[0].cells[3] == "Revoked"


def test_renewing_shows_a_new_second_factor_once(stage: OfficeStage) -> None:
    enter(stage, SECURITY)
    make(stage, "inspector", "ins", "Ina")
    first = stage.glass.sheet.code
    assert stage.office is not None
    stage.office.on_act("seen", "")
    stage.office.on_act("renew", "ins")
    assert stage.glass.sheet.code not in {"", first}


# --- officers in numbers --------------------------------------------------------------------------


def choose(stage: OfficeStage, what: str, *rows: Path) -> None:
    assert stage.office is not None
    stage.office.on_act(what, "")
    for row in rows:
        stage.office.on_opened(str(row))


def test_a_file_with_bad_rows_is_told_row_by_row(stage: OfficeStage) -> None:
    file = stage.folder / "officers.csv"
    file.write_text("id,name,role\no-1,Ann,\nO 2,Bob,\no-1,Cem,\no-4,,chief\n", encoding="utf-8")
    enter(stage, ORGANISER)
    choose(stage, "import", stage.folder, file)
    page = stage.glass.list
    assert [row.cells[0] for row in page.rows] == ["3", "4", "5", "5"]
    assert page.rows[1].cells[1] == "The id is that of row 2"
    assert page.told is not None
    assert page.told.words == "Rows that are right: 1 of 4. The others are listed."
    assert stage.office is not None
    stage.office.on_act("take_good", "")
    assert keys(stage) == ["o-1"]
    assert "Accounts made: 1" in told(stage)


def test_after_a_refusal_another_file_can_be_chosen_at_once(stage: OfficeStage) -> None:
    file = stage.folder / "officers.csv"
    file.write_text("id,name\no-1,Ann\n", encoding="utf-8")
    enter(stage, ORGANISER)
    choose(stage, "import", stage.folder, file)
    by = Principal(Role.SECURITY_ADMIN, "sec")
    expires_at = stage.machine.clock.s + 86_400
    new = NewAccount("o-1", "Ann", frozenset({Role.ATTENDANT}), "", stage.event.id, expires_at)
    stage.machine.book.add(by, new)  # somebody else was quicker
    office = stage.office
    assert office is not None
    office.on_act("take_good", "")
    assert told(stage).startswith("There is already an account")
    file.write_text("id,name\no-2,Bob\n", encoding="utf-8")
    office.on_opened(str(file))
    office.on_act("take_good", "")
    assert keys(stage) == ["o-1", "o-2"]


def test_the_report_speaks_the_persons_language(tmp_path: Path) -> None:
    stage = OfficeStage(tmp_path, language="zh")
    file = tmp_path / "officers.csv"
    file.write_text("id,name\nX,\n", encoding="utf-8")
    enter(stage, ORGANISER)
    choose(stage, "import", tmp_path, file)
    assert stage.glass.list.rows[1].cells[1] == "缺少姓名"


def test_a_file_that_is_no_list_is_one_sentence(stage: OfficeStage) -> None:
    file = stage.folder / "officers.csv"
    file.write_bytes(b"PK\x03\x04" + bytes(100))
    enter(stage, ORGANISER)
    choose(stage, "import", stage.folder, file)
    assert told(stage).startswith("This is a spreadsheet file")


def test_badges_are_saved_where_somebody_chose(stage: OfficeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_process, "_drawn", lambda kind, issued, event: b"%PDF " + kind.encode())
    stage.officers(2)
    enter(stage, ORGANISER)
    choose(stage, "badges", stage.folder)
    assert stage.office is not None
    stage.office.on_act("here", "")
    assert told(stage).startswith("Badges made: 2")
    papers = sorted(stage.folder.glob("*.pdf"))
    assert [path.read_bytes() for path in papers] == [b"%PDF badges", b"%PDF slips"]
    assert {path.stat().st_mode & 0o777 for path in papers} == {0o600}
    choose(stage, "badges", stage.folder)
    stage.office.on_act("here", "")
    assert told(stage) == "Every officer has a badge."


def test_without_paper_no_badge_is_made_and_the_old_one_is_valid_still(
    stage: OfficeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(kind: str, issued: object, event: object) -> bytes:
        assert len(list(stage.folder.glob("*.pdf"))) == 2, "whether both can be written is known before"
        raise PapersNotDrawn

    stage.officers(2)
    machine, event = stage.machine, stage.event.id
    [old] = machine.book.issue_badges(SECURITY, event, ["o-001"])
    monkeypatch.setattr(paper_process, "_drawn", broken)
    enter(stage, ORGANISER)
    for what, row in (("badges", ""), ("badge", "o-001")):
        assert stage.office is not None
        stage.office.on_act(what, row)
        stage.office.on_opened(str(stage.folder))
        stage.office.on_act("here", "")
        assert told(stage) == "The papers could not be drawn. No badge was made, and earlier ones are valid still."
        assert list(stage.folder.glob("*.pdf")) == []
        stage.office.on_back()
        stage.office.on_back()
    assert machine.store.row_by_badge(machine.keys.token("badge", old.badge)) is not None
    assert [one.account.account_id for one in machine.book.issue_badges(SECURITY, event)] == ["o-002"]


def test_papers_whose_badges_could_not_be_stored_are_gone_again(
    stage: OfficeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise AuditUnavailable("full")

    monkeypatch.setattr(paper_process, "_drawn", lambda kind, issued, event: b"%PDF " + kind.encode())
    stage.officers(1)
    enter(stage, ORGANISER)
    monkeypatch.setattr(stage.machine.heard, "write", full)
    choose(stage, "badges", stage.folder)
    assert stage.office is not None
    stage.office.on_act("here", "")
    assert stage.glass.list.told is not None
    assert stage.glass.list.told.mark is Mark.BAD
    assert list(stage.folder.glob("*.pdf")) == []


def test_a_folder_that_takes_no_file_is_not_offered_to_save_in(
    stage: OfficeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.officers(1)
    enter(stage, ORGANISER)
    monkeypatch.setattr("kiosk.office.files.os.access", lambda path, mode: False)
    choose(stage, "badges", stage.folder)
    assert "here" not in acts(stage)
    assert told(stage) == "Nothing can be saved in this folder."
    assert stage.office is not None
    stage.office.on_act("here", "")
    assert list(stage.folder.glob("*.pdf")) == []


def test_answers_that_come_after_the_person_left_reach_nobody(stage: OfficeStage) -> None:
    stage.work.slow = True
    enter(stage, SECURITY)
    office = stage.office
    assert office is not None
    office.leave()
    stage.work.let_go()
    assert stage.glass.pages == []


def test_going_back_ends_at_home(stage: OfficeStage) -> None:
    enter(stage, SECURITY)
    office = stage.office
    assert office is not None
    office.on_act("new", "")
    office.on_opened("inspector")
    office.on_back()
    assert isinstance(stage.glass.page, ListPage)
    office.on_back()
    office.on_back()
    assert isinstance(stage.glass.page, HomePage)
    office.on_back()
    assert isinstance(stage.glass.page, HomePage)
