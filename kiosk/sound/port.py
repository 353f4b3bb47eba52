"""The port of sound."""

from __future__ import annotations

from typing import Protocol

from kiosk.sound.cues import Cue


class SoundPlayer(Protocol):
    """Plays one cue at a time; a newer one ends the one that is playing. Called from the window's thread."""

    def play(self, cue: Cue) -> None:
        """Have the cue heard. Returns at once and never raises: a visit does not depend on its sounds."""

    def close(self) -> None:
        """Be silent from now on. Twice is fine."""


class NoSound:
    """A station without a loudspeaker, or without a program that plays."""

    def play(self, cue: Cue) -> None:
        """Nothing is heard; the glass says the same."""

    def close(self) -> None:
        """Nothing to close."""
