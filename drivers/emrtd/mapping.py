"""How PACE turns the nonce into a generator of the curve: generic and integrated mapping (9303-11, 4.4.3.3)."""

from __future__ import annotations

from drivers.emrtd import ec
from drivers.emrtd.ciphers import Suite
from drivers.emrtd.curve_table import Curve

__all__ = ["generic", "integrated"]

_C0 = "A668892A7C41E3CA739F40B057D85904"
_C1 = "A4E136AC725F738B01C1F60217C188AD"
_LONG_C0 = "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676"
_LONG_C1 = "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517"
"""Constants of the pseudo-random function for 128 bits, and for 192 and 256 (9303-11, 4.4.3.3.2)."""
_MORE_BITS = 64


def generic(nonce: bytes, shared: ec.Point) -> ec.Point:
    """s * G + H. ``shared``: H, the point both sides agreed on anonymously."""
    base = ec.multiply(int.from_bytes(nonce), ec.generator(shared.curve))
    return ec.add(base, shared)


def integrated(suite: Suite, curve: Curve, nonce: bytes, terminal_nonce: bytes) -> ec.Point:
    """f_G(R_p(s, t)), by the simplified map of Brier and others for curves whose prime is 3 modulo 4."""
    p, a, b = curve.p, curve.a, curve.b
    t = pseudo_random(suite, curve, nonce, terminal_nonce)
    alpha = -t * t % p
    x2 = -b * pow(a, -1, p) * (1 + pow(alpha + alpha * alpha, -1, p)) % p
    x3 = alpha * x2 % p
    h2 = (x2 * x2 * x2 + a * x2 + b) % p
    u = t * t * t * h2 % p
    power = pow(h2, p - 1 - (p + 1) // 4, p)
    if power * power * h2 % p == 1:
        return ec.Point(curve, x2, power * h2 % p)
    return ec.Point(curve, x3, power * u % p)


def pseudo_random(suite: Suite, curve: Curve, nonce: bytes, terminal_nonce: bytes) -> int:
    """R_p(s, t): a number below p that neither side could choose."""
    long = suite in (Suite.AES_192, Suite.AES_256)
    c0, c1 = (bytes.fromhex(text) for text in ((_LONG_C0, _LONG_C1) if long else (_C0, _C1)))
    no_iv = bytes(suite.block_bytes)
    bits = len(nonce) * 8
    # k is the *terminal's* nonce at first: it keys the enciphering of s.
    key = suite.encrypt(terminal_nonce[: suite.key_bytes], no_iv, nonce)
    stream = b""
    for _ in range(-(-(curve.p.bit_length() + _MORE_BITS) // bits)):
        stream += suite.encrypt(key[: suite.key_bytes], no_iv, c1)
        key = suite.encrypt(key[: suite.key_bytes], no_iv, c0)
    return int.from_bytes(stream) % curve.p
