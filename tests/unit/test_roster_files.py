"""Rosters as ticket systems and offices hand them over: workbooks, pretix, other headings; guesses and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.port import DocumentKind
from kiosk.closing import life
from kiosk.config.event import EventConfig
from kiosk.ledger.numbers import count_tickets
from kiosk.ledger.port import Place
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.roster.faults import ImportCancelled, ImportReport, RosterUnreadable
from kiosk.roster.importer import import_roster, look_at_columns
from kiosk.roster.mapping import Wish
from kiosk.roster.mrz_digit import mrz_check_digit
from kiosk.roster.remembered import as_text, remembered
from kiosk.roster.report_file import report_csv
from kiosk.roster.row import read_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.event_place import make_event
from tests.helpers.roster import EVENT, HEADER, csv_text, number, row
from tests.helpers.workbooks import packed, parts_of, shared, with_part, workbook

PRETIX_HEADER = (
    *("Order code", "Position ID", "Status", "Email", "Order date", "Product", "Variation", "Price", "Tax rate"),
    *("Tax rule", "Tax value", "Attendee name", "Attendee name: Given name", "Attendee email", "Voucher"),
    *("Pseudonymization ID", "Ticket secret", "ID number", "Company", "Address", "City", "Country", "VAT ID"),
)
GUESSED = ("Ticket no.", "证件种类", "Passport number", "观演人姓名", "Entrance gate", "演出场次", "看台座位")


@pytest.fixture
def keys(tmp_path: Path) -> FileEventKeys:
    return FileEventKeys.create(tmp_path / "rehearsal.key", "rehearsal")


Take = Callable[..., ImportReport]


@pytest.fixture
def take(tmp_path: Path, keys: FileEventKeys) -> Take:
    def take(content: bytes, wish: Wish | None = None, event: EventConfig = EVENT) -> ImportReport:
        file = tmp_path / "roster"
        file.write_bytes(content)
        return import_roster(file, event, keys, tmp_path / "ledger.sqlite", wish=wish)

    return take


def sentences(report: ImportReport) -> list[str]:
    return [str(fault) for fault in report.faults]


def pretix_row(person: int, **changes: str) -> list[str]:
    cells = dict.fromkeys(PRETIX_HEADER, "left unread") | {
        "Status": "paid",
        "Order date": "2026-04-02",
        "Product": "Standing",
        "Attendee name": f"测试{person}",
        "Ticket secret": f"secret{person:020d}",
        "ID number": number(person),
    }
    return list((cells | changes).values())


# --- workbooks ------------------------------------------------------------------------------------


def test_a_workbook_is_read_like_text(take: Take) -> None:
    cells: list[list[Any]] = [[*row(1), None], [*row(2), 12.0, ""]]
    report = take(workbook(cells, [*HEADER, "price"]))
    assert (sentences(report), report.imported, report.sheet) == ([], 2, "Roster")


def test_words_in_a_table_of_their_own_are_read(take: Take) -> None:
    file = shared(workbook([row(1), row(2, name="姓 & 名")]))
    assert b"sharedStrings" in parts_of(file)["[Content_Types].xml"]
    assert take(file).imported == 2


NAMED = [row(1, name="CANARY", gate_group="A", session="night-1")]
RUNS = b"<r><t>Jo </t></r><r><t>Example</t></r><rPh><t>said so</t></rPh>"


@pytest.mark.parametrize("kept", [workbook, lambda rows: shared(workbook(rows))], ids=["in place", "in a table"])
def test_runs_of_a_word_are_one_and_how_it_is_said_is_none(
    take: Take, tmp_path: Path, keys: FileEventKeys, kept: Callable[[list[list[str]]], bytes]
) -> None:
    file = packed((name, part.replace(b"<t>CANARY</t>", RUNS)) for name, part in parts_of(kept(NAMED)).items())
    assert take(file).imported == 1
    ledger = SqliteLedger(tmp_path / "ledger.sqlite", keys)
    assert len(ledger.search("jo example", Place("desk-1", "A", "night-1")).hits) == 1
    ledger.close()


def test_entities_declared_late_are_refused(take: Take) -> None:
    declared = b"<?xml version='1.0'?><!--" + b" " * 5000 + b"--><!DOCTYPE w [<!ENTITY a 'aa'>]>"
    file = with_part(workbook([row(1)]), "xl/worksheets/sheet1.xml", lambda sheet: declared + sheet.partition(b"?>")[2])
    assert [fault.code for fault in take(file).faults] == ["spreadsheet"]


def test_a_date_is_a_date_where_one_belongs(take: Take) -> None:
    report = take(workbook([[*row(1), datetime.fromisoformat("2026-04-30 20:00")]], [*HEADER, "绑定时间"]))
    assert (report.imported, [note.code for note in report.notes]) == (1, ["late_binding"])


def test_whole_numbers_are_codes_and_rows_end_with_their_last_cell(take: Take) -> None:
    cells: list[Any] = [4711, *row(1)[1:-1]]  # the seat area is not there at all
    assert take(workbook([cells])).imported == 1
    assert [fault.code for fault in take(workbook([[4711, *row(2)[1:]]])).faults] == ["duplicate"]


def test_cells_behind_the_headers_last_are_no_roster(take: Take) -> None:
    assert [fault.code for fault in take(workbook([[*row(1), "", "更多"]])).faults] == ["wrong_cell_count"]


def test_the_sheet_with_the_roster_is_found_and_another_can_be_named(take: Take) -> None:
    both = workbook([["x"]], ["Notes"], {"Guests": [HEADER, row(1)], "Later": [HEADER, row(2), row(3)]})
    assert (take(both).sheet, take(both, Wish(sheet="Later")).imported) == ("Guests", 2)
    assert sentences(take(both, Wish(sheet="Nowhere"))) == ["file: has no such sheet"]
    assert sentences(take(csv_text([row(9)]).encode(), Wish(sheet="Later"))) == [
        "file: is no workbook and has no sheets"
    ]


# --- headings -------------------------------------------------------------------------------------


def guessed_file() -> bytes:
    cells = [[each for place, each in enumerate(row(person)) if place != 2] for person in (1, 2)]
    return csv_text(cells, GUESSED).encode()


def test_guessed_headings_are_shown_and_asked_about_before_anything_is_read(take: Take, tmp_path: Path) -> None:
    (sentence,) = sentences(take(guessed_file()))
    assert "only guessed (ticket in column 1" in sentence
    assert "document_kind" not in sentence  # 证件种类 is known
    shown = look_at_columns(tmp_path / "roster", EVENT)
    assert {column: shown.header[place] for column, place in shown.layout.places.items()} == {
        "ticket": "Ticket no.",
        "document_kind": "证件种类",
        "document_number": "Passport number",
        "name": "观演人姓名",
        "gate_group": "Entrance gate",
        "session": "演出场次",
        "seat_area": "看台座位",
    }
    assert shown.layout.fixed == {"issuing_state": "CHN"}  # the event takes Chinese documents alone
    assert take(guessed_file(), Wish(confirmed=True)).imported == 2


def test_two_headings_that_could_be_one_column_are_not_guessed(take: Take) -> None:
    header = [*HEADER[:4], "观演人姓名", *HEADER[5:], "购票人姓名"]
    (sentence,) = sentences(take(csv_text([[*row(1), "x"]], header).encode()))
    assert "missing: name" in sentence
    assert "unknown, column number: 5, 9" in sentence


def test_what_is_said_goes_before_what_is_known(take: Take) -> None:
    header = [*HEADER[:4], "holder", "Block", *HEADER[6:7], "seat"]
    cells = [[*row(1, gate_group="North"), ""][:8]]
    wish = Wish({"gate_group": "Block"}, {"session": "night-2"}, {"gate_group": {"NORTH": "A"}})
    assert take(csv_text(cells, header).encode(), wish).imported == 1


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Wish({"shoe_size": "x"}), "no column shoe_size"),
        (Wish({"name": "Nobody"}), "heading that was named"),
        (Wish(fixed={"name": "Li"}), "only these can be the same"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(take: Take, wish: Wish, says: str) -> None:
    assert says in sentences(take(csv_text([row(1)]).encode(), wish))[0]


def test_what_the_event_leaves_no_choice_about_need_not_be_in_the_file(take: Take) -> None:
    one = EVENT.model_copy(update={"sessions": EVENT.sessions[:1], "gate_groups": EVENT.gate_groups[:1]})
    header = [column for column in HEADER if column not in {"session", "gate_group", "issuing_state"}]
    cells = [cell for column, cell in zip(HEADER, row(1), strict=True) if column in header]
    assert take(csv_text([cells], header).encode(), event=one).imported == 1


@pytest.mark.parametrize("heading", ["票价", "Price", "渠道", "No."])
def test_what_tells_of_the_order_alone_is_left_unread(take: Take, heading: str) -> None:
    assert take(csv_text([[*row(1), "=1+1"]], [*HEADER, heading]).encode()).imported == 1


@pytest.mark.requirement("R-37")
@pytest.mark.parametrize(
    "heading", ["phone", "Email", "出生日期", "性别", "民族", "address", "VIP level", "备注", "blacklist"]
)
def test_what_describes_a_person_is_refused_whatever_is_said(take: Take, heading: str) -> None:
    for wish in (Wish(), Wish(confirmed=True)):
        assert [each.code for each in take(csv_text([[*row(1), ""]], [*HEADER, heading]).encode(), wish).faults] == [
            "header"
        ]


def test_how_a_file_was_read_is_remembered_for_the_next_with_its_headings(tmp_path: Path) -> None:
    place = make_event(tmp_path)
    text = place.event_file.read_text(encoding="utf-8")
    place.event_file.write_text(text.replace(', "passport", "identity-card"]', "]"), encoding="utf-8")
    file = tmp_path / "guessed.csv"
    file.write_bytes(guessed_file().replace(b"TICKET-", b"LATER-").replace(number(1).encode(), number(901).encode()))
    file.write_bytes(file.read_bytes().replace(number(2).encode(), number(902).encode()))
    assert not life.import_tickets(place, file).ok
    assert life.import_tickets(place, file, wish=Wish(confirmed=True)).imported == 2
    assert remembered(place.roster_columns_file).columns["name"] == "观演人姓名"
    again = file.read_bytes().replace(b"LATER-", b"LAST-").replace(number(901).encode(), number(903).encode())
    file.write_bytes(again.replace(number(902).encode(), number(904).encode()))
    assert life.import_tickets(place, file).imported == 2
    file.write_text(csv_text([row(905, ticket="OTHER-905")]), encoding="utf-8")
    assert life.import_tickets(place, file).imported == 1  # other headings: nothing of it is taken


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"columns": 1}', '{"columns": {}, "fixed": {}, "words": [], "sheet": ""}']
)
def test_a_damaged_memory_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "m").write_text(text)
    assert remembered(tmp_path / "m") == remembered(tmp_path / "nowhere") == Wish()


def test_a_memory_comes_back_whole_and_names_no_columns_of_its_own(tmp_path: Path) -> None:
    wish = Wish({"name": "姓名 "}, {"session": "s"}, {"gate_group": {"x": "A"}}, "Sheet", confirmed=True)
    (tmp_path / "m").write_text(as_text(wish), encoding="utf-8")
    assert remembered(tmp_path / "m") == wish
    (tmp_path / "m").write_text(as_text(wish).replace('"session"', '"name"'), encoding="utf-8")
    assert remembered(tmp_path / "m").fixed == {}


# --- pretix ---------------------------------------------------------------------------------------

PRETIX_WISH = Wish(
    {"document_number": "ID number"},
    {"document_kind": "cn-resident", "session": "night-1"},
    {"gate_group": {"Standing": "A"}},
    confirmed=True,
)


def test_an_order_export_of_pretix_is_read(take: Take, tmp_path: Path) -> None:
    cells = [pretix_row(1), pretix_row(2, Status="canceled")]
    report = take(workbook([["x"]], ["Orders"], {"Order positions": [PRETIX_HEADER, *cells]}), PRETIX_WISH)
    assert (sentences(report), report.imported, report.system) == ([], 2, "pretix")
    assert count_tickets(tmp_path / "ledger.sqlite")["revoked"] == 1


def test_orders_of_pretix_that_are_not_paid_are_named(take: Take) -> None:
    report = take(csv_text([pretix_row(1, Status="pending")], PRETIX_HEADER).encode(), PRETIX_WISH)
    assert sentences(report) == ["row 2, status: must be valid or revoked; of pretix take paid orders only"]


def test_a_product_is_no_gate_until_somebody_says_so(take: Take) -> None:
    wish = Wish(PRETIX_WISH.columns, PRETIX_WISH.fixed, PRETIX_WISH.words)
    assert "gate_group in column 6" in sentences(take(csv_text([pretix_row(1)], PRETIX_HEADER).encode(), wish))[0]


def test_a_question_of_pretix_that_describes_people_is_refused(take: Take) -> None:
    report = take(csv_text([[*pretix_row(1), "x"]], [*PRETIX_HEADER, "Date of birth"]).encode(), PRETIX_WISH)
    assert "unknown, column number: 24" in sentences(report)[0]


# --- what is noted --------------------------------------------------------------------------------


def noted(take: Take, cells: Sequence[str], header: Sequence[str] = HEADER) -> list[str]:
    report = take(csv_text([cells], header).encode())
    assert report.ok, report.faults
    return [note.code for note in report.notes]


@pytest.mark.requirement("R-32")
@pytest.mark.parametrize(
    ("bound_at", "codes"),
    [
        ("2026-04-29 10:00", []),
        ("2026-04-30T17:29:59+08:00", []),
        ("2026-04-30T17:30:01+08:00", ["late_binding"]),
        ("2026/04/30", ["late_binding"]),
        ("2026-04-29", []),
        ("", []),
    ],
)
def test_bindings_within_a_day_of_doors_are_noted(take: Take, bound_at: str, codes: list[str]) -> None:
    doors = EVENT.sessions[0].doors
    assert doors.isoformat() == "2026-05-01T17:30:00+08:00"
    assert noted(take, [*row(1), bound_at], [*HEADER, "bound_at"]) == codes


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("张伟", []),
        ("阿卜杜拉·买买提", []),
        ("阿卜杜拉•买买提", ["middle_dot"]),
        ("阿" * 15, ["name_cut"]),
        ("阿" * 16, ["name_cut"]),
        ("阿" * 14, []),
        ("张\U00020087", ["rare_character"]),
        ("张\ue816", ["rare_character"]),
        ("张?", ["lost_character"]),
        ("Li Wei", []),
    ],
)
def test_names_that_cards_write_otherwise_are_noted(take: Take, name: str, codes: list[str]) -> None:
    assert noted(take, row(1, name=name)) == codes


def test_a_time_that_is_none_is_a_fault(take: Take) -> None:
    report = take(csv_text([[*row(1), "yesterday"]], [*HEADER, "bound_at"]).encode())
    assert [fault.code for fault in report.faults] == ["wrong_time"]


def test_check_digits_of_machine_readable_zones() -> None:
    assert mrz_check_digit("L898902C3") == "6"  # ICAO 9303 part 4, appendix B
    assert mrz_check_digit("D23145890") == "7"  # ICAO 9303 part 5, appendix B
    event = EVENT.model_copy(update={"allowed": EVENT.allowed.model_copy(update={"documents": tuple(DocumentKind)})})

    def read(written: str) -> tuple[str | None, list[str]]:
        values = row(1, document_kind="passport", issuing_state="UTO", document_number=written)
        ticket, faults = read_row(dict(zip(HEADER, values, strict=True)), 2, event)
        return ticket.number if ticket else None, [fault.code for fault in faults]

    assert read("L898902C36") == ("L898902C3", [])
    assert read("L898902C3") == ("L898902C3", [])
    assert read("L898902C35") == (None, ["bad_check_digit"])


# --- the report, and stopping ---------------------------------------------------------------------


def test_the_report_names_every_row_and_no_cell(take: Take) -> None:
    rows = [row(1), row(2, session="canary"), row(3, name="阿" * 15), row(4, gate_group="canary")]
    text = report_csv(take(csv_text(rows).encode())).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == "row,column,kind,code,what"
    assert lines[1:4] == [
        "3,session,fault,unknown_session,is not in the event file",
        "5,gate_group,fault,unknown_gate_group,is not in the event file",
        "4,name,note,name_cut,has exactly 15 characters: the ticket system may have cut it",
    ]
    assert "canary" not in text


@pytest.mark.parametrize("content", [csv_text, workbook], ids=["csv", "xlsx"])
def test_a_cancelled_import_leaves_nothing(
    tmp_path: Path, keys: FileEventKeys, content: Callable[[list[list[str]]], str | bytes]
) -> None:
    made = content([row(person) for person in range(2500)])
    file = tmp_path / "roster"
    file.write_bytes(made if isinstance(made, bytes) else made.encode())

    def stop_at_2000(rows: int) -> None:
        if rows >= 2000:
            raise ImportCancelled

    before = sorted(tmp_path.iterdir())
    with pytest.raises(ImportCancelled):
        import_roster(file, EVENT, keys, tmp_path / "ledger.sqlite", stop_at_2000)
    assert count_tickets(tmp_path / "ledger.sqlite")["tickets"] == 0
    left = {path.name.removesuffix("-wal").removesuffix("-shm") for path in tmp_path.iterdir()}
    assert left == {path.name for path in before} | {"ledger.sqlite"}


def test_a_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.xlsx"):
        with pytest.raises(RosterUnreadable, match=r"plain file|cannot be read"):
            look_at_columns(path, EVENT)
