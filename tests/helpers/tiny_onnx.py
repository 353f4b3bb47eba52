"""ONNX models of a few bytes, written out by hand: the mean of each channel, weighted, as one number or several."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def _varint(value: int) -> bytes:
    out = b""
    while True:
        value, low = value >> 7, value & 0x7F
        out += bytes([low | (0x80 if value else 0)])
        if not value:
            return out


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    return _bytes(
        1, b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(3, f"n_{output}") + _bytes(4, kind)
    )


def _tensor(name: str, shape: Sequence[int], values: Sequence[float]) -> bytes:
    dims = b"".join(_number(1, side) for side in shape)
    return _bytes(5, dims + _number(2, 1) + _bytes(8, name) + _bytes(9, struct.pack(f"<{len(values)}f", *values)))


def _value(field: int, name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, side)) for side in shape)
    return _bytes(field, _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, dims))))


def tiny_onnx(weights: Sequence[Sequence[float]], *, side: int = 16, second_output: bool = False) -> bytes:
    """1 x 3 x side x side in; for each row of three ``weights`` one number out, called *score*.

    ``second_output``: besides, the plain means as *means*.
    """
    count = len(weights)
    flat = [weight for row in weights for weight in row]
    nodes = _node("GlobalAveragePool", ("picture",), "means") + _node("Conv", ("means", "weights"), "score")
    outputs = _value(12, "score", (1, count, 1, 1))
    if second_output:
        nodes += _node("Relu", ("means",), "more")
        outputs += _value(12, "more", (1, 3, 1, 1))
    graph = nodes + _bytes(2, "tiny") + _tensor("weights", (count, 3, 1, 1), flat)
    graph += _value(11, "picture", (1, 3, side, side)) + outputs
    return _number(1, 7) + _bytes(7, graph) + _bytes(8, _number(2, 11))
