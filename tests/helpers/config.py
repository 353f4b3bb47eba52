"""Settings files as text, to be changed piece by piece in tests."""

from __future__ import annotations

from kiosk.config.assets import asset


def shipped(name: str, **changes: str) -> str:
    """A shipped file's text with pieces replaced; each piece has to be there."""
    text = asset("events", f"{name}.toml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in {name}.toml"
        text = text.replace(old, new)
    return text
