"""The guarded archive: bytes of a file → the parts of an .xlsx/.xlsm package.

A file is recognised by its content, never by its extension. Whatever is no workbook, or no safe one, is
`Unreadable` with a finding code and Chinese words for the clerk; no bytes raise anything else here.

Format: ECMA-376 part 2 (Open Packaging Conventions) over APPNOTE.TXT (ZIP). The standard library reads the
archive's directory; members are inflated here, so that the cap holds on what really comes out.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_MEGABYTE: Final = 1_000_000


class Unreadable(Exception):  # noqa: N818 -- it says what the file is, not what went wrong in the program
    """A file that cannot be read as a workbook; the caller turns it into a finding.

    `code` is F101 (cannot be opened), F102 (has a password), F105 (too large or a bomb) or F107 (is something
    else); `message` says in Chinese what is wrong and what to do; `kind` names the format that was found
    instead ("xls", "ods", "docx", …), "" where it is a workbook or nothing known.
    """

    def __init__(self, code: str, message: str, kind: str = "") -> None:
        super().__init__(code, message, kind)
        self.code = code
        self.message = message
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a return may cost at most. Sizes in bytes; a filled-in form is some 30 kB, 300 kB inflated."""

    file_bytes: int = 100 * _MEGABYTE
    member_bytes: int = 100 * _MEGABYTE
    total_bytes: int = 200 * _MEGABYTE
    members: int = 5_000
    ratio: int = 250  # inflated ÷ packed; DEFLATE cannot exceed 1032, honest sheets stay below 100
    ratio_from: int = 10 * _MEGABYTE  # small members may compress as well as they like
    tags: int = 5_000_000  # "<" in one part: bounds the memory of its XML tree
    cells: int = 500_000  # cells with content in one sheet


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the archive's directory: where its packed bytes begin and what they should inflate to."""

    name: str
    offset: int
    packed: int
    size: int
    crc: int
    deflated: bool


@dataclass(frozen=True, slots=True)
class Package:
    """An opened archive. Keys of `members` are lower-case: part names are compared without case (OPC)."""

    data: bytes
    members: Mapping[str, Member]
    limits: Limits


def open_package(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Package:
    """The directory of a workbook's archive, checked; nothing is inflated but an OpenDocument's type.

    Raises Unreadable for empty, encrypted, foreign, damaged, hostile and too large files.
    """
    if not data:
        raise Unreadable("F101", "文件是空的(0 字节),请重新发送")
    if len(data) > limits.file_bytes:
        raise _too_large(limits.file_bytes, "文件")
    if not data.startswith(_ZIP):
        raise _not_an_archive(data)
    package = open_archive(data, limits)
    _refuse_other_archives(package)
    return package


def open_archive(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Package:
    """The checked directory of any ZIP archive, whatever it holds. Raises Unreadable (F101, F105)."""
    return Package(data, _directory(data, limits), limits)


def has_part(package: Package, name: str) -> bool:
    """Whether the archive holds the part (`xl/workbook.xml`), compared without case."""
    return name.lower() in package.members


def read_part(package: Package, name: str) -> bytes:
    """One part, inflated and checked against its declared size and CRC-32.

    Raises Unreadable: F101 where it is missing or damaged, F105 where more comes out than was declared.
    """
    member = package.members.get(name.lower())
    if member is None:
        raise Unreadable("F101", f"文件不完整(缺少 {name}),请用 Excel 或 WPS 打开原表另存后重报")
    packed = _packed_bytes(package.data, member)
    content = _inflate(packed, member) if member.deflated else bytes(packed)
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise damaged_file()
    return content


# --- recognising ---

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RAW_XLS: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")  # BIFF 2–5
_SAVE_AS: Final = "请用 Excel 或 WPS 打开,另存为 .xlsx 后重报"
_OTHER_MAGIC: Final = (
    (b"Rar!", "rar", " RAR 压缩包", "请解压后报送其中的表格"),
    (b"7z\xbc\xaf\x27\x1c", "7z", " 7z 压缩包", "请解压后报送其中的表格"),
    (b"\x1f\x8b", "gz", "压缩文件", "请解压后报送其中的表格"),
    (b"%PDF", "pdf", " PDF 文件", "请报送 .xlsx 电子表格"),
    (b"{\\rtf", "rtf", " RTF 文档", "请报送 .xlsx 电子表格"),
    (b"\xff\xd8\xff", "jpg", "图片", "请报送 .xlsx 电子表格"),
    (b"\x89PNG", "png", "图片", "请报送 .xlsx 电子表格"),
)
_OTHER_ARCHIVES: Final = (
    ("xl/workbook.bin", "F101", "xlsb", "二进制工作簿(.xlsb)", _SAVE_AS),
    ("word/document.xml", "F107", "docx", " Word 文档", "请报送 .xlsx 电子表格"),
    ("ppt/presentation.xml", "F107", "pptx", "演示文稿", "请报送 .xlsx 电子表格"),
    ("index/document.iwa", "F101", "numbers", "苹果 Numbers 表格", "请导出为 .xlsx 后重报"),
    ("index.zip", "F101", "numbers", "苹果 Numbers 表格", "请导出为 .xlsx 后重报"),
)


def _not_an_archive(data: bytes) -> Unreadable:
    if data.startswith(_OLE):
        return _old_office(data)
    if data.startswith(_RAW_XLS):
        return Unreadable("F101", f"文件是旧版 Excel 格式(.xls),{_SAVE_AS}", "xls")
    for magic, kind, what, then in _OTHER_MAGIC:
        if data.startswith(magic):
            return Unreadable("F107", f"文件内容是{what},不是 Excel 工作簿,{then}", kind)
    text = _as_text(data[:4096])
    if text is None:
        return damaged_file()
    if text.lstrip("\ufeff \t\r\n").startswith(("<", "MIME-Version:")):
        return Unreadable("F107", f"文件内容是网页或 XML 文本,不是 Excel 工作簿,{_SAVE_AS}", "html")
    return Unreadable("F107", f"文件内容是纯文本(如 CSV),不是 Excel 工作簿,{_SAVE_AS}", "text")


def _old_office(data: bytes) -> Unreadable:
    from xltools.reading.compound import top_names

    names = top_names(data)
    if "encryptedpackage" in names:
        return Unreadable("F102", "文件有密码,无法读取,请取消打开密码后另存重报", "encrypted")
    if "worddocument" in names and not names & {"workbook", "book"}:
        return Unreadable("F107", "文件内容是 Word 文档,不是 Excel 工作簿,请报送 .xlsx 电子表格", "doc")
    return Unreadable("F101", f"文件是旧版 Excel 或 WPS 格式(.xls、.et),{_SAVE_AS}", "xls")


def _as_text(sample: bytes) -> str | None:
    """The beginning of a text file, or None where the bytes are no text in any encoding in use here."""
    encodings = ("utf-16",) if sample.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        for cut in range(4):  # the sample may end inside a character
            try:
                text = sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return text if all(c in "\t\r\n\f" or c >= " " for c in text) else None
    return None


def _refuse_other_archives(package: Package) -> None:
    if has_part(package, "xl/workbook.xml"):
        return
    for name, code, kind, what, then in _OTHER_ARCHIVES:
        if has_part(package, name):
            raise Unreadable(code, f"文件内容是{what},不是 .xlsx 工作簿,{then}", kind)
    if has_part(package, "mimetype"):
        mimetype = read_part(package, "mimetype")
        if b"opendocument.spreadsheet" in mimetype:
            raise Unreadable("F101", f"文件是 OpenDocument 表格(.ods),{_SAVE_AS}", "ods")
        raise Unreadable("F107", "文件内容不是电子表格,请报送 .xlsx 电子表格", "odf")
    if has_part(package, "content.xml") and has_part(package, "META-INF/manifest.xml"):
        raise Unreadable("F101", f"文件是 OpenDocument 表格(.ods),{_SAVE_AS}", "ods")
    if any(name.startswith("xl/") for name in package.members):
        return
    if not has_part(package, "_rels/.rels"):
        raise Unreadable("F107", "文件内容是压缩包,不是 Excel 工作簿,请解压后报送其中的表格", "zip")


# --- the archive ---

DIRECTORY_ERRORS: Final = (
    zipfile.BadZipFile, struct.error, ValueError, LookupError, EOFError, OSError, OverflowError, RuntimeError,
)  # fmt: skip
_ENCRYPTED: Final = 0x1 | 0x40
_UTF8_NAME: Final = 0x800
_LOCAL_HEADER: Final = struct.Struct("<4s2xH18xHH")


def _directory(data: bytes, limits: Limits) -> dict[str, Member]:
    # Counting signatures is a thousand times cheaper than parsing a directory of a million entries.
    if data.count(b"PK\x01\x02") > limits.members:
        raise Unreadable("F105", f"文件内部条目过多(超过 {limits.members} 个),请用空表重新填报")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except DIRECTORY_ERRORS as error:
        raise damaged_file() from error
    members: dict[str, Member] = {}
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        if name.endswith("/") and not entry.file_size:
            continue
        _refuse_entry(entry, name, members)
        members[name.lower()] = Member(
            entry.orig_filename,
            entry.header_offset,
            entry.compress_size,
            entry.file_size,
            entry.CRC,
            entry.compress_type == zipfile.ZIP_DEFLATED,
        )
    _refuse_bombs(members.values(), limits)
    return members


def _refuse_entry(entry: zipfile.ZipInfo, name: str, members: Mapping[str, Member]) -> None:
    steps = name.split("/")
    if not steps[0] or ".." in steps or ":" in steps[0] or "\0" in name:
        raise Unreadable("F101", "文件内部路径不正常,疑为被改动的文件,请用空表重新填报")
    if name.lower() in members:
        raise Unreadable("F101", f"文件内部有重复条目({name}),无法确定以哪个为准,请用空表重新填报")
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable("F101", "文件内部条目加了密码,请取消密码后重报")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("F101", f"文件采用了不支持的压缩方式,{_SAVE_AS}")


def _refuse_bombs(members: Iterable[Member], limits: Limits) -> None:
    total = 0
    for member in members:
        total += member.size
        if member.size > limits.member_bytes:
            raise _too_large(limits.member_bytes, "文件中的一个部分解压后")
        if member.size > limits.ratio_from and member.size > member.packed * limits.ratio:
            raise Unreadable("F105", "文件一打开就会大得不正常,没有读,请把数抄到空表里重新填报")
    if total > limits.total_bytes:
        raise _too_large(limits.total_bytes, "文件解压后")


def _packed_bytes(data: bytes, member: Member) -> memoryview:
    """The packed bytes behind the member's local header, whose name must be the directory's."""
    try:
        signature, flags, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, member.offset)
    except struct.error as error:
        raise damaged_file() from error
    start = member.offset + _LOCAL_HEADER.size
    raw_name = data[start : start + name_length]
    name = raw_name.decode("utf-8" if flags & _UTF8_NAME else "cp437", "replace")
    start += name_length + extra_length
    packed = memoryview(data)[start : start + member.packed]
    if signature != _ZIP or name != member.name or len(packed) != member.packed:
        raise damaged_file()
    return packed


def _inflate(packed: memoryview, member: Member) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # The declared size passed the limits: one byte more proves a lie, and is all that is inflated.
        content = inflater.decompress(packed, member.size + 1)
    except zlib.error as error:
        raise damaged_file() from error
    if len(content) > member.size:
        raise Unreadable("F105", "文件打开后比它自己写的大,可能已损坏或被改动,没有读,请把数抄到空表里重新填报")
    if not inflater.eof:
        raise damaged_file()
    return content


def damaged_file() -> Unreadable:
    return Unreadable("F101", "文件已损坏,无法打开,请检查能否用 Excel 或 WPS 打开,或重新发送")


def _too_large(limit: int, what: str) -> Unreadable:
    return Unreadable("F105", f"{what}超过 {limit / _MEGABYTE:.0f} MB,疑为异常文件,请用空表重新填报")
