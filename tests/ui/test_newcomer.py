"""The organiser's path through real windows, by touch and keyboard: from an empty data folder to the event's report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import kiosk.login
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import EventPlace
from kiosk.office.view import ListPage, SheetPage
from kiosk.text import Texts
from tests.helpers.accounts import SetClock
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.fast_gate import FastGate, evening
from tests.helpers.newcomer import SECRET, Newcomer, wait_until
from tests.helpers.newcomer_office import newcomer_at
from tests.helpers.newcomer_visits import BAD, people
from tests.helpers.roster import csv_text
from tests.helpers.wizard import EVENT

VISITS = 30


@pytest.fixture
def newcomer(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newcomer]:
    def hasher(keys: AccountKeys) -> SecretHasher:
        return SecretHasher(keys, memory_kib=8, passes=1)

    monkeypatch.setattr(kiosk.login, "SecretHasher", hasher)
    monkeypatch.setattr("kiosk.parts.evidence_office.paper_of", lambda json_bytes, module: FAKE_PDF)
    with newcomer_at(tmp_path, SetClock()) as newcomer:
        yield newcomer


def test_from_an_empty_folder_to_open_gates_and_to_the_end(newcomer: Newcomer, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "roster.csv").write_text(csv_text(people()), "utf-8")
    (stick / "assessment.pdf").write_bytes(b"weighed and signed")
    place = EventPlace(tmp_path / "data", tmp_path / "keys", EVENT)
    assert list(newcomer.screen.window.pages.home.tiles) == [
        "wizard",
        "accounts",
        "overrides",
        "device",
        "training",
        "look",
    ]

    newcomer.enter("wizard")
    newcomer.press("package")
    assert [act.name for act in getattr(newcomer.page, "acts", ())] == ["ask", "take"]
    newcomer.back()
    newcomer.back()
    newcomer.begin()
    assert read_state(place.state_file) is EventState.DRAFT
    newcomer.mend_texts()
    newcomer.mend_lanes()
    newcomer.open_row("roster")
    newcomer.press("import")
    newcomer.import_roster(stick / "roster.csv", stick)
    assert [cells[0] for cells in newcomer.listed.values()] == [str(n + 2) for n in BAD]
    newcomer.press("skip")
    newcomer.give({"secret": SECRET})
    wait_until(lambda: "1,997" in newcomer.told, "the good rows")
    newcomer.back()
    assert newcomer.listed["night-1/A"][2] == "1,997"
    newcomer.back()
    newcomer.open_row("papers")
    newcomer.open_row("assessment")
    newcomer.pick(stick / "assessment.pdf", stick)
    newcomer.open_row("signs")
    newcomer.press("really")
    newcomer.back()
    assert isinstance(newcomer.page, ListPage)
    ready = Texts("en")("office.wizard.in_place")
    assert {cells[1] for cells in newcomer.listed.values()} == {ready}

    newcomer.press("publish")
    newcomer.press("arm")
    assert read_state(place.state_file) is EventState.ARMED
    newcomer.press("open")
    newcomer.give({"secret": SECRET})
    wait_until(lambda: read_state(place.state_file) is EventState.OPEN, "open gates")

    gate = FastGate(place, SECRET)
    ended = [(visit, gate.play(visit)) for visit in evening(VISITS)]
    gate.close()
    assert [(visit, how) for visit, how in ended if how != visit.expected] == []
    admitted = [how for _, how in ended].count("admitted:face")
    newcomer.close_event()
    wait_until(lambda: read_state(place.state_file) is EventState.WIPED, "the end")
    newcomer.back()
    newcomer.enter("event")
    wait_until(lambda: isinstance(newcomer.page, SheetPage), "the report")
    assert isinstance(newcomer.page, SheetPage)
    numbers = dict(newcomer.page.groups[1].fields)
    assert (numbers["Tickets"], numbers["Admitted"]) == ("1,997", str(admitted))
    assert place.certificate_file.is_file()
    newcomer.take_evidence(stick)
    newcomer.back()
    newcomer.check_evidence(next(stick.glob("evidence-*.zip")), stick)
    assert newcomer.told == Texts("en")("office.evidence.whole")
    assert newcomer.listed["event"][1] == EVENT
    assert sorted(path.name for path in (tmp_path / "keys").glob(f"{EVENT}*")) == []
