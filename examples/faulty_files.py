"""问题件 that are one file: what can be wrong with a file, its structure and its figures."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from cases import REMARK, UNIT, Case, file_case
from sample import SOUND_2017, SOUND_2021, YEAR_2021, sample_2017
from workbooks import cell_of, over_typed, return_workbook, roster_workbook, with_cell, with_name, with_parts, with_text

from xltools.form import PERIOD, Entry, Form, Indicator, ListTable, Section

# No rule speaks of this one, so nothing else breaks with it.
_SPOILT = "查阅点数"
_BOMB = 12_000_000
_Row = Section | Entry


def file_cases(form: Form, form_2021: Form) -> list[Case]:
    """Cases of F, S and V codes that one file shows by itself."""
    return [*_broken_files(form), *_broken_structure(form, form_2021), *_broken_figures(form)]


def _broken_files(form: Form) -> list[Case]:
    sound = sample_2017(form)
    contacts = roster_workbook([("甲县政府办", "", "", "0000-0000000", "不是统计表")])
    table = "统计指标,单位,统计数\r\n主动公开政府信息数,条,3000\r\n".encode()
    older = sample_2017(replace(form, version="0"))
    bomb = with_parts(sound, {"xl/media/image1.bmp": bytes(_BOMB)})
    return [
        file_case("F101", "文件打不开", "传到一半就断了,只有前半个文件。", sound[: len(sound) // 2]),
        file_case("F102", "文件有密码", "设了打开密码的文件(这里只有加密文件的外壳,没有内容)。", _encrypted()),
        file_case("F103", "不是本表式的报表", "交来的是通讯录,不是统计表。", contacts),
        file_case("F104", "表式版本不同", "用第 0 版的空表填的,现在是第 1 版。", older),
        file_case("F105", "解压后过大", "夹带了一张解压后 12 MB 的空白图片,压缩比异常。", bomb),
        file_case("F107", "扩展名与内容不符", "CSV 文本文件,只把扩展名改成了 .xlsx。", table),
    ]


def _broken_structure(form: Form, form_2021: Form) -> list[Case]:
    sound = sample_2017(form)
    last_year = sample_2017(form, year="2016")
    nameless = with_name(sound, _SPOILT, None)
    unsigned = return_workbook(form, "", SOUND_2017, remark=REMARK)
    typed = over_typed(form_2021, UNIT, SOUND_2021, {"行政复议_总计": 3}, remark=REMARK, year=YEAR_2021)
    overwritten = "自动计算的格被手工填写"
    return [
        file_case("S201", "单元格名称丢失", f"“{_SPOILT}”的单元格名称没有了,按标签还找得到。", nameless),
        file_case("S202", "名称与标签对不上", "“专门机构数”“查阅点数”两行的标签互换了。", _with_rows(form, _swapped)),
        file_case("S203", "找不到指标", "“政策解读稿件数”这一行被删掉了。", _with_rows(form, _shortened)),
        file_case("S204", "年度不符", "表头写的是 2016 年度。", last_year),
        file_case("S205", "填报单位未填", "表头没有写填报单位,文件名也看不出。", unsigned),
        file_case("S206", "增加了行", "自己加了一行“移动客户端公开数”。", _with_rows(form, _lengthened)),
        file_case(
            "S207", overwritten, "2021 年表式:“行政复议_总计”本应自动相加,被手工填了同样的数。",
            typed, command=f"xltools check -f xxgk2021 S207_{overwritten}.xlsx",
        ),
        file_case(
            "S209", "多出的指标",
            "用改过的空表填的,多一个指标“移动客户端公开数”,审核时没有用 -f 指定那份空表;因此还有 S206。",
            _with_rows(form, _lengthened, 移动客户端公开数=5),
        ),
    ]  # fmt: skip


def _broken_figures(form: Form) -> list[Case]:
    cell = cell_of(form, _SPOILT)
    # The sheet says of a text what it says of a negative number, so the stored words are those of the spoilt figure.
    marked = sample_2017(form, {_SPOILT: -1})
    unsaved = with_cell(sample_2017(form, {_SPOILT: None}), 1, cell, "<f>AVERAGE(5,7)</f>")
    yearless = return_workbook(form, UNIT, SOUND_2017, remark=REMARK, header={PERIOD: ""})
    return [
        file_case("V301", "不是数", f"“{_SPOILT}”填的是“约 6 个”。", with_text(marked, 1, cell, "约 6 个")),
        file_case("V302", "带单位的数", f"“{_SPOILT}”填的是“6个”,读作 6。", with_text(marked, 1, cell, "6个")),
        file_case("V303", "负数", f"“{_SPOILT}”填的是 -1。", marked),
        file_case("V304", "应为整数", f"“{_SPOILT}”填的是 6.5。", sample_2017(form, {_SPOILT: Decimal("6.5")})),
        file_case("V305", "必填项未填", "表头没有填年度。", yearless),
        file_case("V306", "公式没有结果", f"“{_SPOILT}”是公式,文件里没有存下结果。", unsaved),
        file_case("V307", "公式出错", f"“{_SPOILT}”的公式显示 #REF!。", with_cell(marked, 1, cell, _REF_ERROR, "e")),
        file_case("V308", "合计未填", "各种答复都填了,“申请答复数”空着。", sample_2017(form, {"申请答复数": None})),
        file_case("V309", "整张表都没有填", "只写了填报单位和年度。", return_workbook(form, UNIT, {}, remark=REMARK)),
    ]


_REF_ERROR = "<f>#REF!+1</f><v>#REF!</v>"


def _with_rows(form: Form, change: Callable[[list[_Row]], list[_Row]], **more: int) -> bytes:
    """A return as it looks after somebody has changed the rows of the template."""
    table = form.tables[0]
    assert isinstance(table, ListTable)
    changed = replace(form, tables=(replace(table, rows=tuple(change(list(table.rows)))),))
    values = {name: value for name, value in SOUND_2017.items() if name in changed.indicators}
    return return_workbook(changed, UNIT, values | more, remark=REMARK)


def _position(rows: list[_Row], name: str) -> int:
    return next(at for at, row in enumerate(rows) if isinstance(row, Entry) and row.indicator.name == name)


def _swapped(rows: list[_Row]) -> list[_Row]:
    one, other = _position(rows, "专门机构数"), _position(rows, "查阅点数")
    first, second = rows[one], rows[other]
    rows[one], rows[other] = replace(first, label=second.label), replace(second, label=first.label)
    return rows


def _shortened(rows: list[_Row]) -> list[_Row]:
    del rows[_position(rows, "政策解读稿件数")]
    return rows


def _lengthened(rows: list[_Row]) -> list[_Row]:
    own = Entry("6、移动客户端公开政府信息数", Indicator("移动客户端公开数", "条"), 2)
    rows.insert(_position(rows, "其他方式公开数") + 1, own)
    return rows


def _encrypted() -> bytes:
    """The shell of an encrypted workbook: an OLE2 file (MS-CFB) with the streams that MS-OFFCRYPTO prescribes, empty.

    Three sectors of 512 bytes: the header, the table of sectors, the directory.
    """
    free, chain_end, table_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, chain_end, 0, chain_end, 0)
    header += struct.pack("<109I", 0, *([free] * 108))
    sectors = struct.pack("<128I", table_sector, chain_end, *([free] * 126))
    entries = [("Root Entry", 5, 1), ("EncryptionInfo", 2, free), ("EncryptedPackage", 2, free)]
    return header + sectors + b"".join(_directory_entry(*entry) for entry in entries) + _directory_entry("", 0, free)


def _directory_entry(name: str, kind: int, child: int) -> bytes:
    """One of the four entries (128 bytes each) of the directory; streams are siblings, shortest name first."""
    none, chain_end = 0xFFFFFFFF, 0xFFFFFFFE
    text = name.encode("utf-16-le")
    right = 2 if name == "EncryptionInfo" else none
    start = chain_end if kind else 0
    links = struct.pack("<BBIII", kind, 1, none, right, child)
    length = len(text) + 2 if name else 0
    return text.ljust(64, b"\0") + struct.pack("<H", length) + links + bytes(36) + struct.pack("<IQ", start, 0)
