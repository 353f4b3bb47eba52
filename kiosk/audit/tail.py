"""The end of the log's file: its last record, and what a crash left behind it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kiosk.audit.record import MAX_LINE_BYTES, Link, NotARecord, link_of, read_line

_BLOCK_BYTES = 4 * MAX_LINE_BYTES


class BrokenChain(Exception):
    """The last whole line is not a record of ours: nothing can follow it."""


@dataclass(frozen=True)
class Tail:
    """``end``: bytes up to and with the last newline. ``torn``: what follows it and is not a line."""

    link: Link
    end: int
    torn: bytes
    last_kind: str = ""

    @property
    def completes(self) -> Link | None:
        """The link of a torn line that lacks nothing but its newline."""
        try:
            values = read_line(self.torn)
        except NotARecord:
            return None
        follows = values["seq"] == self.link.seq + 1 and values["prev"] == self.link.hash
        return link_of(values) if follows else None


def read_tail(descriptor: int) -> Tail:
    """Raises BrokenChain, OSError."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _BLOCK_BYTES)
    block = os.pread(descriptor, size - start, start)
    before, newline, torn = block.rpartition(b"\n")
    if not newline:
        if start:
            raise BrokenChain  # longer than any record: not torn by us
        return Tail(Link(), 0, torn)
    try:
        last = read_line(before.rpartition(b"\n")[2])
    except NotARecord:
        raise BrokenChain from None
    return Tail(link_of(last), size - len(torn), torn, str(last["kind"]))
