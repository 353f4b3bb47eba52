"""The confined process: limits itself, then calls a maker's library or becomes a maker's program.

Started by path with the standard library only; nothing of the kiosk is imported here, and little else, as every
import is paid for by the person who waits. Arguments: the parent's process id, then ``library [file]`` (the request's
fields come on standard input, each ended by a zero byte, the block after them) or ``program PATH [ARGUMENT...]``
(standard input and output are the program's own).

The limits: it dies with its parent, leaves no core dump, and a program or an in-memory call can write no file; a
library that insists on files gets a folder of links to memory without a name.
"""

# pathlib costs more time than everything else imported here.
# ruff: noqa: PTH101, PTH211
from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

EXIT_REFUSED, EXIT_BROKEN, EXIT_NOT_RUNNABLE = 1, 70, 127
SOURCE_BYTES = 1 << 16
OUTPUT_BYTES = 1 << 20
"""Generous: some builds write far more than a picture. What overruns even this hits an unmapped page or our own
process, never the kiosk."""
RAW_BYTES, BMP_BYTES = 38_556, 38_862
GOOD_RETURNS = frozenset({1, RAW_BYTES, BMP_BYTES})
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


class Refused(Exception):
    """The maker's function did not return success."""


class NotRunnable(Exception):
    """There is no such library, function or program."""


def confine(parent_id: int, file_bytes_max: int) -> None:
    """Die with the parent; dump no core; write no file beyond ``file_bytes_max`` bytes."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if os.getppid() != parent_id:
        raise SystemExit(EXIT_BROKEN)
    _limit(resource.RLIMIT_FSIZE, file_bytes_max)
    # A limit of 1, unlike 0, also keeps the kernel from piping a dump into a crash collector (core(5)).
    _limit(resource.RLIMIT_CORE, 1)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _limit(kind: int, at_most: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = at_most if hard == resource.RLIM_INFINITY else min(at_most, hard)
    resource.setrlimit(kind, (value, value))


def decode(request: dict[str, str], block: bytes) -> bytes:
    """The picture's bytes as the maker gave them. Raises Refused, NotRunnable."""
    try:
        function = getattr(ctypes.CDLL(request["path"]), request["symbol"])
    except (OSError, AttributeError) as error:
        raise NotRunnable from error
    function.restype = ctypes.c_int
    return _CALLS[request["signature"]](function, block, request)


def _unpack_code(function: Any, block: bytes, request: dict[str, str]) -> bytes:
    output = _Output()
    return output.after(function(_source(block), output.pointer, ctypes.c_int(int(request["code"]))))


def _unpack_len(function: Any, block: bytes, request: dict[str, str]) -> bytes:
    output, length = _Output(), ctypes.c_int(OUTPUT_BYTES)
    returned = function(_source(block), ctypes.c_int(len(block)), output.pointer, ctypes.byref(length))
    return output.cut(returned, length.value)


def _two_buffers(function: Any, block: bytes, request: dict[str, str]) -> bytes:
    output = _Output()
    return output.after(function(_source(block), output.pointer))


def _two_buffers_len(function: Any, block: bytes, request: dict[str, str]) -> bytes:
    output, length = _Output(), ctypes.c_int(OUTPUT_BYTES)
    returned = function(_source(block), output.pointer, ctypes.byref(length))
    return output.cut(returned, length.value)


def _file(function: Any, block: bytes, request: dict[str, str]) -> bytes:
    """The function takes the path of a .wlt and writes the .bmp beside it. Both names are links to memory."""
    source, picture = os.memfd_create("wlt"), os.memfd_create("bmp")
    os.write(source, block)
    folder = request["folder"]
    os.symlink(f"/proc/self/fd/{source}", f"{folder}/portrait.wlt")
    os.symlink(f"/proc/self/fd/{picture}", f"{folder}/portrait.bmp")
    os.chmod(folder, 0o500)  # so that a library that would replace the link by a real file fails instead
    extra = (ctypes.c_int(int(request["code"])),) if request["code"] else ()
    if function(os.fsencode(f"{folder}/portrait.wlt"), *extra) not in GOOD_RETURNS:
        raise Refused
    return os.pread(picture, OUTPUT_BYTES, 0)


FIELDS = ("path", "symbol", "signature", "code", "folder")
_CALLS: dict[str, Callable[[Any, bytes, dict[str, str]], bytes]] = {
    "unpack_code": _unpack_code,
    "unpack_len": _unpack_len,
    "two_buffers": _two_buffers,
    "two_buffers_len": _two_buffers_len,
    "file": _file,
}


def _source(block: bytes) -> Any:
    return ctypes.create_string_buffer(block, SOURCE_BYTES)


class _Output:
    """Where a function writes to: pages of their own."""

    def __init__(self) -> None:
        self._pages = mmap.mmap(-1, OUTPUT_BYTES)
        self.pointer = (ctypes.c_char * OUTPUT_BYTES).from_buffer(self._pages)

    def after(self, returned: int) -> bytes:
        """The start of the buffer, as long as the longest picture. Raises Refused."""
        if returned not in GOOD_RETURNS:
            raise Refused
        picture = self._pages[:BMP_BYTES]
        return picture if picture.startswith(b"BM") else picture[:RAW_BYTES]

    def cut(self, returned: int, length: int) -> bytes:
        """The same, as long as the function said. Raises Refused, for an impossible length too."""
        if not 0 < length <= OUTPUT_BYTES:
            raise Refused
        return self.after(returned)[:length]


def serve_library() -> None:
    """One request from standard input, one picture to standard output; what the library prints goes nowhere."""
    *fields, block = sys.stdin.buffer.read().split(b"\0", len(FIELDS))
    request = dict(zip(FIELDS, map(os.fsdecode, fields), strict=True))
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    picture = decode(request, block)
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(picture)


def become_program(path: str, arguments: list[str]) -> None:
    try:
        os.execv(path, [path, *arguments])  # noqa: S606  # the very purpose: no shell, the operator's own program
    except OSError as error:
        raise NotRunnable from error


def main(arguments: list[str]) -> None:
    parent_id, mode, *rest = arguments
    in_files = mode == "library" and rest == ["file"]
    confine(int(parent_id), OUTPUT_BYTES if in_files else 0)
    if mode == "program":
        become_program(rest[0], rest[1:])
    serve_library()


if __name__ == "__main__":
    code = EXIT_BROKEN
    try:
        main(sys.argv[1:])
        code = 0
    except Refused:
        code = EXIT_REFUSED
    except NotRunnable:
        code = EXIT_NOT_RUNNABLE
    finally:
        os._exit(code)  # whatever happened, and not through the library's own exit handlers
