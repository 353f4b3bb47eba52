"""``python -m kiosk.codes.start --parent-pid N --kind v4l2 --device PATH``: one look for one code, in one process.

No frame leaves it: the camera is opened here, and what goes out on standard output is the bytes of one code or
nothing. It exits after a code, after LIMIT_S, and with the window that started it; the kernel frees what it had.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time

from kiosk.face.process import die_with_parent, leave_no_dump, set_name

LIMIT_S = 20.0
FOUND, NOTHING, NO_CAMERA = 0, 10, 11
"""How it exits."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="kiosk.codes.start", description=__doc__)
    parser.add_argument("--parent-pid", type=int, required=True)
    parser.add_argument("--kind", choices=("v4l2", "film"), required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--size", type=int, nargs=2, default=(1280, 720))
    parser.add_argument("--rehearsal", action="store_true")
    options = parser.parse_args()
    die_with_parent(options.parent_pid)
    leave_no_dump()
    write_no_file()
    set_name("kiosk-code")
    return _look(options)


def write_no_file() -> None:
    """No frame can become a file: the kernel lets nobody write one (pipes and devices are none)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _look(options: argparse.Namespace) -> int:
    from kiosk.camera.port import Camera, CameraUnavailable  # OpenCV comes with these: after the parent is watched
    from kiosk.codes.looking import look_for_code
    from kiosk.codes.symbol import symbol_bytes

    camera: Camera
    try:
        if options.kind == "film":
            from kiosk.camera.film import FilmCamera

            camera = FilmCamera(options.device, rehearsal=options.rehearsal)
        else:
            from kiosk.camera.v4l2 import V4l2Camera

            camera = V4l2Camera(options.device, *options.size)
        untrusted_bytes = look_for_code(camera, LIMIT_S, time.monotonic, symbol_bytes)
    except CameraUnavailable:
        return NO_CAMERA
    sys.stdout.buffer.write(untrusted_bytes)
    sys.stdout.buffer.flush()
    return FOUND if untrusted_bytes else NOTHING


if __name__ == "__main__":
    sys.stderr = open(os.devnull, "w", encoding="ascii")  # noqa: SIM115, PTH123 -- a decoder's words may hold a code
    sys.exit(main())
