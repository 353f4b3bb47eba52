"""Public keys of every kind become usable, and curves that are nearly known are refused."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from drivers.emrtd import ec
from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.curve_table import CURVES, Curve
from drivers.emrtd.errors import KeyRefused, MalformedAnswer, UnsupportedByUs
from drivers.emrtd.public_keys import public_key
from drivers.emrtd.simulated_der import integer, oid, sequence, tagged
from drivers.emrtd.tlv import read
from tests.helpers.emrtd_state import BY_NAME, EcSigner, RsaSigner, Signer, Wishes, explicit, issue

AUTHORITY = Wishes(common="CSCA", authority=True)
HASH_OF_BITS = {192: "sha1", 224: "sha224", 256: "sha256", 320: "sha384", 384: "sha384", 512: "sha512", 521: "sha512"}


def on(curve: Curve, **more: Any) -> EcSigner:
    return EcSigner(curve, hash=HASH_OF_BITS[curve.p.bit_length()], **more)


RSA: dict[str, dict[str, Any]] = {
    "RSA sha1": {"hash": "sha1"},
    "RSA sha256": {},
    "RSA 3072 sha512": {"bits": 3072, "hash": "sha512"},
    "PSS sha1": {"pss": True, "hash": "sha1"},
    "PSS sha256": {"pss": True},
    "PSS sha512, PSS key": {"pss": True, "hash": "sha512", "pss_key": True},
}
FORMS = ("named", "explicit", "compressed", "plain")
KINDS = [*(f"{curve.name} {form}" for curve in CURVES for form in FORMS), *RSA]


@cache
def signer(kind: str) -> Signer:
    if kind in RSA:
        return RsaSigner(**RSA[kind])
    name, form = kind.split()
    return on(BY_NAME[name], plain=True) if form == "plain" else on(BY_NAME[name], form=form)


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_this_kind_is_usable(kind: str) -> None:
    root = issue(signer(kind), None, AUTHORITY)
    certificate = parse_certificate(root.der)
    assert certificate.is_authority
    assert certificate.signed_by(certificate)
    other = parse_certificate(issue(EcSigner(BY_NAME["P-256"]), root, Wishes()).der)
    assert other.signed_by(certificate)
    assert not certificate.signed_by(other)


@pytest.mark.parametrize("kind", ["P-256 named", "brainpoolP224r1 explicit", "RSA sha256", "PSS sha256", "P-256 plain"])
def test_a_changed_byte_is_no_signature(kind: str) -> None:
    der = bytearray(issue(signer(kind), None, AUTHORITY).der)
    der[der.index(b"CSCA")] ^= 0x02
    certificate = parse_certificate(bytes(der))
    assert not certificate.signed_by(certificate)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")
@pytest.mark.parametrize("form", ["named_curve", "explicit"])
@pytest.mark.parametrize(
    "name",
    [
        "prime256v1",
        "secp384r1",
        "secp521r1",
        "brainpoolP224r1",
        "brainpoolP256r1",
        "brainpoolP320r1",
        "brainpoolP512r1",
    ],
)
def test_a_certificate_another_program_made_is_usable(name: str, form: str, tmp_path: Path) -> None:
    curve = {"prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}.get(name, name)
    key, der = tmp_path / "key.pem", tmp_path / "cert.der"
    openssl("ecparam", "-name", name, "-genkey", "-noout", "-param_enc", form, "-out", str(key))
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        str(key),
        "-sha256",
        "-subj",
        "/C=UT/CN=CSCA",
        "-outform",
        "DER",
        "-out",
        str(der),
    )
    certificate = parse_certificate(der.read_bytes())
    assert certificate.key.kind == f"ECDSA {curve}"
    assert certificate.signed_by(certificate)
    assert (certificate.country, certificate.common_name) == ("UT", "csca")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_table_is_that_of_another_library(curve: Curve) -> None:
    name = {
        "P-192": "prime192v1",
        "P-224": "secp224r1",
        "P-256": "prime256v1",
        "P-384": "secp384r1",
        "P-521": "secp521r1",
    }
    told = openssl("ecparam", "-name", name.get(curve.name, curve.name), "-param_enc", "explicit", "-outform", "DER")
    info = sequence(sequence(oid("1.2.840.10045.2.1"), told), tagged(0x03, b"\0" + ec.encode(ec.generator(curve))))
    key = public_key(read(info))
    assert key.kind == f"ECDSA {curve.name}"


def openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60).stdout


P256 = BY_NAME["P-256"]
TWICE = ec.multiply(2, ec.generator(P256))
WRONG = {
    "another generator": explicit(P256, generator=TWICE),
    "another prime": explicit(P256, p=P256.p + 2),
    "another a": explicit(P256, a=P256.a + 1),
    "another b": explicit(P256, b=P256.b + 1),
    "another order": explicit(P256, n=P256.n + 2),
    "another cofactor": explicit(P256, cofactor=2),
    "no curve": tagged(0x04, b"\0"),
}


@pytest.mark.parametrize("what", WRONG)
def test_nearly_a_known_curve_is_refused(what: str) -> None:
    der = issue(EcSigner(P256, parameters=WRONG[what]), None, AUTHORITY).der
    with pytest.raises(KeyRefused):
        _ = parse_certificate(der).key


def test_the_cofactor_may_be_left_out() -> None:
    without = EcSigner(P256, parameters=explicit(P256, cofactor=None))
    certificate = parse_certificate(issue(without, None, AUTHORITY).der)
    assert certificate.signed_by(certificate)


def test_unknown_curves_and_kinds_are_unsupported_not_refused() -> None:
    strange = dict.fromkeys("pabn", 0) | {"p": (1 << 255) - 19, "a": 5, "b": 7, "n": (1 << 252) + 27}
    for parameters in (oid("1.3.132.0.10"), tagged(0x05, b""), explicit(P256, generator=TWICE, **strange)):
        with pytest.raises(UnsupportedByUs):
            _ = parse_certificate(issue(EcSigner(P256, parameters=parameters), None, AUTHORITY).der).key
    with pytest.raises(UnsupportedByUs):
        public_key(read(sequence(sequence(oid("1.3.101.112")), tagged(0x03, b"\0" + bytes(32)))))


@pytest.mark.parametrize(
    ("modulus", "exponent"), [((1 << 511) + 9, 65537), ((1 << 8300) + 1, 65537), ((1 << 2047) + 9, (1 << 2040) + 1)]
)
def test_rsa_numbers_that_would_hold_us_up_are_refused(modulus: int, exponent: int) -> None:
    public = sequence(integer(modulus), integer(exponent))
    info = sequence(sequence(oid("1.2.840.113549.1.1.1"), tagged(0x05, b"")), tagged(0x03, b"\0" + public))
    with pytest.raises(KeyRefused):
        public_key(read(info))


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_arithmetic_keeps_the_laws_of_a_group(curve: Curve) -> None:
    base, k = ec.generator(curve), ec.random_scalar(curve)
    point = ec.multiply(k, base)
    assert ec.add(ec.multiply(5, point), ec.multiply(7, point)) == ec.multiply(12, point)
    assert ec.add(point, point) == ec.multiply(2, point)
    assert ec.multiply(curve.n + 1, point) == point
    with pytest.raises(MalformedAnswer):
        ec.add(point, ec.multiply(curve.n - 1, point))
    with pytest.raises(MalformedAnswer):
        ec.multiply(curve.n, point)
    assert ec.decode(curve, ec.encode(point)) == point


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x05" + bytes(64), b"\x04" + bytes(63), b"\x04" + b"\xff" * 64, b"\x02" + b"\xff" * 32]
)
def test_what_is_no_point_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        ec.decode(P256, data)
