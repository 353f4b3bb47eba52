"""``kiosk mrz learn``: one swipe teaches the settings, and nothing of the document is said."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner

from drivers.mrz.simulator import SWIPE_STYLES, SwipeSimulator
from kiosk.cli import mrz
from kiosk.cli.mrz import mrz_app
from tests.helpers.mrz import TD3


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mrz, "QUIET_S", 0.2)


def _then(say: Callable[[str], None], act: Callable[[], None]) -> Callable[[str], None]:
    """``say``, and ``act`` after the first time: the port is open by then."""
    said: list[str] = []

    def both(text: str, **more: object) -> None:
        say(text, **more)
        said.append(text)
        if len(said) == 1:
            act()

    return both


def learnt(monkeypatch: pytest.MonkeyPatch, style: str, lines: tuple[str, ...]) -> tuple[int, str]:
    with SwipeSimulator(baud=None, style=SWIPE_STYLES[style]) as slot:
        swipe = threading.Thread(target=slot.swipe, args=(lines,))
        monkeypatch.setattr("kiosk.cli.mrz.typer.echo", _then(typer.echo, swipe.start))
        result = CliRunner().invoke(mrz_app, ["learn", slot.path, "--wait", "20"])
        swipe.join()
    return result.exit_code, result.output


def test_the_settings_are_said_and_nothing_of_the_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = learnt(monkeypatch, "stx-etx", TD3)
    assert code == 0, said
    assert 'swipe_begin = "02"' in said
    assert 'swipe_end = "03"' in said
    assert "TD3" in said
    assert not any(text in said for text in ("ERIKSSON", "L898902C3", "740812"))


def test_what_is_no_zone_and_silence_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = learnt(monkeypatch, "lines", (TD3[0], TD3[0]))
    assert (code, "no zone" in said) == (1, True)
    monkeypatch.undo()
    with SwipeSimulator(baud=None) as slot:
        result = CliRunner().invoke(mrz_app, ["learn", slot.path, "--wait", "1"])
    assert (result.exit_code, "Nothing came" in result.output) == (1, True)
    missing = CliRunner().invoke(mrz_app, ["learn", "/dev/no-such-port"])
    assert (missing.exit_code, "no such device" in missing.output) == (1, True)
