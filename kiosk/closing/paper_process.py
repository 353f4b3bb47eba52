"""The PDF of a certificate, made in a process of its own: a command has no window system, and closing needs none.

The child gets the JSON on its standard input and gives the PDF on its standard output; it has no key and writes no
file.
"""

from __future__ import annotations

import os
import subprocess
import sys

TIME_LIMIT_S = 60.0
NO_FONT = "no_font"
"""What the child says when Chinese would be drawn as empty boxes."""
TOO_LONG = "too_long"
PAPER_MODULE = "kiosk.papers"
"""Run by name: closing lies below the layer that paints."""


class PaperUnavailable(Exception):
    """No PDF. ``code``: not_started, too_slow, no_font, too_long (for its one page), failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def paper_of(json_bytes: bytes, module: str = PAPER_MODULE) -> bytes:
    """The PDF that ``module`` makes of it: of a signed certificate, unless told otherwise, without its signed line.

    Raises PaperUnavailable.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", module],
            input=json_bytes,
            capture_output=True,
            timeout=TIME_LIMIT_S,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
    except OSError:
        raise PaperUnavailable("not_started") from None
    except subprocess.TimeoutExpired:
        raise PaperUnavailable("too_slow") from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.strip().decode("ascii", "replace")
        raise PaperUnavailable(said if said in {NO_FONT, TOO_LONG} else "failed")
    return done.stdout
