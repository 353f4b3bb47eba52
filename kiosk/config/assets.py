"""Where the files shipped with the product are: beside the packages in a checkout, inside one when installed."""

from __future__ import annotations

from pathlib import Path

import kiosk

_PACKAGE = Path(kiosk.__file__).parent


def asset(*parts: str) -> Path:
    """The path of a shipped file, for example ``asset("events", "rehearsal.toml")``."""
    installed = _PACKAGE / "assets"
    root = installed if installed.is_dir() else _PACKAGE.parent / "assets"
    return root.joinpath(*parts)
