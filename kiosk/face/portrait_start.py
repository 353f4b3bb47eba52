"""``python -m kiosk.face.portrait_start --parent-pid N``: decodes one portrait for an officer's eye, in one process.

Standard input: one line of JSON (``decoder``: what the portrait factory takes; ``format``; ``length`` in bytes), then
the block. Standard output: width and height in pixels (two little-endian 16-bit numbers), then the picture's rows,
blue-green-red. No model is loaded and nothing is compared; the kernel frees what it had.
"""

from __future__ import annotations

import argparse
import json
import resource
import struct
import sys

from kiosk.face.process import die_with_parent, leave_no_dump, set_name

HEAD = struct.Struct("<HH")
SIDE_MAX_PX = 2048
UNDECODABLE = 10
"""How it exits where the decoder made no picture of the block."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="kiosk.face.portrait_start", description=__doc__)
    parser.add_argument("--parent-pid", type=int, required=True)
    die_with_parent(parser.parse_args().parent_pid)
    leave_no_dump()
    _write_no_file()
    set_name("kiosk-portrait")
    return _decode()


def _write_no_file() -> None:
    """The soft limit: a maker's library in its own, confined process has one of its own (kiosk.portrait)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _decode() -> int:
    from drivers.port import PortraitFormat  # OpenCV comes with what follows: after the parent is watched
    from kiosk.portrait.factory import make_decoder
    from kiosk.portrait.port import PortraitUndecodable

    asked = json.loads(sys.stdin.buffer.readline())
    block = sys.stdin.buffer.read(asked["length"])
    try:
        picture = make_decoder(asked["decoder"]).decode(PortraitFormat(asked["format"]), block)
    except PortraitUndecodable:
        return UNDECODABLE
    height_px, width_px, _ = picture.shape
    if max(height_px, width_px) > SIDE_MAX_PX:
        return UNDECODABLE
    sys.stdout.buffer.write(HEAD.pack(width_px, height_px))
    sys.stdout.buffer.write(picture.tobytes())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
