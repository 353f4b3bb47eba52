"""``kiosk event`` with protected keys: who is asked when, what is never an argument, and no clear copy of a roster."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.cli import asking
from kiosk.cli.event import event_app
from kiosk.cli.event_key import protection_chosen
from kiosk.closing import keys
from kiosk.config.event import EventConfig, Mode
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault import opening_secret
from kiosk.vault.copies import protection_of
from kiosk.vault.protection import Protection
from tests.helpers.event_place import CANARIES, DAY, write_event_file, write_roster
from tests.helpers.roster import number
from tests.helpers.vault import CHEAP, OTHER_SECRET, SECRET

app = typer.Typer()
app.add_typer(event_app, name="event")


class Shell:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = EventPlace(folder / "data", folder / "keys", "rehearsal")
        self.environment = {
            "VENUE_KIOSK_DATA": str(self.place.data_dir),
            "VENUE_KIOSK_KEYS": str(self.place.key_dir),
        }

    def __call__(self, *arguments: object, typed: str = "") -> Result:
        return CliRunner(env=self.environment).invoke(app, ["event", *map(str, arguments)], input=typed)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(opening_secret, "Cost", lambda: CHEAP)
    monkeypatch.setattr(asking, "_has_terminal", lambda: True)  # without one nothing can be typed in secret
    return Shell(tmp_path)


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(SECRET + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_protected_events_whole_life(shell: Shell, secret_file: Path) -> None:
    new = shell("new", write_event_file(shell.folder), "--protect", "secret", typed=f"{SECRET}\n{SECRET}\n")
    assert new.exit_code == 0, new.output
    assert protection_of(shell.place.key_file) is Protection.SECRET
    assert SECRET not in new.output, "typed without echo"
    imported = shell("import", "rehearsal", write_roster(shell.folder), typed=f"{SECRET}\n")
    assert imported.exit_code == 0, imported.output
    for command in ("check", "arm"):
        assert shell(command, "rehearsal").exit_code == 0, "no secret is asked for where nothing is read"
    opened = shell("open", "rehearsal", "--secret-file", secret_file)
    assert opened.exit_code == 0, opened.output
    report = json.loads(shell("report", "rehearsal", "--json").stdout)
    assert (report["state"], report["counts"]["tickets"]) == ("open", 40)
    (shell.folder / "roster.csv").unlink()
    closed = shell("close", "rehearsal", "--yes")
    assert (closed.exit_code, shell.place.key_file.exists()) == (0, False), closed.output
    assert list(shell.place.key_dir.glob("rehearsal*")) == []


def test_a_wrong_secret_changes_nothing_and_says_what_follows(shell: Shell) -> None:
    shell("new", write_event_file(shell.folder), "--secret-file", "-", typed=SECRET)
    roster = write_roster(shell.folder)
    before = shell.place.ledger_file.read_bytes()
    wrong = shell("import", "rehearsal", roster, typed=f"{OTHER_SECRET}\n")
    assert wrong.exit_code == 1
    assert wrong.stderr.endswith("This is not the opening secret; 4 more tries before a wait of 15 minutes.\n")
    again = shell("import", "rehearsal", roster, typed=f"{SECRET}\n")
    assert (again.exit_code, "possible in 1 seconds" in again.stderr) == (1, True)
    assert shell.place.ledger_file.read_bytes() == before
    assert "gates" not in (wrong.output + again.output)


@pytest.mark.parametrize(
    ("typed", "said"), [("too short", "at least 12"), ("000000000000000", "5 different"), ("打开大门" * 5, "A-Z")]
)
def test_a_weak_secret_creates_nothing(shell: Shell, typed: str, said: str) -> None:
    result = shell("new", write_event_file(shell.folder), "--secret-file", "-", typed=typed)
    assert (result.exit_code, said in result.stderr, len(result.stderr.splitlines())) == (2, True, 1)
    assert not shell.place.folder.exists()


def test_a_secret_file_others_can_read_is_refused(shell: Shell, secret_file: Path) -> None:
    secret_file.chmod(0o644)
    event_file = write_event_file(shell.folder)
    for file, said in ((secret_file, "you alone"), (shell.folder / "nowhere", "is not there")):
        result = shell("new", event_file, "--secret-file", file)
        assert (result.exit_code, said in result.stderr) == (2, True)
    assert not shell.place.folder.exists()


def test_without_a_tpm_one_sentence_and_the_id_stays_free(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "TpmTools", lambda: event_key_tools(shell.folder))
    event_file = write_event_file(shell.folder)
    result = shell("new", event_file, "--protect", "tpm")
    assert (result.exit_code, "apt-get install tpm2-tools" in result.stderr) == (1, True)
    assert shell("new", event_file).exit_code == 0


def event_key_tools(folder: Path) -> object:
    from kiosk.vault.tpm_tools import TpmTools

    return TpmTools(str(folder / "no-commands"))


def live(event: EventConfig) -> EventConfig:
    return event.model_copy(update={"mode": Mode.LIVE})


@pytest.mark.parametrize(
    ("asked", "secret_file", "is_live", "terminal", "chosen"),
    [
        (None, None, True, True, Protection.SECRET),
        (None, None, True, False, Protection.FILE),
        (None, None, False, True, Protection.FILE),
        (None, "-", False, False, Protection.SECRET),
        (Protection.TPM, None, True, True, Protection.TPM),
        (Protection.FILE, None, True, True, Protection.FILE),
    ],
)
def test_what_is_chosen_where_nobody_chooses(
    monkeypatch: pytest.MonkeyPatch,
    asked: Protection | None,
    secret_file: str | None,
    is_live: bool,
    terminal: bool,
    chosen: Protection,
) -> None:
    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"isatty": lambda self: terminal})())
    event = rehearsal_event(DAY)
    assert protection_chosen(asked, secret_file, live(event) if is_live else event) is chosen


# --- no clear copy (R-48) ---------------------------------------------------------------------------------

_NOTE_WRITES = """
import os, sys
written = set()
def note(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if flags & (os.O_WRONLY | os.O_RDWR) and not isinstance(path, int):
            written.add(os.fspath(path))
    elif event in ("tempfile.mkstemp", "tempfile.mkdtemp", "sqlite3.connect"):
        written.add(str(arguments[0]))
    elif event in ("os.rename", "os.link", "shutil.copyfile"):
        written.add(os.fspath(arguments[1]))
sys.addaudithook(note)
from kiosk.cli.main import app
sys.argv = ["kiosk", *sys.argv[1:]]
try:
    app()
finally:
    print("\\n".join(sorted(map(str, written))), file=sys.stderr)
"""


@pytest.fixture
def held(shell: Shell) -> Iterator[SqliteLedger]:
    """A station's hold on the store keeps its write-ahead log from being folded in and removed."""
    shell("new", write_event_file(shell.folder))
    from kiosk.closing.keys import unlock_unattended

    ledger = SqliteLedger(shell.place.ledger_file, unlock_unattended(shell.place))
    ledger.counts()
    yield ledger
    ledger.close()


def test_while_the_event_is_open_no_file_holds_anybody_in_clear(shell: Shell, held: SqliteLedger) -> None:
    roster = write_roster(shell.folder)
    temporary = shell.folder / "tmp"
    temporary.mkdir()
    environment = {
        **shell.environment,
        "TMPDIR": str(temporary),
        "SQLITE_TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", _NOTE_WRITES, "event", "import", "rehearsal", str(roster)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert "40 of 40" in done.stdout
    for command in ("arm", "open"):
        assert shell(command, "rehearsal").exit_code == 0
    assert held.counts()["tickets"] == 40
    files = [path for path in shell.folder.rglob("*") if path.is_file() and path != roster]
    names = {path.name for path in files}
    assert {"ledger.sqlite", "ledger.sqlite-wal"} <= names
    texts = [*CANARIES, *(number(person) for person in range(40))]
    for path in files:
        content = path.read_bytes()
        for text in texts:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                assert text.encode(encoding) not in content, (path, text)
    assert list(temporary.iterdir()) == [], "SQLite and Python made no temporary file"
    written = [Path(line) for line in done.stderr.splitlines() if line.startswith("/")]
    elsewhere = [
        path for path in written if not path.is_relative_to(shell.folder) and path.parts[1] not in ("dev", "proc")
    ]
    assert elsewhere == [], "the import writes below the kiosk's folders alone"
    assert roster not in written
