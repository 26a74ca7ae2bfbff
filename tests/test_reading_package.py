"""A file is what its content says, and a hostile one costs a sentence, not the machine."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xltools.reading.compound import top_names
from xltools.reading.package import (
    DEFAULT_LIMITS,
    Limits,
    Package,
    Unreadable,
    has_part,
    open_package,
    read_part,
)
from xltools.reading.workbook import read_grid, read_outline, read_shared_strings

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "files"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
WORKBOOK = {"xl/workbook.xml": b"<workbook/>"}


def archive(parts: dict[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            packed.writestr(name, content)
    return file.getvalue()


def compound(*names: str, inside: str = "", padding: int = 0) -> bytes:
    """A compound file whose top holds empty streams of these names, and a storage with one; no other bytes.

    ``padding``: free sectors before the directory. More than 13,952 take sectors of the allocation table that the
    header has no room for.
    """
    entries = [*names, *(["MBD0001", inside] if inside else [])]
    tables = -(-(padding + 300) // 128)
    more = -(-max(tables - 109, 0) // 127)
    directory = tables + more + padding
    table = [0xFFFFFFFD] * tables + [0xFFFFFFFC] * more + [_FREE] * padding
    sectors = -(-(len(entries) + 1) // 4)
    table += [*range(directory + 1, directory + sectors), _END]
    table += [_FREE] * (tables * 128 - len(table))
    header = bytearray(OLE2)
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, tables, directory)
    struct.pack_into("<II", header, 68, tables if more else _END, more)
    listed = [*range(tables)] + [_FREE] * 109
    struct.pack_into("<109I", header, 76, *listed[:109])
    further = b""
    for number in range(more):
        here = [*range(109 + 127 * number, tables)][:127]
        following = tables + number + 1 if number + 1 < more else _END
        further += struct.pack("<128I", *here, *[_FREE] * (127 - len(here)), following)
    last = len(names) + (1 if inside else 0)
    body = _entry("Root Entry", 5, child=1)
    body += b"".join(_entry(name, 2, right=at + 1 if at < last else _FREE) for at, name in enumerate(names, 1))
    if inside:
        body += _entry("MBD0001", 1, child=len(entries)) + _entry(inside, 2)
    body += bytes(512 * sectors - len(body))
    return bytes(header) + struct.pack(f"<{len(table)}I", *table) + further + bytes(512 * padding) + body


def _entry(name: str, kind: int, right: int = _FREE, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, right, child)
    return head.ljust(128, b"\0")


def refusal(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Unreadable:
    """What open_package says of the data, or of the first part that cannot be read."""
    with pytest.raises(Unreadable) as caught:
        package = open_package(data, limits)
        for member in package.members.values():
            read_part(package, member.name)
    return caught.value


def declare(data: bytes, name: str, *, size: int | None = None, crc: int | None = None) -> bytes:
    """The archive with another size or checksum in its directory."""
    changed = bytearray(data)
    at = data.rindex(name.encode(), 0, data.rindex(b"PK\x05\x06")) - 46
    assert changed[at : at + 4] == b"PK\x01\x02"
    if crc is not None:
        struct.pack_into("<I", changed, at + 16, crc)
    if size is not None:
        struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_part_comes_back_as_it_was_packed(method: int) -> None:
    package = open_package(archive({**WORKBOOK, "xl/统计.bin": bytes(range(256)) * 9}, method))
    assert read_part(package, "xl/统计.bin") == bytes(range(256)) * 9


def test_part_names_are_compared_without_case_and_with_either_slash() -> None:
    package = open_package(archive({**WORKBOOK, "xl\\Worksheets\\Sheet1.xml": b"<a/>"}))
    assert has_part(package, "XL/worksheets/sheet1.xml")
    assert read_part(package, "xl/worksheets/sheet1.xml") == b"<a/>"


def test_a_missing_part_is_named() -> None:
    with pytest.raises(Unreadable, match=r"缺少 xl/worksheets/sheet9\.xml") as caught:
        read_part(open_package(archive(WORKBOOK)), "xl/worksheets/sheet9.xml")
    assert caught.value.code == "F101"


@pytest.mark.parametrize(
    ("data", "code", "kind", "words"),
    [
        (b"", "F101", "", "文件是空的"),
        (compound("EncryptionInfo", "EncryptedPackage"), "F102", "encrypted", "文件有密码"),
        (compound("Workbook"), "F101", "xls", "另存为 .xlsx"),
        (compound("Workbook", inside="WordDocument"), "F101", "xls", "另存为 .xlsx"),
        (compound("Workbook") + "附件:EncryptedPackage".encode("utf-16-le"), "F101", "xls", "另存为 .xlsx"),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "F101", "xls", "另存为 .xlsx"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "F101", "xls", "另存为 .xlsx"),
        (compound("1Table", "WordDocument"), "F107", "doc", "Word 文档"),
        (compound("1Table", "WordDocument", padding=20_000), "F107", "doc", "Word 文档"),
        (archive({"xl/workbook.bin": b"\0"}), "F101", "xlsb", "另存为 .xlsx"),
        (archive({"word/document.xml": b"<w/>", "_rels/.rels": b"<r/>"}), "F107", "docx", "Word 文档"),
        (archive({"ppt/presentation.xml": b"<p/>"}), "F107", "pptx", "演示文稿"),
        (
            archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}),
            "F101", "ods", "另存为 .xlsx",
        ),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), "F107", "odf", "不是电子表格"),
        (archive({"吉首市.xlsx": b"PK"}), "F107", "zip", "请解压"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "F107", "html", "网页"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html></html>", "F107", "html", "网页"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode(), "F107", "html", "网页或 XML"),
        ("指标,件数\n收到申请数,12\n".encode("gb18030"), "F107", "text", "纯文本"),
        ("指标\t件数\n收到申请数\t12\n".encode("utf-16"), "F107", "text", "纯文本"),
        (("统计" * 3000).encode(), "F107", "text", "纯文本"),
        (b"%PDF-1.7\n", "F107", "pdf", "PDF"),
        (b"Rar!\x1a\x07\x00", "F107", "rar", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "F107", "7z", "7z"),
        (b"\x00\x01\x02\x03\xff\xfe\x00", "F101", "", "已损坏"),
        (b"PK\x03\x04 and nothing more", "F101", "", "已损坏"),
        (archive({}), "F101", "", "已损坏"),
        (archive({"xl/worksheets/sheet1.xml": b"<worksheet/>"})[:-30], "F101", "", "已损坏"),
    ],
)  # fmt: skip
def test_content_decides_not_the_name(data: bytes, code: str, kind: str, words: str) -> None:
    refused = refusal(data)
    assert (refused.code, refused.kind) == (code, kind)
    assert words in refused.message
    assert str(refused) == f"{code} {refused.message}"


def test_a_hostile_compound_file_costs_a_moment() -> None:
    whole = compound("Workbook", "WordDocument", inside="EncryptedPackage")
    names = {"workbook", "worddocument", "mbd0001"}
    assert top_names(whole) == names

    @settings(max_examples=300, derandomize=True)
    @given(st.lists(st.tuples(st.integers(8, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=6))
    def mutations_raise_nothing(changes: list[tuple[int, int]]) -> None:
        mutated = bytearray(whole)
        for at, byte in changes:
            mutated[at] = byte
        assert len(top_names(bytes(mutated))) <= 8

    mutations_raise_nothing()
    endless = bytearray(compound("Workbook"))
    struct.pack_into("<I", endless, 512 + 4 * 3, 3)  # the directory follows itself
    struct.pack_into("<I", endless, 68, 3)  # and the allocation table goes on in it
    started = time.perf_counter()
    assert top_names(bytes(endless)) == {"workbook"}
    assert {top_names(whole[:length]) <= names for length in range(0, len(whole), 16)} == {True}
    assert time.perf_counter() - started < 2


def test_every_truncation_of_an_archive_is_refused() -> None:
    whole = archive({**WORKBOOK, "xl/worksheets/sheet1.xml": b"<worksheet/>" * 50})
    assert {refusal(whole[:length]).code for length in range(4, len(whole), 7)} == {"F101"}


def test_no_junk_of_bytes_raises_anything_but_unreadable() -> None:
    whole = archive({**WORKBOOK, "xl/worksheets/sheet1.xml": b"<worksheet/>" * 50})

    @settings(max_examples=300)
    @given(st.lists(st.tuples(st.integers(4, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=6))
    def mutations_are_read_right_or_refused(changes: list[tuple[int, int]]) -> None:
        mutated = bytearray(whole)
        for at, byte in changes:
            mutated[at] = byte
        try:
            package = open_package(bytes(mutated))
            content = read_part(package, "xl/worksheets/sheet1.xml")
        except Unreadable as refused:
            assert refused.code in ("F101", "F105", "F107")
        else:
            assert content == b"<worksheet/>" * 50

    mutations_are_read_right_or_refused()


def test_what_was_only_declared_small_is_stopped() -> None:
    honest = archive({**WORKBOOK, "xl/media/image1.png": bytes(3_000_000)})
    refused = refusal(declare(honest, "xl/media/image1.png", size=1000))
    assert refused.code == "F105"
    assert "比它自己写的大" in refused.message


def test_what_is_shorter_than_declared_is_damaged() -> None:
    honest = archive({**WORKBOOK, "xl/styles.xml": b"<styleSheet/>"})
    assert refusal(declare(honest, "xl/styles.xml", size=9999)).code == "F101"


def test_a_wrong_checksum_is_damage() -> None:
    honest = archive({**WORKBOOK, "xl/styles.xml": b"<styleSheet/>"}, zipfile.ZIP_STORED)
    assert refusal(declare(honest, "xl/styles.xml", crc=zlib.crc32(b"<styleSheet>"))).code == "F101"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(file_bytes=100), "文件超过"),
        (Limits(member_bytes=400_000), "一个部分解压后超过"),
        (Limits(total_bytes=400_000), "文件解压后超过"),
        (Limits(ratio=100, ratio_from=100_000), "大得不正常"),
        (Limits(members=2), "条目过多"),
    ],
)
def test_each_limit_is_f105(limits: Limits, words: str) -> None:
    data = archive({**WORKBOOK, "xl/a.xml": bytes(500_000), "xl/b.xml": b"<b/>"})
    assert len(open_package(data).members) == 3
    refused = refusal(data, limits)
    assert refused.code == "F105"
    assert words in refused.message


def test_a_declared_gigabyte_is_refused_before_anything_is_inflated() -> None:
    data = declare(archive({**WORKBOOK, "xl/media/image1.png": bytes(1000)}), "xl/media/image1.png", size=2**30)
    with pytest.raises(Unreadable, match="F105"):
        open_package(data)


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", "xl/../../a.xml", "C:/a.xml", "\\\\server\\a"])
def test_paths_that_lead_out_of_the_archive_are_refused(name: str) -> None:
    refused = refusal(archive({**WORKBOOK, name: b"x"}))
    assert refused.code == "F101"
    assert "路径不正常" in refused.message


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["xl/workbook.xml", "XL/Workbook.xml", "xl\\workbook.xml"])
def test_two_members_of_one_name_are_refused(second: str) -> None:
    refused = refusal(archive([("xl/workbook.xml", b"<workbook/>"), (second, b"<other/>")]))
    assert refused.code == "F101"
    assert "重复条目" in refused.message


def test_a_locked_member_is_refused_with_its_reason() -> None:
    data = bytearray(archive(WORKBOOK))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused = refusal(bytes(data))
    assert refused.code == "F101"
    assert "密码" in refused.message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_excel_does_not_know_is_refused(method: int) -> None:
    assert "压缩方式" in refusal(archive(WORKBOOK, method)).message


def test_a_local_header_of_another_name_is_damage() -> None:
    data = bytearray(archive({**WORKBOOK, "xl/sharedStrings.xml": b"<sst/>"}))
    at = data.index(b"xl/sharedStrings.xml")
    data[at : at + 2] = b"XX"
    assert refusal(bytes(data)).code == "F101"


def read_everything(package: Package) -> int:
    outline = read_outline(package)
    shared = read_shared_strings(package, outline)
    cells = 0
    for sheet in outline.sheets:
        try:
            cells += len(read_grid(package, outline, sheet.name, shared).cells)
        except Unreadable as refused:
            assert refused.code in ("F101", "F105")
    return cells


FOREIGN = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []


@pytest.mark.skipif(not FOREIGN, reason="the foreign and hostile workbooks are not on this machine")
@pytest.mark.slow
def test_foreign_and_hostile_files_are_read_or_refused() -> None:
    verdicts: dict[str, int] = {}
    for path in FOREIGN:
        started = time.perf_counter()
        try:
            read_everything(open_package(path.read_bytes()))
            verdict = "read"
        except Unreadable as refused:
            assert refused.message, path.name
            verdict = refused.code
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
        assert time.perf_counter() - started < 20, path.name
    assert verdicts.keys() == {"read", "F101", "F102", "F105", "F107"}
    assert verdicts["read"] >= 100
