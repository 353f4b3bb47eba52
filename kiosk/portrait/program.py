"""The reader maker's decoder as a program: the way to use a 32-bit library, or one for another system.

How the kiosk talks to it, so that a wrapper is a few lines in any language:

* standard input: the 1,024 bytes of the block as the card gave them, then end of file;
* standard output: either a BMP file (102 x 126, 24 bits) or 38,556 bytes as ``unpack`` gives them: rows from the
  bottom up, three bytes a pixel, red first;
* exit status 0: a picture was written; anything else: the block could not be decoded. What is written to standard
  error is thrown away, as it might hold personal data.

The program is started once per portrait, in its own folder, can write no files, and is ended at the time limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.confinement import run_confined
from kiosk.portrait.maker_output import check_block, picture_from


class ProgramDecoder:
    """``arguments`` are passed as they are; no shell is involved."""

    name = "program/1"

    def __init__(self, path: Path, arguments: Sequence[str], time_limit_s: float) -> None:
        self._path, self._arguments, self._time_limit_s = path.absolute(), tuple(arguments), time_limit_s

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        """126 x 102 x 3, BGR. Raises PortraitUndecodable with every code of the port."""
        check_block(portrait_format, block)
        arguments = ("program", str(self._path), *self._arguments)
        return picture_from(run_confined(arguments, block, self._path.parent, self._time_limit_s))
