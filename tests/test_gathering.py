"""Every file under a folder is accounted for exactly once: to be read, or with the reason why not."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from returnbooks import figures, return_bytes

from xltools import Form, build_template
from xltools.gathering import Gathered, gather, gather_one, printable
from xltools.reading.archives import open_zip
from xltools.reading.batch import read_many
from xltools.reading.package import Unreadable
from xltools.reading.reader import form_carried_by

FORM = Form.load("xxgk2017")
posix = pytest.mark.skipif(os.name == "nt", reason="needs what only POSIX file systems have")


def listed(gathered: Gathered) -> dict[str, str]:
    """Path as shown → "read", or the code with the status."""
    others = {result.source.path: f"{problem.code} {result.status.value}" for result, problem in gathered.others}
    read = {shown: "read" for _, shown in gathered.files}
    assert not others.keys() & read.keys()
    assert len(gathered.files) + len(gathered.others) == len(others) + len(read)
    return others | read


def message(gathered: Gathered, shown: str) -> str:
    return next(problem.message for result, problem in gathered.others if result.source.path == shown)


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def gbk_zip(members: dict[str, bytes]) -> bytes:
    """As Chinese Windows packs it: names in GBK without a word about it."""
    placeholders = {f"{'x' * (len(name.encode('gbk')) - 2)}{n:02d}": name for n, name in enumerate(members)}
    data = zipped({ascii_name: members[name] for ascii_name, name in placeholders.items()})
    for ascii_name, name in placeholders.items():
        data = data.replace(ascii_name.encode(), name.encode("gbk"))
    return data


def test_an_archive_is_looked_into_and_its_members_are_files_of_their_own(tmp_path: Path) -> None:
    members = {
        "甲县.xlsx": return_bytes(FORM), "二批/乙县.xlsx": return_bytes(FORM), "说明.txt": b"hello",
        "__MACOSX/._甲县.xlsx": b"", "~$甲县.xlsx": b"", "再包一层.zip": zipped({"a.xlsx": b""}), "旧.rar": b"Rar!",
    }  # fmt: skip
    (tmp_path / "上报.zip").write_bytes(zipped(members))
    found = gather(tmp_path)
    assert listed(found) == {
        "上报.zip": "F106 skipped",
        "上报.zip/甲县.xlsx": "read",
        "上报.zip/二批/乙县.xlsx": "read",
        "上报.zip/说明.txt": "F106 skipped",
        "上报.zip/__MACOSX/._甲县.xlsx": "F106 skipped",
        "上报.zip/~$甲县.xlsx": "F106 skipped",
        "上报.zip/再包一层.zip": "F106 skipped",
        "上报.zip/旧.rar": "F106 skipped",
    }
    assert message(found, "上报.zip") == "压缩包,已取出 2 个表格文件,另有 5 个文件没有读"
    assert "不再打开" in message(found, "上报.zip/再包一层.zip")
    returns = list(read_many(found.files, FORM))
    assert [dict(ret.values) for ret in returns] == [figures(FORM)] * 2
    assert all(ret.source.sha256 and ret.source.modified for ret in returns)
    assert {ret.source.path for ret in returns} == {"上报.zip/甲县.xlsx", "上报.zip/二批/乙县.xlsx"}


def test_a_single_archive_is_taken_apart_as_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "上报.zip").write_bytes(zipped({"甲县.xlsx": return_bytes(FORM)}))
    assert listed(gather_one(tmp_path / "上报.zip", "上报.zip")) == listed(gather(tmp_path))
    assert listed(gather_one(tmp_path / "没有.xlsx", "没有.xlsx")) == {"没有.xlsx": "read"}


def test_the_form_that_a_member_carries_is_known(tmp_path: Path) -> None:
    (tmp_path / "上报.zip").write_bytes(zipped({"甲县.xlsx": build_template(FORM)}))
    assert form_carried_by(tmp_path / "上报.zip" / "甲县.xlsx") == "xxgk2017"
    assert form_carried_by(tmp_path / "上报.zip" / "没有.xlsx") == ""


def test_names_in_an_archive_may_be_longer_than_the_file_system_allows(tmp_path: Path) -> None:
    name = "某" * 120 + ".xlsx"
    (tmp_path / "上报.zip").write_bytes(zipped({name: return_bytes(FORM)}))
    (ret,) = read_many(gather(tmp_path).files, FORM)
    assert (ret.rejected, ret.source.path) == (False, f"上报.zip/{name}")


def test_gbk_names_in_an_archive_are_read_as_chinese(tmp_path: Path) -> None:
    (tmp_path / "上报.zip").write_bytes(gbk_zip({"吉首市.xlsx": return_bytes(FORM), "泸溪县.xlsx": b"x"}))
    found = gather(tmp_path)
    assert [shown for _, shown in found.files] == ["上报.zip/吉首市.xlsx", "上报.zip/泸溪县.xlsx"]
    assert [ret.rejected for ret in read_many(found.files, FORM)] == [False, True]


def test_members_that_must_not_be_read_are_named_with_the_reason(tmp_path: Path) -> None:
    data = zipped({"../溜出去.xlsx": b"x", "/根.xlsx": b"x", "C:\\盘.xlsx": b"x", "好.xlsx": b"x"})
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("好.xlsx", b"y")
    (tmp_path / "坏.zip").write_bytes(stream.getvalue())
    statuses = listed(gather(tmp_path))
    assert statuses.pop("坏.zip") == "F106 skipped"
    assert len(statuses) == 4 and set(statuses.values()) == {"F101 rejected"}


def test_a_locked_archive_is_named_member_by_member(tmp_path: Path) -> None:
    data = bytearray(zipped({"甲县.xlsx": b"secret"}))
    at = data.index(b"PK\x01\x02") + 8
    struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1)
    (tmp_path / "密.zip").write_bytes(bytes(data))
    assert listed(gather(tmp_path)) == {"密.zip": "F106 skipped", "密.zip/甲县.xlsx": "F102 rejected"}


def test_archives_that_are_damaged_bombs_or_workbooks(tmp_path: Path) -> None:
    (tmp_path / "残.zip").write_bytes(zipped({"a.xlsx": b"x" * 1000})[:-30])
    (tmp_path / "弹.zip").write_bytes(zipped({"a.xlsx": bytes(50_000_000)}))
    (tmp_path / "空.zip").write_bytes(zipped({}))
    (tmp_path / "其实是表.zip").write_bytes(return_bytes(FORM))
    (tmp_path / "旧表.zip").write_bytes(compound("Workbook"))
    kind = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
    (tmp_path / "开放表.zip").write_bytes(zipped(kind))
    found = gather(tmp_path)
    assert listed(found) == {
        "残.zip": "F101 rejected",
        "弹.zip": "F106 skipped",
        "弹.zip/a.xlsx": "F105 rejected",
        "空.zip": "F106 skipped",
        "其实是表.zip": "read",
        "旧表.zip": "read",
        "开放表.zip": "read",
    }
    (ret, *_) = read_many(found.files, FORM)
    assert dict(ret.values) == figures(FORM)


def test_members_that_share_their_packed_bytes_are_a_bomb() -> None:
    data = zipped({"a.xlsx": b"x" * 500, "b.xlsx": b"y" * 500})
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    overlapping = bytearray(data)
    struct.pack_into("<I", overlapping, second + 42, 4)
    with pytest.raises(Unreadable, match=r"F105.*重叠"):
        open_zip(bytes(overlapping))


def test_other_archives_and_documents_say_what_to_do(tmp_path: Path) -> None:
    for name in ("a.rar", "b.7z", "c.docx", "d.pdf", "e.txt", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "readme").write_bytes(b"hello")
    found = gather(tmp_path)
    assert set(listed(found).values()) == {"F106 skipped"}
    severities = {result.source.path: problem.severity.value for result, problem in found.others}
    assert severities == {
        "a.rar": "warning", "b.7z": "warning", "c.docx": "warning", "d.pdf": "warning",
        "e.txt": "info", "Thumbs.db": "info", "readme": "info",
    }  # fmt: skip
    assert "请解压" in message(found, "a.rar")


@pytest.mark.parametrize("name", ["没有扩展名", "甲县.xlsx.download", "甲县.xlsx(1)", "甲县.tmp", "甲县.wps"])
def test_a_workbook_is_read_whatever_it_is_called_and_says_so(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(return_bytes(FORM))
    (tmp_path / "包.zip").write_bytes(zipped({name: return_bytes(FORM)}))
    found = gather(tmp_path)
    assert listed(found) == {name: "read", f"包.zip/{name}": "read", "包.zip": "F106 skipped"}
    for ret in read_many(found.files, FORM):
        assert dict(ret.values) == figures(FORM)
        (told,) = ret.findings
        assert (told.code, told.severity.value) == ("F107", "warning") and "已按内容读出" in told.message


def test_a_blank_behind_the_extension_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "甲县.xlsx ").write_bytes(return_bytes(FORM))
    (tmp_path / "包.zip").write_bytes(zipped({"乙县.xlsx ": return_bytes(FORM)}))
    assert [(dict(ret.values), ret.findings) for ret in read_many(gather(tmp_path).files, FORM)] == [
        (figures(FORM), ())
    ] * 2


def compound(stream: str) -> bytes:
    """The beginning of a compound file (OLE) with one stream of this name."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    directory = bytearray(512)
    for at, (name, kind, child) in enumerate((("Root Entry", 5, 1), (stream, 2, 0xFFFFFFFF))):
        text = name.encode("utf-16-le")
        directory[128 * at : 128 * at + len(text)] = text
        struct.pack_into("<HBBIII", directory, 128 * at + 64, len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return bytes(header) + table + bytes(directory)


def test_what_merely_begins_like_a_workbook_is_none(tmp_path: Path) -> None:
    document = zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"})
    contents = {
        "说明.bak": document, "安装包.apk": zipped({"classes.dex": b"x"}), "Thumbs.db": compound("Catalog"),
        "信.msg": compound("__properties_version1.0"), "信.tmp": compound("WordDocument"), "甲县.xyz": b"PK\x03\x04",
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert set(listed(gather(tmp_path)).values()) == {"F106 skipped"}
    (tmp_path / "旧.tmp").write_bytes(compound("Workbook"))
    (tmp_path / "下了一半.download").write_bytes(return_bytes(FORM)[:-300])
    statuses = listed(gather(tmp_path))
    assert (statuses["旧.tmp"], statuses["下了一半.download"]) == ("read", "read")
    codes = [[f.code for f in ret.findings] for ret in read_many(gather(tmp_path).files, FORM)]
    assert codes == [["F101"], ["F101"]]


def test_a_folder_that_calls_itself_xlsx_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "甲县.xlsx").mkdir()
    (tmp_path / "甲县.xlsx" / "乙县.xlsx").write_bytes(b"x")
    assert listed(gather(tmp_path)) == {"甲县.xlsx/乙县.xlsx": "read"}


@posix
def test_pipes_and_links_never_stop_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.xlsx")
    (tmp_path / "自己.xlsx").symlink_to(tmp_path / "自己.xlsx")
    (tmp_path / "失效.xlsx").symlink_to(tmp_path / "没有.xlsx")
    (tmp_path / "夹").mkdir()
    (tmp_path / "夹" / "回头").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "好.xlsx").write_bytes(return_bytes(FORM))
    found = gather(tmp_path)
    assert listed(found) == {
        "管道.xlsx": "F106 skipped",
        "自己.xlsx": "read",
        "失效.xlsx": "read",
        "夹/回头": "F106 skipped",
        "好.xlsx": "read",
    }
    codes = {ret.source.path: [f.code for f in ret.findings] for ret in read_many(found.files, FORM)}
    assert codes == {"自己.xlsx": ["F101"], "失效.xlsx": ["F101"], "好.xlsx": []}
    (fifo,) = read_many([(tmp_path / "管道.xlsx", "管道.xlsx")], FORM)
    assert [f.code for f in fifo.findings] == ["F101"]


@posix
def test_names_that_are_no_text_are_spelt_out(tmp_path: Path) -> None:
    names = [b"\xbc\xaa\xca\xd7.xlsx", "换\n行.xlsx".encode(), b"=1+1.xlsx", "翻\u202e转.xlsx".encode()]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(return_bytes(FORM))
    found = gather(tmp_path)
    assert sorted(listed(found)) == sorted(
        ["=1+1.xlsx", "\\udcbc\\udcaa\\udcca\\udcd7.xlsx", "换\\u000a行.xlsx", "翻\\u202e转.xlsx"]
    )
    assert not any(ret.rejected for ret in read_many(found.files, FORM))


def test_ordinary_names_are_shown_as_they_are() -> None:
    name = "上报/吉首市 (终稿)-2017年 v2.xlsx"
    assert printable(name) == name
