"""The organiser's path by commands alone: from an event file and a roster to the event's report and its certificate.

A rehearsal, which needs nobody logged in; who may do what is checked in the tests of accounts.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.closing.state import EventState, read_state
from tests.helpers.newcomer_shell import EVENT, SECRET, Shell
from tests.helpers.newcomer_visits import BAD, ROWS, admit, people
from tests.helpers.preconditions import SECOND, whole_text
from tests.helpers.roster import csv_text


@pytest.mark.requirement("R-71")
def test_from_an_event_file_to_the_certificate(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    file, roster, paper = tmp_path / "event.toml", tmp_path / "roster.csv", tmp_path / "assessment.pdf"
    one_night = whole_text().replace(SECOND, "[ticket_code]\n").replace('["cn", "eu-strict"]', '["generic"]')
    one_night = one_night.replace('mode = "live"', 'mode = "rehearsal"')
    file.write_text(one_night.replace("officers = 4", "officers = 5"), "utf-8")
    roster.write_text(csv_text(people()), "utf-8")
    paper.write_bytes(b"weighed and signed")
    with_secret = ("--secret-file", str(shell.secret))

    shell.does("new", str(file), "--protect", "secret", *with_secret)
    refused = shell.tried("import", EVENT, str(roster), *with_secret)
    assert refused.exit_code == 1
    assert [place for place in BAD if f"row {place + 2}," not in refused.output] == [], refused.output
    assert shell.tried("arm", EVENT).exit_code == 1
    skipped = shell.tried("import", EVENT, str(roster), "--skip-bad", *with_secret)
    assert f"{ROWS - len(BAD)} of {ROWS} tickets imported" in skipped.output
    shell.does("assessment", EVENT, str(paper))
    shell.does("signs", EVENT, "--yes")
    assert "Nothing is missing" in shell.does("check", EVENT)
    shell.does("publish", EVENT)
    shell.does("arm", EVENT)
    shell.does("open", EVENT, *with_secret)
    admit(shell.place, 3, SECRET)
    closed = json.loads(shell.does("close", EVENT, "--yes", "--json"))
    assert closed["verdict"] == "PASS"
    assert read_state(shell.place.state_file) is EventState.WIPED
    report = json.loads(shell.does("report", EVENT, "--json"))
    assert (report["counts"]["tickets"], report["counts"]["admitted"]) == (ROWS - len(BAD), 3)
    assert shell.place.certificate_file.is_file()
    pack = tmp_path / "evidence.zip"
    made = shell.kiosk("evidence", "make", EVENT, "--to", str(pack))
    assert made.exit_code == 0, made.output
    checked = shell.kiosk("evidence", "verify", str(pack))
    assert (checked.exit_code, json.loads(checked.stdout)["ok"]) == (0, True), checked.output
