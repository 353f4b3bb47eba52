"""Single tickets after the roster: added, revoked, transferred; what is asked for stands in no argument."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from drivers.port import DocumentKind
from kiosk.cli.event import event_app
from kiosk.closing.keys import unlock_unattended
from kiosk.closing.state import EventState, move, read_state
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from tests.helpers.event_place import make_event
from tests.helpers.roster import HEADER, number, row

app = typer.Typer()
app.add_typer(event_app, name="event")

HERE = Place("gate-1", "A", "night-1")
FIRST = "TICKET-000000"  # person 0, gate group B, night-1


class Shell:
    def __init__(self, place: EventPlace) -> None:
        self.place = place

    def __call__(self, *arguments: str, answers: list[str]) -> Result:
        environment = {"VENUE_KIOSK_DATA": str(self.place.data_dir), "VENUE_KIOSK_KEYS": str(self.place.key_dir)}
        return CliRunner(env=environment).invoke(app, ["event", *arguments], input="\n".join(answers) + "\n")

    def check(self, person: int, gate_group: str = "A") -> CheckOutcome:
        with_keys = unlock_unattended(self.place)
        ledger = SqliteLedger(self.place.ledger_file, with_keys)
        shown = Presented(with_keys.token(DocumentKind.RESIDENT, "CHN", number(person)))
        outcome = ledger.check(shown, Place("gate-1", gate_group, "night-1"), 0.0).outcome
        ledger.close()
        return outcome

    def last_record(self) -> dict[str, object]:
        lines = DevicePlace(self.place.data_dir, self.place.key_dir).audit_file.read_text().splitlines()
        records = [json.loads(line) for line in lines]
        return next(record for record in reversed(records) if str(record["kind"]).startswith("roster.ticket"))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(make_event(tmp_path))


def answers(person: int, **changes: str) -> list[str]:
    return [dict(zip(HEADER, row(person, **changes), strict=True))[column] for column in HEADER]


def test_one_ticket_is_added_and_admits(shell: Shell) -> None:
    result = shell("ticket", "add", "rehearsal", "--reason", "box office", answers=answers(501))
    assert result.exit_code == 0, result.output
    assert shell.check(501) is CheckOutcome.VALID
    record = shell.last_record()
    assert (record["kind"], record["fields"]) == ("roster.ticket_added", {"reason": "in_words"})


def test_a_bad_ticket_says_what_is_wrong_and_is_not_added(shell: Shell) -> None:
    result = shell("ticket", "add", "rehearsal", "--reason", "box office", answers=answers(501, document_number="12"))
    assert result.exit_code == 2
    assert "document_number must have 18 digits" in result.output
    result = shell("ticket", "add", "rehearsal", "--reason", "box office", answers=answers(0))
    assert (result.exit_code, "has a ticket for this session already" in result.output) == (1, True)


def test_a_revoked_ticket_admits_nobody_and_an_armed_event_is_looked_at_again(shell: Shell) -> None:
    move(shell.place.state_file, EventState.ARMED)
    asked = ("ticket", "revoke", "rehearsal", "--session", "night-1", "--reason", "returned")
    assert shell(*asked, answers=[FIRST]).exit_code == 0
    assert shell.check(0, "B") is CheckOutcome.REVOKED
    assert read_state(shell.place.state_file) is EventState.DRAFT
    assert "revoked before" in shell(*asked, answers=[FIRST]).output
    assert "no such ticket" in shell(*asked, answers=["NOBODYS"]).output


def test_a_transferred_ticket_is_its_new_holders_alone(shell: Shell) -> None:
    typed = answers(502, ticket=FIRST, gate_group="A")
    assert shell("ticket", "transfer", "rehearsal", "--reason", "wrong holder", answers=typed).exit_code == 0
    assert (shell.check(0), shell.check(502)) == (CheckOutcome.NO_TICKET, CheckOutcome.VALID)
    again = shell("ticket", "transfer", "rehearsal", "--reason", "again", answers=answers(1, ticket=FIRST))
    assert (again.exit_code, "has a ticket for this session already" in again.output) == (1, True)


def test_a_ticket_that_was_used_or_is_at_a_gate_is_not_touched(shell: Shell) -> None:
    keys = unlock_unattended(shell.place)
    ledger = SqliteLedger(shell.place.ledger_file, keys)
    shown = Presented(keys.token(DocumentKind.RESIDENT, "CHN", number(1)))
    held = ledger.hold(shown, HERE, "n1", 60.0, 1000.0)
    assert held.hold is not None
    typed = answers(503, ticket="TICKET-000001")
    waiting = shell("ticket", "transfer", "rehearsal", "--reason", "late", answers=typed)
    assert "at a gate right now" in waiting.output
    ledger.commit(held.hold.hold_id, "n2", Lane.STAFF, 1001.0)
    ledger.close()
    used = shell("ticket", "transfer", "rehearsal", "--reason", "late", answers=typed)
    assert (used.exit_code, "was used" in used.output) == (1, True)


def test_without_a_reason_nothing_is_asked(shell: Shell) -> None:
    for command in (("add",), ("transfer",), ("revoke", "--session", "night-1")):
        result = shell("ticket", command[0], "rehearsal", *command[1:], answers=[])
        assert (result.exit_code, "--reason" in result.output) == (2, True)


def test_import_shows_columns_and_writes_its_report(shell: Shell, tmp_path: Path) -> None:
    file, report = tmp_path / "new.csv", tmp_path / "report.csv"
    settings = shell.place.event_file.read_text(encoding="utf-8").replace(', "passport", "identity-card"]', "]")
    shell.place.event_file.write_text(settings, encoding="utf-8")
    file.write_text("票号,证件类型,证件号码,姓名,入口,场次,座位\nT-1,身份证,1,甲,A,night-1,\n", encoding="utf-8")
    shown = shell("import", "rehearsal", str(file), "--show-columns", answers=[])
    assert (shown.exit_code, "姓名" in shown.output, "always CHN" in shown.output) == (0, True, True)
    bad = shell("import", "rehearsal", str(file), "--report", str(report), answers=[])
    assert bad.exit_code == 1
    assert "2,document_number,fault,bad_number" in report.read_text("utf-8-sig")
    inside = shell("import", "rehearsal", str(file), "--report", str(shell.place.folder / "r.csv"), answers=[])
    assert inside.exit_code == 2
    guessed = file.read_text("utf-8").replace("票号", "我的票号码")
    file.write_text(guessed, encoding="utf-8")
    asked = shell("import", "rehearsal", str(file), answers=[])
    assert (asked.exit_code, "--yes" in asked.output) == (2, True)
    assert shell("import", "rehearsal", str(file), "--map", "ticket", answers=[]).exit_code == 2
