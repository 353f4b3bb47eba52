"""Fuzzed rosters, settings files and ticket codes; the same functions serve small and long runs.

Whatever comes in ends as values or as faults: no other exception, no hang, nothing half imported, one clear sentence
per fault that repeats nothing of what was read. A failure names seed and number, which repeat it.
"""

from __future__ import annotations

import csv
import io
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.config.event import EventConfig, TicketCode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event, load_machine
from kiosk.config.rehearsal_event import rehearsal_event_text
from kiosk.config.station import combine
from kiosk.domain.check import normalise_code
from kiosk.domain.names import compare_names
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.roster.faults import ImportReport
from kiosk.roster.importer import import_roster
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.config import shipped
from tests.helpers.roster import EVENT, HEADER, row

SLOWEST_ALLOWED_S = 1.0
"""Processor time for one input; how busy the machine is is no finding."""
LONGEST_SENTENCE = 400
ROWS_PER_FILE = 100
CANARY = "canary"

STRANGE = (
    "", " ", "\x00", "\x1b[2J", "\u202e", "\ud800", "\U0010ffff", "\ufeff", "\u2028", "﹣", "１２３", "Ⅷ", "ﬃ", "İ",
    "ß", "a" * 81, "九" * 501, "9" * 5000, "0x10", "1e308", "nan", "-1", "=1+1", "@SUM(1)", "'; DROP TABLE tickets; --",
    "../../etc/passwd", "%s%n", "{0}", "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "cn-resident", "passport", "CHN",
    "D", "4.40106E+17", "110101199002300015", "11010119900230001X", "有效", "作废", "revoked", "A", "night-1", "·" * 40,
)  # fmt: skip
"""Cells, values and pieces that broke somebody's reader once."""

TOML_VALUES = (
    "true", "false", "0", "-1", "1e400", "nan", "inf", "-inf", "9" * 30, "9" * 5000, '""', '"\\u0000"', "[]", "{}",
    "[[]]", '"' + "x" * 5000 + '"', "1979-05-27", "1979-05-27T07:32:00Z", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "07:32:00", "'''\n'''", '"rehearsal"', '"live"', "{ zh = 1 }", '["zh", "zh"]',
    "[" * 2000 + "]" * 2000, "{a=" * 500 + "1" + "}" * 500, '"(((a+)+)+)+$"', '"a{4294967296}"', '"(?<=a*)b"',
    '"[[:x:]]"', '"(?P<n>a)(?(n)b|c)"', '"\\\\"', '"a{0,500}a{0,500}a{0,500}a{0,500}"',
    "0xffffffffffffffffffff", "1_000", "+5.0",
)  # fmt: skip


@dataclass
class FuzzFigures:
    """What a run saw. ``accepted``: rows imported, files that were good, codes that fit. ``slowest_s``: processor
    time of one input (one file for rosters)."""

    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    slowest_s: float = 0.0

    def timed(self, what: str, act: Callable[[], bool]) -> None:
        begun_s = time.thread_time()
        accepted = act()
        took_s = time.thread_time() - begun_s
        self.slowest_s = max(self.slowest_s, took_s)
        assert took_s < SLOWEST_ALLOWED_S, f"{what} took {took_s:.2f} s"
        self.inputs += 1
        self.accepted += accepted
        self.refused += not accepted


def is_clear(sentence: str) -> bool:
    """One line, of bounded length, that repeats no canary."""
    return bool(sentence) and len(sentence) <= LONGEST_SENTENCE and sentence.isprintable() and CANARY not in sentence


# --- rosters --------------------------------------------------------------------------------------


def fuzz_rosters(seed: int, rows: int) -> FuzzFigures:
    """``rows`` rows in files of a hundred, each imported twice: all or nothing, then with bad rows skipped."""
    chance, figures = random.Random(seed), FuzzFigures()
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as name:
        folder = Path(name)
        keys = FileEventKeys.create(folder / "fuzz.key", EVENT.id)
        for number in range(-(-rows // ROWS_PER_FILE)):
            roster, store = folder / "roster.csv", folder / f"{number}.sqlite"
            count = min(ROWS_PER_FILE, rows - number * ROWS_PER_FILE)
            roster.write_bytes(_roster(chance, count))
            _import_twice(roster, store, keys, f"seed {seed} file {number}", figures, count)
            for left in folder.glob(f"{number}.sqlite*"):
                left.unlink()
    return figures


def _import_twice(roster: Path, store: Path, keys: FileEventKeys, where: str, figures: FuzzFigures, rows: int) -> None:
    SqliteLedger(store, keys).close()
    begun_s = time.thread_time()
    whole = import_roster(roster, EVENT, keys, store)
    assert whole.imported == (whole.rows if whole.ok else 0), where
    assert _tickets(store, keys) == whole.imported, f"{where}: a part was imported"
    again = import_roster(roster, EVENT, keys, store, skip_bad=True)
    took_s = time.thread_time() - begun_s
    figures.slowest_s = max(figures.slowest_s, took_s)
    assert took_s < 4 * SLOWEST_ALLOWED_S, f"{where} took {took_s:.2f} s"  # two imports and two counts of a whole file
    if not whole.ok:
        unreadable = any(fault.row <= 1 or fault.code in WHOLE_FILE for fault in again.faults)
        assert unreadable or again.imported + again.bad_rows == again.rows, where
        assert _tickets(store, keys) == again.imported, f"{where}: stored is not what was said"
    for report in (whole, again):
        _sentences_are_clear(report, where)
    figures.inputs += rows
    figures.accepted += _tickets(store, keys)
    figures.refused += rows - _tickets(store, keys)


WHOLE_FILE = frozenset({"broken_quotes", "line_too_long", "encoding", "too_many_rows"})


def _sentences_are_clear(report: ImportReport, where: str) -> None:
    for fault in report.faults:
        assert is_clear(str(fault)), f"{where}: {fault.code}"
        assert fault.code
        assert fault.code.islower()


def _tickets(store: Path, keys: FileEventKeys) -> int:
    ledger = SqliteLedger(store, keys)
    try:
        return ledger.counts()["tickets"]
    finally:
        ledger.close()


def _roster(chance: random.Random, rows: int) -> bytes:
    """A good roster in which some cells, rows, and now and then the bytes themselves are spoilt."""
    cells = [_row(chance, person) for person in chance.sample(range(900_000), rows)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=chance.choice(",,,,;\t|"))
    writer.writerow(_header(chance))
    writer.writerows(cells)
    text = out.getvalue()
    if chance.random() < 0.05:
        text = text.replace("\r\n", chance.choice(("\n", "\r", "\n\n", "\r\n\x00")))
    encoding = chance.choice(("utf-8",) * 5 + ("utf-8-sig", "gb18030", "utf-16"))
    data = text.encode(encoding, "surrogatepass" if encoding == "utf-8" else "replace")
    return _spoilt(chance, data) if chance.random() < 0.15 else data


def _header(chance: random.Random) -> Sequence[str]:
    header = list(HEADER)
    if chance.random() < 0.05:
        place = chance.randrange(len(header))
        header[place] = chance.choice((*STRANGE, *header))
    return header


def _row(chance: random.Random, person: int) -> list[str]:
    cells = row(person, name=f"{CANARY}{person}")
    for _ in range(chance.choice((0, 0, 0, 0, 1, 2, 9))):
        place = chance.randrange(len(cells))
        cells[place] = _strange(chance, cells[place])
    if chance.random() < 0.02:
        cells = cells[: chance.randrange(len(cells))] if chance.random() < 0.5 else cells + cells
    return cells


def _strange(chance: random.Random, cell: str) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice(STRANGE)
    if kind == 1:
        place = chance.randrange(len(cell) + 1)
        return cell[:place] + chance.choice(STRANGE) + cell[place:]
    if kind == 2:
        return "".join(chr(_any_character(chance)) for _ in range(chance.randrange(1, 30)))
    return cell[: chance.randrange(len(cell) + 1)]


def _any_character(chance: random.Random) -> int:
    return chance.choice(
        (
            chance.randrange(0x20, 0x7F),
            chance.randrange(0x20),
            chance.randrange(0x4E00, 0x9FFF),
            chance.randrange(0x110000),
        )
    )


def _spoilt(chance: random.Random, data: bytes) -> bytes:
    """Bytes flipped, cut out, doubled or put in."""
    spoilt = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        if not spoilt:
            break
        begin = chance.randrange(len(spoilt))
        end = min(len(spoilt), begin + chance.randrange(1, 40))
        match chance.randrange(4):
            case 0:
                spoilt[begin] ^= chance.randrange(1, 256)
            case 1:
                del spoilt[begin:end]
            case 2:
                spoilt[begin:begin] = spoilt[begin:end]
            case _:
                spoilt[begin:begin] = chance.randbytes(end - begin)
    return bytes(spoilt)


# --- settings files -------------------------------------------------------------------------------


def fuzz_settings(seed: int, count: int) -> FuzzFigures:
    """``count`` event and machine files, read from disk as the product reads them, and put together where good."""
    chance, figures = random.Random(seed), FuzzFigures()
    event_text, machine_text = (
        rehearsal_event_text(date(2026, 5, 1)),
        shipped("example-machine", **{"my-event-2026": EVENT.id}),
    )
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as name:
        file = Path(name) / "settings.toml"
        for number in range(count):
            for_event = chance.random() < 0.5
            text = _settings(chance, event_text if for_event else machine_text)
            data = text.encode("utf-8", "surrogatepass")
            file.write_bytes(_spoilt(chance, data) if chance.random() < 0.3 else data)
            figures.timed(f"seed {seed} file {number}", lambda for_event=for_event: _loads(file, for_event))  # type: ignore[misc]
    return figures


def _loads(file: Path, for_event: bool) -> bool:
    try:
        if for_event:
            _used(load_event(file))
        else:
            combine(EVENT, load_machine(file), str(file))
    except ConfigFaults as faults:
        sentences = [fault.problem for fault in faults.faults]
    else:
        return True
    assert sentences
    for sentence in sentences:
        assert is_clear(sentence), repr(sentence)
    return False


def _used(event: EventConfig) -> None:
    """What a good event file is used for at once."""
    for session in event.sessions:
        assert event.session_at(session.doors) in event.sessions
    for code in ("", "A" * event.ticket_code.max_length, "TICKET-000001"):
        event.ticket_code.fits(code)


def _settings(chance: random.Random, text: str) -> str:
    lines = text.splitlines()
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        place = chance.randrange(len(lines))
        lines[place : place + 1] = _spoilt_line(chance, lines, place)
    return "\n".join(lines)


def _spoilt_line(chance: random.Random, lines: list[str], place: int) -> list[str]:
    line = lines[place]
    key, equals, _ = line.partition("=")
    match chance.randrange(6):
        case 0 if equals:
            return [f"{key}= {chance.choice(TOML_VALUES)}"]
        case 1 if equals:
            return [f'{key}= "{chance.choice(STRANGE)}"']
        case 2:
            return []
        case 3:
            return [line, line]
        case 4:
            return [line, f"unknown_{chance.randrange(9)} = {chance.choice(TOML_VALUES)}"]
        case _:
            return [_strange(chance, line)]


# --- ticket codes ---------------------------------------------------------------------------------


def fuzz_codes(seed: int, count: int) -> FuzzFigures:
    """``count`` scanned or typed codes: format check, the one spelling, its token, a look-up key; and names beside."""
    chance, figures = random.Random(seed), FuzzFigures()
    checks = [TicketCode(), EVENT.ticket_code, TicketCode(pattern="[A-Z]{3}-?[0-9]+(?:-[0-9]+)?", max_length=500)]
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as name:
        keys = FileEventKeys.create(Path(name) / "fuzz.key", EVENT.id)
        for number, code in enumerate(_codes(chance, count)):
            check = chance.choice(checks)
            figures.timed(
                f"seed {seed} code {number}",
                lambda code=code, check=check: _takes(code, check, keys),  # type: ignore[misc]
            )
    return figures


def _takes(code: str, check: TicketCode, keys: FileEventKeys) -> bool:
    spelt = normalise_code(code)
    assert normalise_code(spelt) == spelt, "a spelling of a spelling"
    assert len(keys.code_token(spelt)) == TOKEN_BYTES
    compare_names(code[:80], spelt[:80])
    fits = check.fits(spelt)
    if fits:
        assert check.min_length <= len(spelt) <= check.max_length
        assert re.fullmatch(check.pattern, spelt)
    return fits


TOKEN_BYTES = 32


def _codes(chance: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        code = f"PLN-{chance.randrange(10**6):06d}"
        for _ in range(chance.choice((0, 1, 1, 2))):
            code = _strange(chance, code)
        yield code * chance.choice((1, 1, 1, 40))
