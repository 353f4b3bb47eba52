"""The event's report: it says what the log says, and tells no small number in any of its forms or languages."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest

from kiosk.config.load import parse_event
from kiosk.documents.figures import Figures, figures_of, read_figures
from kiosk.documents.paper import Bars, Facts, Heading, Table, Text
from kiosk.documents.report import Report, as_csv, as_json, as_paper, report_of
from kiosk.domain.suppression import FEWEST
from kiosk.text import Texts, languages
from tests.helpers.config import shipped
from tests.helpers.evening import NOTICE, evening_at

EVENT = parse_event(shipped("rehearsal"), "rehearsal.toml")


@pytest.fixture(scope="module")
def audit_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evening_at(tmp_path_factory.mktemp("evening"), "rehearsal").audit_file


@pytest.fixture(scope="module")
def figures(audit_file: Path) -> Figures:
    return read_figures(audit_file, "rehearsal")


@pytest.fixture(scope="module")
def report(figures: Figures) -> Report:
    return report_of("rehearsal", "wiped", {"tickets": 2000, "admitted": 921}, figures, {"picture": 0.42}, ("ab" * 32,))


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


@pytest.mark.requirement("R-81")
def test_its_sums_are_the_logs_counted_by_other_means(audit_file: Path, figures: Figures) -> None:
    admitted, causes, choices = Counter[str](), Counter[str](), Counter[str]()
    for line in lines_of(audit_file):
        fields = line["fields"]
        assert isinstance(fields, dict)
        if line["kind"] == "visits.counted" and fields["ending"] == "admitted":
            admitted[fields["station"]] += fields["count"]
        elif line["kind"] == "visits.counted":
            causes[fields["cause"]] += fields["count"]
        elif line["kind"] == "staff_acts.counted" and fields["act"] in {"staff.admitted", "staff.override"}:
            admitted[fields["station"]] += fields["count"]
        elif line["kind"] == "consents.counted":
            choices[fields["lane"]] += fields["count"]
    by_station, by_cause = Counter[str](), Counter[str]()
    for (_, station), count in figures.admitted.items():
        by_station[station] += count
    for (cause, _), count in figures.causes.items():
        by_cause[cause] += count
    assert (by_station, by_cause, figures.choices) == (admitted, causes, choices)
    assert figures.visits == sum(figures.by_face.values()) + sum(causes.values())
    assert figures.opt_out_share == choices["staff"] / sum(choices.values())


@pytest.mark.requirement("R-07", "R-70")
def test_the_log_says_which_notice_was_shown_and_when_the_first_face_was_looked_for(figures: Figures) -> None:
    assert set(figures.notices) == {NOTICE}
    assert figures.notices[NOTICE] == sum(figures.choices.values())
    ((stated_at, paper),) = figures.assessed
    assert (paper, stated_at < figures.first_capture) == ("c" * 64, True)


@pytest.mark.requirement("R-112")
def test_no_form_of_it_tells_a_small_number_of_people(report: Report) -> None:
    values = json.loads(as_json(report))
    told = [cell for grid in values["grids"] for row in grid["told"]["cells"] for cell in row if cell is not None]
    told += [cell for grid in values["grids"] for name in ("rows", "columns") for cell in grid["told"][name] if cell]
    assert told
    assert not [number for number in told if 0 < number < FEWEST]
    rows = list(csv.DictReader(io.StringIO(as_csv(report).decode("utf-8-sig"))))
    grids = {grid.name for grid in report.grids}
    numbers = [row["number"] for row in rows if row["table"] in grids]
    assert "" in numbers
    assert not [number for number in numbers if number and 0 < int(number) < FEWEST]


@pytest.mark.requirement("R-11")
def test_waits_of_both_lanes_are_in_it_where_ten_people_waited(report: Report, figures: Figures) -> None:
    assert len(report.waits) == 8
    for told, known in zip(report.waits, (figures.waits[key] for key in sorted(figures.waits)), strict=True):
        assert told.staff_p90_s == (known.staff_p90_s if known.served >= FEWEST else None)
        assert told.face_p90_s == known.face_p90_s
    assert None in {told.staff_p90_s for told in report.waits}


@pytest.mark.parametrize("language", languages())
def test_on_paper_everything_has_words(report: Report, language: str) -> None:
    paper = as_paper(report, EVENT, Texts(language), "now")
    headings = [part.words for part in paper.parts if isinstance(part, Heading)]
    assert len(headings) == 11
    assert {type(part) for part in paper.parts} == {Heading, Facts, Text, Bars, Table}
    cells = [cell for part in paper.parts if isinstance(part, Table) for row in part.rows for cell in row]
    assert not [cell for cell in cells if "_" in cell or cell.startswith("staff.")]
    bars = next(part for part in paper.parts if isinstance(part, Bars))
    assert bars.labels[0] == "17:45", "the venue's own time"


def test_another_events_records_are_not_counted_and_none_makes_an_empty_report(audit_file: Path) -> None:
    nothing = read_figures(audit_file, "another")
    assert (nothing.records, nothing.opt_out_share) == (0, None)
    empty = report_of("another", "draft", {}, figures_of((), "another"), {})
    assert as_paper(empty, EVENT, Texts("en"), "now").parts
    assert as_csv(empty)
