"""When something is heard: a new result on the glass, a touch, a call that got through. Window's thread."""

from __future__ import annotations

from datetime import datetime

from kiosk.config.machine import SoundConfig
from kiosk.ports import Clock
from kiosk.sound.cues import Cue
from kiosk.sound.hearing import cue_of, within
from kiosk.sound.port import SoundPlayer
from kiosk.visit.view import View


class Sounding:
    """Asks the player for cues, unless the station is quiet now."""

    def __init__(self, player: SoundPlayer, config: SoundConfig, clock: Clock) -> None:
        self._player, self._config, self._clock = player, config, clock
        self._last: Cue | None = None

    def view_shown(self, view: View) -> None:
        """Each result once: that its screen is shown again, with one word more, is no news to the ear."""
        cue, last = cue_of(view), self._last
        self._last = cue
        if cue is not None and cue is not last:
            self._play(cue)

    def touched(self) -> None:
        self._play(Cue.TOUCH)

    def staff_called(self, called: bool) -> None:
        """``called`` False: somebody is on the way, and the button says so."""
        if called:
            self._play(Cue.HELP_CALLED)

    def stop(self) -> None:
        self._player.close()

    def _play(self, cue: Cue) -> None:
        now = datetime.fromtimestamp(self._clock.now()).time()  # noqa: DTZ006 - quiet hours are those of the wall clock
        config = self._config
        if not config.quiet and not within(now, config.quiet_from, config.quiet_until):
            self._player.play(cue)
