"""Packets with descriptors over a Unix SOCK_SEQPACKET socket.

``socket.send_fds`` and ``recv_fds`` of Python 3.11 drop their ``flags``, so that MSG_DONTWAIT would wait.
"""

from __future__ import annotations

import array
import socket
from collections.abc import Sequence

from kiosk.face.messages import PACKET_MAX_BYTES

_INT = array.array("i").itemsize


def pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(link: socket.socket, packet: bytes, descriptors: Sequence[int] = (), flags: int = 0) -> None:
    """One packet whole, or OSError (BlockingIOError with MSG_DONTWAIT when the peer does not read)."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    link.sendmsg([packet], rights, flags | socket.MSG_NOSIGNAL)


def receive(link: socket.socket, descriptors_max: int = 0, flags: int = 0) -> tuple[bytes, list[int]]:
    """One packet, empty at the end of the stream, and the descriptors with it, which are now the caller's."""
    room = socket.CMSG_SPACE(descriptors_max * _INT) if descriptors_max else 0
    packet, control, _, _ = link.recvmsg(PACKET_MAX_BYTES, room, flags | socket.MSG_CMSG_CLOEXEC)
    descriptors = array.array("i")
    for level, kind, data in control:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) - len(data) % _INT])
    return packet, list(descriptors)
