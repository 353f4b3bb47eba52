"""Points on elliptic curves: what PACE needs and common libraries do not offer (a generator of one's own, addition).

Plain integers in Jacobian coordinates, a window of four bits. Not in constant time: the secrets that pass through here
on a terminal are made for one session and thrown away; nothing that lives longer is ever multiplied here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from drivers.emrtd.curve_table import Curve
from drivers.emrtd.errors import MalformedAnswer

__all__ = ["Point", "add", "decode", "encode", "generator", "multiply", "random_scalar", "square_root"]

_UNCOMPRESSED = 0x04
_COMPRESSED = (0x02, 0x03)
_WINDOW_BITS = 4
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Point:
    """Affine, on ``curve``, and not the point at infinity: whoever makes one has checked that."""

    curve: Curve
    x: int
    y: int


def generator(curve: Curve) -> Point:
    return Point(curve, curve.gx, curve.gy)


def random_scalar(curve: Curve) -> int:
    """1 to n - 1."""
    return 1 + secrets.randbelow(curve.n - 1)


def decode(curve: Curve, untrusted: bytes) -> Point:
    """From its bytes, compressed or not (SEC 1, 2.3.4). Raises MalformedAnswer when that is no point of the curve."""
    size = curve.field_bytes
    if len(untrusted) == 1 + 2 * size and untrusted[0] == _UNCOMPRESSED:
        x, y = int.from_bytes(untrusted[1 : 1 + size]), int.from_bytes(untrusted[1 + size :])
    elif len(untrusted) == 1 + size and untrusted[0] in _COMPRESSED:
        x = int.from_bytes(untrusted[1:])
        y = square_root(_right_side(curve, x), curve.p)
        y = y if y & 1 == untrusted[0] & 1 else curve.p - y
    else:
        raise MalformedAnswer("a point in no known form")
    if x >= curve.p or y >= curve.p or (y * y - _right_side(curve, x)) % curve.p:
        raise MalformedAnswer("a point that is not on its curve")
    return Point(curve, x, y)


def encode(point: Point) -> bytes:
    """Uncompressed: 04, x, y."""
    size = point.curve.field_bytes
    return bytes([_UNCOMPRESSED]) + point.x.to_bytes(size) + point.y.to_bytes(size)


def add(one: Point, other: Point) -> Point:
    """Raises MalformedAnswer when the sum is the point at infinity."""
    return _affine(one.curve, _add(one.curve, (one.x, one.y, 1), (other.x, other.y, 1)))


def multiply(scalar: int, point: Point) -> Point:
    """Raises MalformedAnswer when the product is the point at infinity."""
    curve = point.curve
    scalar %= curve.n
    table = [_INFINITY, (point.x, point.y, 1)]
    for _ in range((1 << _WINDOW_BITS) - 2):
        table.append(_add(curve, table[-1], table[1]))
    result = _INFINITY
    for shift in range(-(-curve.n.bit_length() // _WINDOW_BITS) * _WINDOW_BITS, -1, -_WINDOW_BITS):
        for _ in range(_WINDOW_BITS):
            result = _double(curve, result)
        result = _add(curve, result, table[scalar >> shift & (1 << _WINDOW_BITS) - 1])
    return _affine(curve, result)


def square_root(value: int, p: int) -> int:
    """Modulo a prime that is 3 modulo 4, or P-224's. Not a square: some other number, which the caller notices."""
    value %= p
    if p % 4 == 3:
        return pow(value, (p + 1) // 4, p)
    return _tonelli(value, p)


def _tonelli(value: int, p: int) -> int:
    odd, twos = p - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    other = next(number for number in range(2, 100) if pow(number, (p - 1) // 2, p) == p - 1)
    root, rest, step = pow(value, (odd + 1) // 2, p), pow(value, odd, p), pow(other, odd, p)
    for left in range(twos - 1, 0, -1):  # twice as close to 1 each time
        if pow(rest, 1 << left - 1, p) != 1:
            root, rest = root * step % p, rest * step * step % p
        step = step * step % p
    return root


def _right_side(curve: Curve, x: int) -> int:
    return (x * x * x + curve.a * x + curve.b) % curve.p


def _affine(curve: Curve, point: _Jacobian) -> Point:
    x, y, z = point
    if not z:
        raise MalformedAnswer("the point at infinity")
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return Point(curve, x * square % curve.p, y * square * inverse % curve.p)


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = curve.p
    if not z or not y:
        return _INFINITY
    y_square = y * y % p
    s = 4 * x * y_square % p
    z_square = z * z % p
    m = (3 * x * x + curve.a * z_square * z_square) % p
    new_x = (m * m - 2 * s) % p
    return new_x, (m * (s - new_x) - 8 * y_square * y_square) % p, 2 * y * z % p


def _add(curve: Curve, one: _Jacobian, other: _Jacobian) -> _Jacobian:
    if not one[2]:
        return other
    if not other[2]:
        return one
    p = curve.p
    (x1, y1, z1), (x2, y2, z2) = one, other
    square1, square2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * square2 % p, x2 * square1 % p
    s1, s2 = y1 * square2 * z2 % p, y2 * square1 * z1 % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if not h:
        return _double(curve, one) if not r else _INFINITY
    h_square = h * h % p
    h_cube = h_square * h % p
    v = u1 * h_square % p
    x3 = (r * r - h_cube - 2 * v) % p
    return x3, (r * (v - x3) - s1 * h_cube) % p, h * z1 * z2 % p
