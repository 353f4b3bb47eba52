"""Roster import: what is understood, what is refused and how it is said, and that it is all or nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.port import DocumentKind
from drivers.secret import SecretText
from kiosk.config.event import EventConfig
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.roster.columns import REQUIRED
from kiosk.roster.faults import MAX_LISTED, ImportReport
from kiosk.roster.importer import import_roster
from kiosk.roster.row import read_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.roster import EVENT, HEADER, csv_text, number, row

HERE = Place("gate-1", "A", "night-1")


@pytest.fixture
def keys(tmp_path: Path) -> FileEventKeys:
    return FileEventKeys.create(tmp_path / "rehearsal.key", "rehearsal")


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


Importer = Callable[..., ImportReport]


@pytest.fixture
def take(tmp_path: Path, keys: FileEventKeys, ledger_path: Path) -> Importer:
    """Import text (or bytes) and return the report."""

    def take(content: str | bytes, encoding: str = "utf-8", *, skip_bad: bool = False) -> ImportReport:
        file = tmp_path / "roster.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return import_roster(file, EVENT, keys, ledger_path, skip_bad=skip_bad)

    return take


def tickets(ledger_path: Path, keys: FileEventKeys) -> int:
    ledger = SqliteLedger(ledger_path, keys)
    count = ledger.counts()["tickets"]
    ledger.close()
    return count


def sentences(report: ImportReport) -> list[str]:
    return [str(fault) for fault in report.faults]


# --- what is understood -------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(
    take: Importer, keys: FileEventKeys, ledger_path: Path, encoding: str, delimiter: str
) -> None:
    report = take(csv_text([row(1), row(2)], delimiter=delimiter), encoding)
    assert (report.ok, report.imported, report.delimiter) == (True, 2, delimiter)
    ledger = SqliteLedger(ledger_path, keys)
    shown = Presented(keys.token(DocumentKind.RESIDENT, "CHN", number(1)), SecretText("测试1"))
    check = ledger.check(shown, HERE, 0.0)
    ledger.close()
    assert (check.outcome, check.name_agrees) == (CheckOutcome.VALID, True)
    assert check.ticket is not None
    assert check.ticket.seat_area == "看台 2"


@pytest.mark.parametrize("name", ["François", "Müller", "Ana Núñez", "Håkan"])
def test_western_letters_of_latin_1_are_not_taken_for_chinese(take: Importer, name: str) -> None:
    report = take(csv_text([row(1, name=name)]).replace("看台", "block"), "latin-1")
    assert not report.ok
    assert "UTF-8" in sentences(report)[0]


def test_letters_beside_chinese_are_no_misreading(take: Importer) -> None:
    assert take(csv_text([row(1, seat_area="A区B排")]), "gb18030").imported == 1


def test_chinese_headings_kinds_and_status(take: Importer, keys: FileEventKeys, ledger_path: Path) -> None:
    header = ("票号", "证件类型", "签发国", "证件号码", "姓名", "检票口", "场次", "座位区域", "状态")
    cells = [[*row(1, document_kind="身份证", issuing_state="中国"), "有效"], [*row(2), "已退票"]]
    assert take(csv_text(cells, header)).imported == 2
    ledger = SqliteLedger(ledger_path, keys)
    assert ledger.counts()["revoked"] == 1
    ledger.close()


def test_columns_in_any_order_and_empty_lines(take: Importer) -> None:
    order = list(reversed(range(len(HEADER))))
    text = csv_text([[row(1)[i] for i in order]], [HEADER[i] for i in order])
    assert take(text.replace("\r\n", "\r\n\r\n") + ",,,,,,,\r\n").imported == 1


def test_numbers_are_normalised(take: Importer, keys: FileEventKeys, ledger_path: Path) -> None:
    ends_in_x = next(number(person) for person in range(100) if number(person).endswith("X"))
    written = "".join(chr(ord(c) + 0xFEE0) for c in ends_in_x.lower())  # full width, lower case
    assert take(csv_text([row(1, document_number=f" {written} ")])).ok
    ledger = SqliteLedger(ledger_path, keys)
    shown = Presented(keys.token(DocumentKind.RESIDENT, "CHN", ends_in_x))
    assert ledger.check(shown, HERE, 0.0).outcome is CheckOutcome.VALID
    ledger.close()


def test_one_person_may_hold_tickets_for_two_sessions(take: Importer) -> None:
    assert take(csv_text([row(1), row(1, session="night-2")])).imported == 2


def test_passports_need_their_state() -> None:
    event = EVENT.model_copy(update={"allowed": EVENT.allowed.model_copy(update={"documents": tuple(DocumentKind)})})

    def read(state: str) -> tuple[str | None, list[str]]:
        cells = dict(
            zip(HEADER, row(1, document_kind="passport", issuing_state=state, document_number="x1234567"), strict=True)
        )
        ticket, faults = read_row(cells, 2, event)
        return ticket.issuing_state if ticket else None, [fault.code for fault in faults]

    assert read("UTO") == ("UTO", [])
    assert read("d") == ("DEU", [])
    assert read("") == (None, ["empty"])
    assert read("Utopia") == (None, ["wrong_state"])


# --- what is refused ------------------------------------------------------------------------------------

BAD_CELLS = [
    ("document_number", number(1)[:17] + ("0" if number(1)[17] != "0" else "1"), "bad_check_digit"),
    ("document_number", "99000119901301", "bad_number"),
    ("document_number", "9.90001E+17", "spreadsheet_number"),
    ("document_number", "990001199013010019", "bad_check_digit"),
    ("document_number", "", "empty"),
    ("document_number", "1" * 41, "too_long"),
    ("document_kind", "library card", "unknown_kind"),
    ("issuing_state", "UTO", "wrong_state"),
    ("name", "", "empty"),
    ("name", "测" * 81, "too_long"),
    ("name", "测\0试", "control_character"),
    ("name", "测\x1b试", "control_character"),
    ("name", "测\u202e试", "direction_character"),
    ("ticket", "A\u2066B", "direction_character"),
    ("gate_group", "Z", "unknown_gate_group"),
    ("session", "night-9", "unknown_session"),
    ("seat_area", "x" * 61, "too_long"),
    ("ticket", "", "empty"),
]


@pytest.mark.parametrize(("column", "cell", "code"), BAD_CELLS)
def test_each_bad_cell_is_named_and_nothing_comes_in(
    take: Importer, keys: FileEventKeys, ledger_path: Path, column: str, cell: str, code: str
) -> None:
    report = take(csv_text([row(5), row(1, **{column: cell})]))
    assert [(fault.row, fault.column, fault.code) for fault in report.faults] == [(3, column, code)]
    assert report.imported == tickets(ledger_path, keys) == 0


def test_a_kind_the_event_does_not_take_is_named(tmp_path: Path, keys: FileEventKeys, ledger_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(csv_text([row(5), row(1, document_kind="护照")]), encoding="utf-8")
    cards_only = EVENT.allowed.model_copy(update={"documents": (DocumentKind.RESIDENT,)})
    report = import_roster(file, EVENT.model_copy(update={"allowed": cards_only}), keys, ledger_path)
    assert [(fault.row, fault.column, fault.code) for fault in report.faults] == [
        (3, "document_kind", "kind_not_allowed")
    ]


def test_a_roster_with_three_bad_rows_names_them_and_imports_nothing_unless_told(
    take: Importer, keys: FileEventKeys, ledger_path: Path
) -> None:
    rows = [row(person) for person in range(1, 21)]
    rows[3] = row(4, session="never")
    rows[9] = row(10, document_number=number(2))  # the same document as in row 3
    rows[15] = row(16, ticket="TICKET-000001", gate_group="?")
    report = take(csv_text(rows))
    assert sentences(report) == [
        "row 5, session: is not in the event file",
        "row 11, document_number: has a ticket for this session already (row 3)",
        "row 17, gate_group: is not in the event file",
    ]
    assert (report.rows, report.bad_rows, tickets(ledger_path, keys)) == (20, 3, 0)
    report = take(csv_text(rows), skip_bad=True)
    assert (report.ok, report.imported, tickets(ledger_path, keys)) == (False, 17, 17)


def test_importing_the_same_roster_again_says_so(take: Importer, keys: FileEventKeys, ledger_path: Path) -> None:
    take(csv_text([row(1)]))
    report = take(csv_text([row(1), row(2)]))
    assert [fault.code for fault in report.faults] == ["duplicate", "duplicate"]
    assert "imported earlier" in sentences(report)[0]
    assert tickets(ledger_path, keys) == 1


def test_no_fault_repeats_a_cell(take: Importer) -> None:
    for column in HEADER:
        for fault in sentences(take(csv_text([row(1, **{column: "canary#1" * 20})]))):
            assert "canary" not in fault


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xff\xfe\x00", "encoding"),
        (b"ticket\xff\xff,\x81", "encoding"),
        (csv_text([]).encode(), "no_rows"),
        (csv_text([row(1)]).encode() + b'a,"b', "broken_quotes"),
        (csv_text([row(1)]).encode() + b'a,"b"c,d', "broken_quotes"),
        (b"x" * 30_000, "line_too_long"),
        (csv_text([row(1)]).encode() + b"y" * 30_000, "line_too_long"),
        (csv_text([row(1)[:-1]], HEADER[:-1]).encode(), "header"),
        (csv_text([[*row(1), "0"]], [*HEADER, "birthday"]).encode(), "header"),
        (csv_text([[*row(1), "0"]], [*HEADER, "姓名"]).encode(), "header"),
    ],
)
def test_files_that_cannot_be_taken_at_all(
    take: Importer, keys: FileEventKeys, ledger_path: Path, content: bytes, code: str
) -> None:
    for skip_bad in (False, True):
        report = take(content, skip_bad=skip_bad)
        assert [fault.code for fault in report.faults] == [code]
        assert report.imported == tickets(ledger_path, keys) == 0


def test_the_header_fault_names_everything_at_once(take: Importer) -> None:
    report = take(csv_text([["1", "2", "3"]], ["name", "姓名", "shoe_size"]))
    (sentence,) = sentences(report)
    assert "missing: ticket, document_kind" in sentence
    assert "given twice: name" in sentence
    assert "unknown, column number: 3" in sentence


def test_a_short_or_long_row_is_named(take: Importer) -> None:
    report = take(csv_text([row(1)[:-1], [*row(2), "more"]]))
    assert [(fault.row, fault.code) for fault in report.faults] == [(2, "wrong_cell_count"), (3, "wrong_cell_count")]


def test_a_missing_file_is_a_fault_of_the_file(tmp_path: Path, keys: FileEventKeys, ledger_path: Path) -> None:
    report = import_roster(tmp_path / "nowhere.csv", EVENT, keys, ledger_path)
    assert [fault.code for fault in report.faults] == ["unreadable"]


def test_many_faults_are_counted_and_listed_up_to_a_limit(take: Importer) -> None:
    report = take(csv_text([row(person, session="?") for person in range(1, MAX_LISTED + 101)]))
    assert (len(report.faults), report.fault_count) == (MAX_LISTED, MAX_LISTED + 100)


# --- what is left ---------------------------------------------------------------------------------------


def test_nothing_of_the_roster_is_in_clear_anywhere(
    take: Importer, tmp_path: Path, ledger_path: Path, keys: FileEventKeys
) -> None:
    rows = [row(person, name=f"金丝雀{person}", seat_area=f"canary-seat-{person}") for person in range(1, 2001)]
    progress: list[int] = []
    file = tmp_path / "roster.csv"
    file.write_text(csv_text(rows), encoding="utf-8")
    report = import_roster(file, EVENT, keys, ledger_path, progress.append)
    file.unlink()
    assert (report.imported, progress) == (2000, [1000, 2000, 2000])
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for canary in ("金丝雀", "canary-seat", "TICKET-000", number(7)[:14], number(1999)):
        assert canary.encode("utf-8") not in everything


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(st.sampled_from(REQUIRED), words))
def test_any_cells_give_a_ticket_or_faults_never_both(cells: dict[str, str]) -> None:
    ticket, faults = read_row(cells, 2, EVENT)
    assert (ticket is None) == bool(faults)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2**32))
def test_damaged_files_are_reported_and_never_half_imported(take: Importer, noise: bytes, seed: int) -> None:
    whole = bytearray(csv_text([row(person) for person in range(1, 6)]).encode())
    chance = random.Random(seed)
    place = chance.randrange(len(whole))
    whole[place : place + chance.randrange(4)] = noise
    report = take(bytes(whole))
    assert report.imported == (report.rows if report.ok else 0)


def test_the_event_decides_what_a_code_looks_like(tmp_path: Path, keys: FileEventKeys, ledger_path: Path) -> None:
    strict = EVENT.ticket_code.model_copy(update={"needed": True, "pattern": "[0-9]{12}"})
    event: EventConfig = EVENT.model_copy(update={"ticket_code": strict})
    file = tmp_path / "roster.csv"
    file.write_text(csv_text([row(1)]), encoding="utf-8")
    report = import_roster(file, event, keys, ledger_path)
    assert [fault.code for fault in report.faults] == ["bad_code"]


def test_a_roster_too_long_for_an_open_event_is_refused_whole_with_the_row_and_the_way_out(
    tmp_path: Path, keys: FileEventKeys, ledger_path: Path
) -> None:
    file = tmp_path / "late.csv"
    file.write_text(csv_text(row(person) for person in range(4)), encoding="utf-8")
    report = import_roster(file, EVENT, keys, ledger_path, most_rows=3)
    assert report.imported == 0
    assert [(fault.code, fault.row) for fault in report.faults] == [("too_many_rows", 5)]
    assert "split the file" in str(report.faults[0])
    assert import_roster(file, EVENT, keys, ledger_path, most_rows=4).imported == 4
