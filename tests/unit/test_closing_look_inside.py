"""A left-over is found however it is written, packed or named; what cannot be looked into makes no PASS."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import quopri
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication, QPainter, QPdfWriter

from kiosk.closing.contents import CHUNK_BYTES, Needles, keys_in, marks_in, marks_of_name
from kiosk.closing.escapes import readings
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.packed import MOST_BYTES, MOST_LAYERS, NotLookedInto, inside

NAME = "金丝雀甲"
NUMBER = "11010519491231002X"
NEEDLES = Needles.of([NAME])
TEXT = f"kept: {NAME}, {NUMBER}\n"


def marks(folder: Path, data: bytes) -> set[str]:
    file = folder / "notes.txt"
    file.write_bytes(data)
    return marks_in(file, NEEDLES)[0]


def json_escaped(text: str) -> bytes:
    return json.dumps(text).encode("ascii")


def encoding(name: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(name)


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def dumped(text: str, form: str) -> bytes:
    """As the tools print it, sixteen bytes a line."""
    lines = [
        form.format(
            at=16 * number,
            bytes=piece.hex(" "),
            pairs=piece.hex(" ", -2),
            halves=f"{piece[:8].hex(' ')}  {piece[8:].hex(' ')}",
            signs="".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece),
        )
        for number, piece in enumerate(in_pieces(b"x" * 5 + text.encode(), 16))
    ]
    return "\n".join(lines).encode()


WRITINGS: dict[str, Callable[[str], bytes]] = {
    **{name: encoding(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030")},
    "hex": lambda text: text.encode().hex().encode(),
    "HEX in groups": lambda text: text.encode().hex(" ").upper().encode(),
    "hex of utf-16": lambda text: text.encode("utf-16-le").hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, a place on": lambda text: base64.b64encode(b"x" + text.encode()),
    "base64, two places on": lambda text: base64.b64encode(b"xy" + text.encode()),
    "base64url": lambda text: base64.urlsafe_b64encode(b"??>" + text.encode()),
    "base64 in lines": lambda text: base64.encodebytes(bytes(50) + text.encode()),
    "hex in lines": lambda text: b"\n".join(in_pieces((b"x" * 14 + text.encode()).hex().encode(), 60)),
    "xxd": lambda text: dumped(text, "{at:08x}: {pairs:39}  {signs}"),
    "od -tx1": lambda text: dumped(text, "{at:07o} {bytes}"),
    "od -An -tx1": lambda text: dumped(text, " {bytes}"),
    "hexdump -C": lambda text: dumped(text, "{at:08x}  {halves:48}  |{signs}|"),
    "0x-list": lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode()).encode(),
    "x-escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()).encode(),
    "quoted-printable": lambda text: quopri.encodestring(b"x" * 60 + text.encode()),
    "every sign quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()).encode(),
    "base64, indented": lambda text: base64.encodebytes(bytes(50) + text.encode()).replace(b"\n", b"\n  "),
    "base64 in lines in json": lambda text: base64.encodebytes(bytes(50) + text.encode()).replace(b"\n", b"\\n"),
    "percent": lambda text: quote(text).encode(),
    "every sign percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    "json": json_escaped,
    "every sign json": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text).encode(),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_name_and_a_number_are_found_in_any_writing(tmp_path: Path, writing: str) -> None:
    written = WRITINGS[writing](TEXT)
    found = marks(tmp_path, b"\0\n" + written + b"\n")
    assert "needle" in found
    assert "id_number" in found


HEADER = "ticket,document_kind,issuing_state,document_number,name,gate_group,session,seat_area\r\n"
ROSTERS: dict[str, bytes] = {
    **{name: HEADER.encode(name) for name in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32")},
    **{f"utf-{bits}-{end}": HEADER.encode(f"utf-{bits}-{end}") for bits in (16, 32) for end in ("le", "be")},
    "utf-16 of the other end, with its mark": ("\ufeff" + HEADER).encode("utf-16-be"),
    "unicode text": HEADER.replace(",", "\t").encode("utf-16"),
    "after a blank line": b"\r\n" + HEADER.encode(),
    "after the delimiter": b"sep=;\r\n" + HEADER.replace(",", ";").encode(),
    "in Chinese": "票号，证件类型，签发国，证件号码，姓名\n".encode("utf-16-le"),
    "base64": base64.encodebytes(HEADER.encode()),
    "base64 of utf-16": base64.b64encode(HEADER.encode("utf-16")),
    "hex": HEADER.encode().hex().encode(),
    "packed": gzip.compress(HEADER.encode("utf-16")),
}


@pytest.mark.parametrize("writing", ROSTERS)
def test_the_header_of_a_roster_is_found_in_any_writing(tmp_path: Path, writing: str) -> None:
    assert marks(tmp_path, ROSTERS[writing]) == {"roster"}


def test_lines_with_commas_are_no_roster(tmp_path: Path) -> None:
    assert marks(tmp_path, b"time,name,level,text,place\n1,2,3,4,5\n") == set()


@pytest.mark.parametrize("many", [0, 2000])
def test_needles_are_found_whatever_their_case_and_accents(tmp_path: Path, many: int) -> None:
    """Few and many are looked for in different ways."""
    needles = Needles.of([*(f"guest {number:05}" for number in range(many)), "José Núñez", "张三", b"\x00\xffAB", "é"])
    for text in ("José Núñez", "JOSÉ NÚÑEZ", "josé núñez", "José NÚÑEZ".upper(), "张三"):
        for form in ("NFC", "NFD"):
            for encoding_name in ("utf-8", "utf-16-le", "utf-32-be", "gb18030"):
                file = tmp_path / "a"
                file.write_bytes(b"...." + unicodedata.normalize(form, text).encode(encoding_name) + b"...")
                assert marks_in(file, needles)[0] == {"needle"}, (text, form, encoding_name)
    for data, found in (
        (b".\x00\xffAB", {"needle"}),
        (b".\xc3\xa9", {"needle"}),
        (b"guest 2", set()),
        (b"Jose", set()),
    ):
        file.write_bytes(data)
        assert marks_in(file, needles)[0] == found


def test_extended_attributes_are_looked_at_like_contents(tmp_path: Path) -> None:
    device = tmp_path / "device"
    device.mkdir()
    log = device / "audit.log"
    log.write_bytes(b"calm")
    for path in (device, log):
        try:
            os.setxattr(path, "user.note", HEADER.encode("utf-16") + NUMBER.encode())
        except OSError:
            pytest.skip("this file system has no extended attributes")
    report = find_leftovers(tmp_path)
    assert {(each.where, each.what) for each in report.leftovers} == {
        (str(path), what) for path in (device, log) for what in ("roster", "id_number")
    }


@pytest.mark.parametrize("writing", ["utf-32-le", "xxd", "hex", "every sign json"])
def test_nothing_is_missed_between_two_pieces(tmp_path: Path, writing: str) -> None:
    written = WRITINGS[writing](TEXT)
    for before in (len(written) // 2, 8, len(written) - 8):
        assert marks(tmp_path, b"." * (CHUNK_BYTES - before) + b"\n" + written + b"." * 9) == {"needle", "id_number"}


@given(st.binary(max_size=300))
def test_reading_never_breaks(data: bytes) -> None:
    for text in readings(data):
        assert isinstance(text, bytes)


def zipped(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", data)
    return made.getvalue()


def tarred(data: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as packed:
        member = tarfile.TarInfo("sheet.xml")
        member.size = len(data)
        packed.addfile(member, io.BytesIO(data))
    return made.getvalue()


def pdf(data: bytes, words: bytes = b"/Filter /FlateDecode", pack: Callable[[bytes], bytes] = zlib.compress) -> bytes:
    packed = pack(data)
    head = b"%PDF-1.7\n1 0 obj\n<< /Length 2 0 R " + words + b" >>\nstream\r\n"
    return head + packed + b"\nendstream\nendobj\n2 0 obj\n%d\nendobj\n%%%%EOF\n" % len(packed)


def old_lzma(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_ALONE)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip twice in a row": lambda data: gzip.compress(b"first") + gzip.compress(data),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": old_lzma,
    "zlib": zlib.compress,
    "zlib, stored": lambda data: zlib.compress(gzip.compress(data), 0),
    "pdf": pdf,
    "pdf, in an array": lambda data: pdf(data, b"/Filter[/FlateDecode]"),
    "pdf, the second stream": lambda data: pdf(b"first") + pdf(data).partition(b"\n")[2],
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda data: gzip.compress(tarred(data)),
    "gzip in tar": lambda data: tarred(gzip.compress(data)),
    "zip in xz": lambda data: lzma.compress(zipped(data)),
}


@pytest.mark.parametrize("packer", PACKERS)
def test_what_is_packed_is_looked_into(tmp_path: Path, packer: str) -> None:
    assert marks(tmp_path, PACKERS[packer](TEXT.encode())) == {"needle", "id_number"}
    assert marks(tmp_path, PACKERS[packer](b"nothing of anybody")) == set()


@pytest.mark.parametrize("packer", ["gzip", "bz2", "xz", "lzma", "zlib", "pdf", "zip"])
def test_a_torn_one_is_not_looked_into(tmp_path: Path, packer: str) -> None:
    whole = PACKERS[packer](bytes(range(256)) * 40)
    assert "archive" in marks(tmp_path, whole[: len(whole) // 2])


def test_too_deep_and_too_much_are_not_looked_into(tmp_path: Path) -> None:
    deep = TEXT.encode()
    for _ in range(MOST_LAYERS + 1):
        deep = gzip.compress(deep)
    assert marks(tmp_path, deep) == {"archive"}
    assert marks(tmp_path, gzip.compress(bytes(MOST_BYTES + 1), 1)) == {"archive"}


OTHERS = {
    "7z": b"7z\xbc\xaf\x27\x1c",
    "zstd": b"\x28\xb5\x2f\xfd",
    "rar": b"Rar!\x1a\x07",
    "lz4": b"\x04\x22\x4d\x18",
    "lz4, legacy": b"\x02\x21\x4c\x18",
    "lz4 after a frame to skip": b"\x5a\x2a\x4d\x18",
    "compress": b"\x1f\x9d\x90",
    "openssl enc": b"Salted__",
    "gpg -c": b"\x8c\x0d\x04\x09\x03\x08",
    "gpg -c, new format": b"\xc3\x0d\x04\x09\x03\x08",
    "gpg -e, RSA": b"\x85\x01\x8c\x03" + bytes(range(8)) + b"\x01",
    "gpg -e, ECDH": b"\x84\x5e\x03" + bytes(range(8)) + b"\x12",
    "gpg, compressed": b"\xa3\x02",
    "gpg -a": b"-----BEGIN PGP MESSAGE-----\n\n",
}


@pytest.mark.parametrize("packer", OTHERS)
def test_other_packers_and_encryption_are_not_looked_into(tmp_path: Path, packer: str) -> None:
    assert marks(tmp_path, OTHERS[packer] + bytes(60)) == {"archive"}
    assert marks(tmp_path, gzip.compress(OTHERS[packer] + bytes(60))) == {"archive"}


@pytest.mark.parametrize(
    "words",
    [
        b"/Filter /LZWDecode",
        b"/Filter [/ASCII85Decode /FlateDecode]",
        b"/Filter /Fl#61teDecode",
        b"/Filter 5 0 R",
        b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
        b"/Filter /FlateDecode /Encrypt 9 0 R",
    ],
)
def test_pdf_streams_packed_otherwise_are_not_looked_into(tmp_path: Path, words: bytes) -> None:
    assert marks(tmp_path, pdf(b"calm", words)) == {"archive"}


@pytest.mark.parametrize("words", [b"", b"/Filter /DCTDecode", b"/Filter /FlateDecode"])
def test_other_pdf_streams_lie_open(tmp_path: Path, words: bytes) -> None:
    pack = zlib.compress if b"Flate" in words else bytes
    assert marks(tmp_path, pdf(b"calm, a stream\n", words, pack)) == set()


def test_what_stands_behind_a_tar_is_not_looked_into(tmp_path: Path) -> None:
    calm, kept = tarred(gzip.compress(b"calm")), tarred(gzip.compress(TEXT.encode()))
    assert marks(tmp_path, calm + kept) == {"archive"}
    two = calm[: 2 * tarfile.BLOCKSIZE] + kept
    assert marks(tmp_path, two) == {"needle", "id_number"}
    damaged = bytearray(two)
    damaged[2 * tarfile.BLOCKSIZE] ^= 1
    assert marks(tmp_path, bytes(damaged)) == {"archive"}


def test_a_tar_member_of_an_unknown_kind_is_looked_into(tmp_path: Path) -> None:
    made = io.BytesIO()
    content = gzip.compress(TEXT.encode())
    with tarfile.open(fileobj=made, mode="w") as packed:
        member = tarfile.TarInfo("sheet")
        member.type, member.size = b"Z", len(content)
        packed.addfile(member, io.BytesIO(content))
    assert marks(tmp_path, made.getvalue()) == {"needle", "id_number"}


def test_a_zip_that_does_not_list_all_it_holds_is_not_looked_into(tmp_path: Path) -> None:
    kept = zipped(TEXT.encode())
    entry, nothing = kept[: kept.index(b"PK\x01\x02")], zipped_nothing()
    assert marks(tmp_path, entry + nothing) == {"archive"}
    assert marks(tmp_path, entry + zipped(b"calm")) == {"archive"}
    assert marks(tmp_path, nothing) == set()


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_member_whose_list_says_it_is_longer_is_not_looked_into(tmp_path: Path, way: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", way) as packed:
        packed.writestr("calm", b"calm")
        packed.writestr("empty", b"")
    assert marks(tmp_path, made.getvalue()) == set()
    hidden = gzip.compress(TEXT.encode())
    with zipfile.ZipFile(made, "w", way) as packed:
        packed.writestr("calm", b"calm")
        packed.fp.write(hidden)  # type: ignore[union-attr]
        packed.start_dir += len(hidden)
        packed.infolist()[0].compress_size += len(hidden)
    assert marks(tmp_path, made.getvalue()) == {"archive"}


def zipped_nothing() -> bytes:
    made = io.BytesIO()
    zipfile.ZipFile(made, "w").close()
    return made.getvalue()


def test_a_zip_stored_in_a_zip_is_looked_into(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("inner.zip", zipped(TEXT.encode()))
        packed.writestr("more", b"calm")
    assert marks(tmp_path, made.getvalue()) == {"needle", "id_number"}


def test_our_own_paper_is_looked_into(tmp_path: Path, qapp: QGuiApplication) -> None:
    """The PDF of a certificate stays: a look that called it unreadable would never pass again."""
    file = tmp_path / "paper.pdf"
    writer = QPdfWriter(str(file))
    painter = QPainter(writer)
    painter.drawText(100, 100, "Certificate 证书")
    painter.end()
    assert b"/FlateDecode" in file.read_bytes()
    assert marks_in(file, NEEDLES)[0] == set()


@given(st.sampled_from(sorted(PACKERS)), st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_one_never_breaks_the_look(packer: str, place: int, byte: int) -> None:
    data = bytearray(PACKERS[packer](TEXT.encode() * 5))
    data[place % len(data)] = byte
    try:
        for inner in inside(io.BytesIO(bytes(data))):
            inner.file.read()
    except NotLookedInto:
        pass


def test_names_are_looked_at_like_contents(tmp_path: Path) -> None:
    for name in (f"{NUMBER}.log", f"{NAME}.txt", f"x-{NUMBER.encode().hex()}", quote(NAME)):
        assert marks_of_name(name, NEEDLES)
    assert not marks_of_name("audit.log", NEEDLES)
    device = tmp_path / "device"
    (device / NUMBER).mkdir(parents=True)
    (device / f"{NAME}.log").write_bytes(b"")
    report = find_leftovers(tmp_path, [NAME])
    assert report.verdict is Verdict.FAILED
    assert sorted((Path(each.where).name, each.what) for each in report.leftovers) == [
        (NUMBER, "id_number"),
        (f"{NAME}.log", "needle"),
    ]


def test_a_packed_file_that_cannot_be_opened_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / "old.gz").write_bytes(gzip.compress(b"calm")[:-4])
    report = find_leftovers(tmp_path)
    assert report.verdict is Verdict.UNKNOWN
    (tmp_path / "device" / "old.gz").write_bytes(gzip.compress(b"calm"))
    assert find_leftovers(tmp_path).verdict is Verdict.PASS


def test_a_key_is_found_in_a_packed_copy_of_the_key_folder(tmp_path: Path) -> None:
    head = b"VKKEY\x02\x00\x07concert" + bytes(50)
    copy = tmp_path / "backup.tar.gz"
    copy.write_bytes(gzip.compress(tarred(head)))
    assert keys_in(copy) == ({"concert"}, False)
    copy.write_bytes(base64.b64encode(head))
    assert keys_in(copy) == ({"concert"}, False)
