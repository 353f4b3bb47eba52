"""The cues and how they sound: a few notes each, computed, the same bytes every time. No recordings, no files."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

RATE_HZ = 22_050
_ATTACK_S, _RELEASE_S = 0.008, 0.03
_FULL = 0.85 * 32_767


class Cue(StrEnum):
    """One per thing that is told by ear. Each is told to the eye at the same moment (``CAPTIONS``)."""

    WELCOME = "welcome"
    TO_STAFF = "to_staff"  # chosen or sent: one sound, as it is one sign
    WHERE_TO_GO = "where_to_go"
    CLOSED = "closed"
    TOUCH = "touch"
    HELP_CALLED = "help_called"


@dataclass(frozen=True)
class Note:
    """``pitch_hz`` for ``length_s``, dying away to half every ``half_s``."""

    pitch_hz: float
    length_s: float
    half_s: float = 0.09


MELODIES: dict[Cue, tuple[Note, ...]] = {
    Cue.WELCOME: (Note(523.3, 0.11), Note(659.3, 0.11), Note(784.0, 0.38, 0.14)),
    Cue.TO_STAFF: (Note(440.0, 0.2, 0.12), Note(440.0, 0.3, 0.12)),
    Cue.WHERE_TO_GO: (Note(587.3, 0.14), Note(440.0, 0.14), Note(587.3, 0.3, 0.12)),
    Cue.CLOSED: (Note(329.6, 0.22, 0.12), Note(261.6, 0.42, 0.16)),
    Cue.TOUCH: (Note(1046.5, 0.045, 0.02),),
    Cue.HELP_CALLED: (Note(880.0, 0.12), Note(1108.7, 0.12), Note(880.0, 0.12), Note(1108.7, 0.28)),
}

CAPTIONS: dict[Cue, tuple[str, ...]] = {
    Cue.WELCOME: ("verdict.welcome",),
    Cue.TO_STAFF: ("verdict.see_staff", "verdict.staff_chosen"),
    Cue.WHERE_TO_GO: ("verdict.where_title", "verdict.day_title", "incident.free_flow_title"),
    Cue.CLOSED: ("verdict.out_of_service",),
    Cue.HELP_CALLED: ("common.staff_called",),
}
"""What stands on the glass while a cue is heard, as keys of the translations: whoever does not hear misses nothing. A
touch has none: the button that was touched shows it."""


def wave_of(cue: Cue, volume_percent: int = 100) -> bytes:
    """The cue as a WAV file: one channel, 16 bits, 22,050 per second. ``volume_percent``: 0 to 100."""
    samples = np.concatenate([_samples(note) for note in MELODIES[cue]])
    level = _FULL * (min(100, max(0, volume_percent)) / 100) ** 2
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(samples * level).astype("<i2").tobytes())
    return written.getvalue()


def length_s(cue: Cue) -> float:
    return sum(note.length_s for note in MELODIES[cue])


def _samples(note: Note) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """-1 to 1. Two overtones, so that it carries in a crowd; soft edges, so that nothing clicks."""
    at_s = np.arange(round(note.length_s * RATE_HZ)) / RATE_HZ
    turn = 2 * np.pi * note.pitch_hz * at_s
    tone = (np.sin(turn) + 0.35 * np.sin(2 * turn) + 0.15 * np.sin(3 * turn)) / 1.5
    edges = np.minimum(1.0, np.minimum(at_s / _ATTACK_S, (note.length_s - at_s) / _RELEASE_S))
    shaped: np.ndarray[tuple[int], np.dtype[np.float64]] = tone * edges * 0.5 ** (at_s / note.half_s)
    return shaped
