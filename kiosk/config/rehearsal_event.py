"""The invented concert of rehearsals, moved to the day it is rehearsed on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from kiosk.config.assets import asset
from kiosk.config.event import AttackSignals, EventConfig
from kiosk.config.load import load_event, parse_event

FIRST_DAY = date(2026, 5, 1)
"""The date of the first session in the shipped file; the second session is on the next day."""


def rehearsal_event_text(
    day: date,
    *,
    code_needed: bool = False,
    face_lane: bool = True,
    attack_signals: AttackSignals = AttackSignals.SIGNALS,
    consent_key: str = "",
) -> str:
    """The shipped rehearsal event as TOML, with its first session on ``day`` and its second on the day after."""
    text = asset("events", "rehearsal.toml").read_text(encoding="utf-8")
    # One pass per date through a placeholder, else a rehearsal on the second day would move twice.
    text = text.replace(FIRST_DAY.isoformat(), "@first@")
    text = text.replace((FIRST_DAY + timedelta(days=1)).isoformat(), "@second@")
    text = text.replace("@first@", day.isoformat()).replace("@second@", (day + timedelta(days=1)).isoformat())
    text = text.replace("needed = false", f"needed = {str(code_needed).lower()}")
    text = text.replace('attack_signals = "signals"', f'attack_signals = "{attack_signals}"')
    text = text.replace('key = ""', f'key = "{consent_key}"')
    return text.replace("enabled = true", f"enabled = {str(face_lane).lower()}")


def rehearsal_event(day: date, *, code_needed: bool = False, face_lane: bool = True) -> EventConfig:
    """The rehearsal event for ``day``, validated."""
    text = rehearsal_event_text(day, code_needed=code_needed, face_lane=face_lane)
    return parse_event(text, "rehearsal.toml")


def write_rehearsal_event(
    path: Path,
    day: date,
    *,
    code_needed: bool = False,
    face_lane: bool = True,
    attack_signals: AttackSignals = AttackSignals.SIGNALS,
    consent_key: str = "",
) -> EventConfig:
    """Write the rehearsal event for ``day`` to ``path`` and return it as loaded from there."""
    text = rehearsal_event_text(
        day, code_needed=code_needed, face_lane=face_lane, attack_signals=attack_signals, consent_key=consent_key
    )
    path.write_text(text, encoding="utf-8")
    return load_event(path)
