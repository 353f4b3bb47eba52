"""Somebody who never organised an event before, at a terminal: the commands of an event, one after the other."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from kiosk.cli.main import app
from kiosk.config.places import EventPlace

EVENT, SECRET = "my-event-2026", "LIGHTHOUSE 7 CHOIR 4"


class Shell:
    """The commands, given one after the other in one folder."""

    def __init__(self, folder: Path) -> None:
        self.place = EventPlace(folder / "data", folder / "keys", EVENT)
        self.secret = folder / "secret"
        self.secret.write_text(SECRET, "utf-8")
        self.secret.chmod(0o600)
        self._runner = CliRunner(
            env={"VENUE_KIOSK_DATA": str(self.place.data_dir), "VENUE_KIOSK_KEYS": str(self.place.key_dir)}
        )

    def tried(self, *words: str) -> Result:
        return self.kiosk("event", *words)

    def kiosk(self, *words: str, answers: tuple[str, ...] = ()) -> Result:
        """Any command; ``answers`` to what it asks."""
        return self._runner.invoke(app, list(words), input="".join(f"{line}\n" for line in answers))

    def does(self, *words: str) -> str:
        result = self.tried(*words)
        assert result.exit_code == 0, result.output
        return str(result.output)
