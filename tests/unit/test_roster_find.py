"""One ticket is found by what its holder says of it, in the office and by the command, and changed from there."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kiosk.audit.catalogue import Kind
from kiosk.audit.reading import newest_first
from kiosk.cli.event import event_app
from kiosk.office.view import FormPage, ListPage
from kiosk.text import Texts
from tests.helpers.event_place import make_event
from tests.helpers.roster import csv_text, row
from tests.helpers.wizard import WizardStage


@pytest.fixture
def made(tmp_path: Path) -> WizardStage:
    """In the roster of an event of 12 tickets: three of them of one order, one of a canary."""
    made = WizardStage(tmp_path)
    made.begin()
    rows = [[*row(n, gate_group="A", name=f"测试{n}"), "ORD-77" if n < 3 else f"ORD-{n}"] for n in range(12)]
    file = made.stick / "roster.csv"
    header = csv_text([]).strip().split(",")
    file.write_text(csv_text(rows, [*header, "order"]), "utf-8")
    made.do("row:roster", "import", f"row:{made.stick}", f"row:{file}", "take", "back")
    return made


def rows(made: WizardStage) -> list[tuple[str, ...]]:
    assert isinstance(made.page, ListPage), made.page
    return [each.cells for each in made.page.rows]


@pytest.mark.requirement("R-66")
def test_whole_words_find_and_parts_of_them_do_not(made: WizardStage) -> None:
    made.do("find")
    for part in ("ORD", "测试", "", "7"):
        page = made.give({"text": part})
        assert isinstance(page, FormPage), part
        assert page.told is not None
        assert page.told.words == Texts("en")("office.roster.find.nobody")
    made.give({"text": "ord 77"})
    assert [cells[0] for cells in rows(made)] == ["测**"] * 3
    made.do("again")
    made.give({"text": "测试7"})
    assert [cells[0] for cells in rows(made)] == ["测**"]
    assert not any("测试7" in str(page) for page in made.stage.glass.pages), "what was typed stands on no page"


def test_what_is_found_is_changed_from_there_and_what_was_found_is_gone_then(made: WizardStage) -> None:
    made.do("find")
    made.give({"text": "测试7"})
    made.stage.office.on_act("revoke", "0")  # type: ignore[union-attr]
    page = made.page
    assert isinstance(page, FormPage)
    code = page.fields[0].value
    made.give({"ticket": code, "reason": "returned"})
    assert isinstance(made.page, FormPage), "asked anew: what was found is not true any more"
    assert made.page.told is not None
    assert made.page.told.words == "The ticket is revoked."
    made.do("back")
    assert isinstance(made.page, ListPage)
    assert {Kind.TICKET_SEARCHED, Kind.TICKET_REVOKED} <= made.recorded()
    log = made.stage.machine.place.audit_file.read_text()
    assert "测试7" not in log
    assert code not in log


def test_the_command_finds_what_it_revokes_and_shows_names_masked(tmp_path: Path) -> None:
    place = make_event(tmp_path)
    app = typer.Typer()
    app.add_typer(event_app, name="event")
    shell = CliRunner(env={"VENUE_KIOSK_DATA": str(place.data_dir), "VENUE_KIOSK_KEYS": str(place.key_dir)})
    words = ["event", "ticket", "revoke", place.event_id, "--session", "night-1", "--reason", "returned", "--find"]
    done = shell.invoke(app, words, input="TICKET-000000\n1\n")
    assert done.exit_code == 0, done.output
    assert "*" in done.stderr.split("1: ")[1].split(",")[0]
    nobody = shell.invoke(app, words, input="no such seat\n")
    assert (nobody.exit_code, "has just this" in nobody.stderr) == (1, True)
    kinds = [line.kind for line in newest_first(place.data_dir / "device" / "audit.log")]
    assert (kinds.count(Kind.TICKET_SEARCHED), kinds.count(Kind.TICKET_REVOKED)) == (2, 1)
