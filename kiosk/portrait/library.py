"""The reader maker's decoding library, called in a confined process.

The library, its function, the way it is called and the licensee's code come from the operator; none is shipped,
fetched or named here (wlt-photo, "What integrators call").
"""

from __future__ import annotations

import os
import tempfile
from enum import StrEnum
from pathlib import Path

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.portrait.confinement import run_confined
from kiosk.portrait.maker_output import check_block, picture_from

MEMORY_FOLDERS = (Path("/dev/shm"), Path(tempfile.gettempdir()))  # noqa: S108  # holds links only, see below


class Signature(StrEnum):
    """UNPACK_CODE: ``int f(char *wlt, char *picture, int code)``. UNPACK_LEN: ``int f(unsigned char *wlt, int length,
    unsigned char *picture, int *picture_length)``. TWO_BUFFERS: ``int f(char *wlt, char *picture)``.
    TWO_BUFFERS_LEN: ``int f(char *wlt, char *picture, int *picture_length)``. FILE: ``int f(char *path_of_wlt[, int
    code])``, which writes a .bmp beside the .wlt. Success is 1 or the picture's length. A function whose third number
    is a size, not a licence, is called as UNPACK_CODE with that size as the code."""

    UNPACK_CODE = "unpack_code"
    UNPACK_LEN = "unpack_len"
    TWO_BUFFERS = "two_buffers"
    TWO_BUFFERS_LEN = "two_buffers_len"
    FILE = "file"


class LibraryDecoder:
    """Spawns one process per portrait. Raises ValueError for settings no call can be made with.

    With FILE the library gets a private folder on a memory file system in which both names are links to memory
    without a name (``/proc/self/fd/N``): the portrait never becomes a file, and a killed process leaves at most
    dangling links.
    """

    def __init__(self, path: Path, symbol: str, signature: Signature, code: int | None, time_limit_s: float) -> None:
        if not symbol or "\0" in symbol + str(path):
            raise ValueError("the library's function must be named")
        if signature is Signature.UNPACK_CODE and code is None:
            raise ValueError("this signature needs the licensee's code")
        self.name = f"library-{signature}/1"
        self._path, self._symbol, self._signature, self._code = path.absolute(), symbol, signature, code
        self._time_limit_s = time_limit_s

    def decode(self, portrait_format: PortraitFormat, block: bytes) -> BgrImage:
        """126 x 102 x 3, BGR. Raises PortraitUndecodable with every code of the port."""
        check_block(portrait_format, block)
        if self._signature is not Signature.FILE:
            return self._asked(block, folder="")
        within = next((folder for folder in MEMORY_FOLDERS if folder.is_dir()), None)
        with tempfile.TemporaryDirectory(dir=within, prefix="kiosk-portrait-") as folder:
            return self._asked(block, folder)

    def _asked(self, block: bytes, folder: str) -> BgrImage:
        code = "" if self._code is None else str(self._code)
        fields = (str(self._path), self._symbol, self._signature, code, folder)
        # On standard input, not as arguments: those every local user can list.
        given = b"".join(os.fsencode(field) + b"\0" for field in fields) + block
        arguments = ["library", *(["file"] if folder else [])]
        return picture_from(run_confined(arguments, given, self._path.parent, self._time_limit_s))
