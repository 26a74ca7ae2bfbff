"""The roster (单位名录): which tables are one, what is wrong with the others, and how a written name finds its unit."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from xltools.roster import Match, Roster, RosterError, Unit, load_roster, match_unit, normalise_name, parse_roster

PREFECTURE = """
湘西州政府信息公开填报单位名录
代码   | 单位       | 上级   | 组别   | 别名                | 备注
       | 州本级     | 湘西州 | 州本级 |                     |
433101 | 吉首市     | 湘西州 | 县市   | 吉首;吉首市人民政府 | 已报
433122 | 泸溪县     | 湘西州 | 县市   | 泸溪县人民政府      |

433123 | 凤凰县     | 湘西州 | 县市   |                     |
       | 吉首市教育局 | 吉首市 | 部门 |                     |
       | 乾州（街道） | 吉首市教育局 | 部门 |               |
       | 湘西经开区 | 湘西州 | 县市   | 湘西、经开区        |
"""


def rows(text: str) -> list[list[str]]:
    """A table drawn with bars; its first line is row 1."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]


@pytest.fixture(scope="module")
def roster() -> Roster:
    return parse_roster(rows(PREFECTURE))


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(RosterError) as error:
        parse_roster(rows(text))
    return error.value.problems


# --- a table that is a roster ---


def test_units_come_in_the_order_of_the_table_with_its_row_numbers(roster: Roster) -> None:
    assert [(unit.name, unit.row) for unit in roster.units] == [
        ("州本级", 3), ("吉首市", 4), ("泸溪县", 5), ("凤凰县", 7),
        ("吉首市教育局", 8), ("乾州（街道）", 9), ("湘西经开区", 10),
    ]  # fmt: skip
    assert roster.by_name["吉首市"] == Unit("吉首市", "湘西州", "县市", "433101", ("吉首", "吉首市人民政府"), 4)


def test_the_root_is_the_parent_that_is_no_unit(roster: Roster) -> None:
    assert roster.root == "湘西州"
    assert parse_roster(rows("单位|上级\n湘西州|\n吉首市|湘西州")).root == ""
    assert parse_roster(rows("单位\n吉首市")) == Roster((Unit("吉首市", "", "", "", (), 2),), "", ())


def test_groups_come_in_order_of_first_appearance(roster: Roster) -> None:
    assert roster.groups == ("州本级", "县市", "部门")


def test_the_tree_is_walked_both_ways(roster: Roster) -> None:
    assert [unit.name for unit in roster.children("吉首市")] == ["吉首市教育局"]
    assert [unit.name for unit in roster.children("湘西州")] == ["州本级", "吉首市", "泸溪县", "凤凰县", "湘西经开区"]
    assert roster.children("凤凰县") == ()
    assert roster.ancestors("乾州（街道）") == ("吉首市教育局", "吉首市")
    assert roster.ancestors("吉首市") == roster.ancestors("湘西州") == ()
    with pytest.raises(KeyError):
        roster.ancestors("长沙市")


def test_a_unit_without_parent_at_the_top_is_an_ancestor_like_any_other() -> None:
    roster = parse_roster(rows("单位|上级\n湘西州|\n吉首市|湘西州"))
    assert roster.ancestors("吉首市") == ("湘西州",)
    assert [unit.name for unit in roster.children("")] == ["湘西州"]


@pytest.mark.parametrize("mark", ["、", ";", "；", ",", "，", "/", "\n", " 、、 "])
def test_aliases_are_separated_in_many_ways(mark: str) -> None:
    assert parse_roster([["单位", "别名"], ["吉首市", f"甲{mark}乙{mark}甲"]]).units[0].aliases == ("甲", "乙")


def test_padding_in_cells_and_headings_does_not_count() -> None:
    table = [["单 位", "上　级", "组别"], ["永 顺 县", "湘西州", "县　市"], ["古丈县\n", " 湘西 州", "县市"]]
    roster = parse_roster(table)
    assert [unit.name for unit in roster.units] == ["永顺县", "古丈县"]
    assert (roster.root, roster.groups) == ("湘西州", ("县市",))


def test_a_parent_is_spelt_like_the_unit_it_names() -> None:
    roster = parse_roster(rows("单位|上级\n高新区(本级)|\n一街道|高新区（本级）"))
    assert roster.ancestors("一街道") == ("高新区(本级)",)


def test_headings_repeated_on_every_page_are_no_units() -> None:
    assert len(parse_roster(rows("单位|代码\n吉首市|1\n单位|代码\n泸溪县|2")).units) == 2


def test_a_units_own_name_as_its_alias_says_nothing() -> None:
    assert parse_roster(rows("单位|别名\n吉首市|吉首 市、吉首")).units[0].aliases == ("吉首",)


# --- a table that is none: what is said ---

CANNOT_BE = {
    "no headings": (
        "吉首市|湘西州",
        "找不到表头,应有一行写着 单位、上级、组别、代码、别名、联系人,其中“单位”必须有",
    ),
    "a return": (
        "湖南省政府信息公开情况统计表\n统计指标|单位|统计数\n工作会议数|次|3\n培训班数|次|1",
        "这是一份报表,不是单位名录;名录是一行一个单位,表头写着 单位、上级、组别",
    ),
    "no unit": ("单位|上级\n|\n", "表头下面没有单位"),
    "a heading twice": ("单位|别名|别名\n吉首市|甲|乙", "表头里有两列“别名”,请只留一列"),
    "no name": ("单位|上级\n吉首市|\n|吉首市", '第 3 行,单位:不能为空:""'),
    "error value": ("单位|上级\n吉首市|#REF!", '第 2 行,上级:写法不合要求:"#REF!"'),
    "the name of the total": ("单位|组别\n吉首市|合计", '第 2 行,组别:写法不合要求:"合计"'),
    "code without its digits": ("单位|代码\n吉首市|4.33E+05", '第 2 行,代码:写法不合要求:"4.33E+05"'),
    "a unit twice": ("单位\n吉首市\n泸溪县\n吉首 市", "第 4 行,单位“吉首市”与第 2 行“吉首市”的名称或别名重复"),
    "alias is a name": ("单位|别名\n吉首市|泸溪县\n泸溪县|", "第 2 行,别名“泸溪县”与第 3 行“泸溪县”的名称或别名重复"),
    "alias twice": ("单位|别名\n吉首市|甲\n泸溪县|乙、甲", "第 3 行,别名“甲”与第 2 行“吉首市”的名称或别名重复"),
    "its own parent": ("单位|上级\n吉首市|吉首市", "第 2 行,上级成了圈:吉首市 → 吉首市,单位不能是自己的上级"),
    "a circle": (
        "单位|上级\n丁|甲\n甲|乙\n乙|丙\n丙|甲",
        "第 3 行,上级成了圈:甲 → 乙 → 丙 → 甲,单位不能是自己的上级",
    ),
    "several roots": (
        "单位|上级\n吉首市|湘西州\n泸溪县|湘西州\n慈利县|张家界市",
        "有几个上级不在“单位”一列里:“湘西州”(第 2 行)、“张家界市”(第 4 行),这样的上级只能有一个",
    ),
    "parent is an alias": (
        "单位|上级|别名\n吉首市|湘西州|吉首\n教育局|吉首|",
        "第 3 行,上级“吉首”是第 2 行“吉首市”的别名,请写单位名称,或删去这个别名",
    ),
}


@pytest.mark.parametrize(("table", "sentence"), CANNOT_BE.values(), ids=CANNOT_BE.keys())
def test_what_is_wrong_is_said_with_the_row(table: str, sentence: str) -> None:
    assert problems(table) == (sentence,)


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems("单位|上级|别名\n吉首市|湘西州|\n吉首市|湘西洲|\n泸溪县|泸溪县|吉首市")
    assert [sentence[:6] for sentence in found] == ["第 3 行,", "第 4 行,", "第 4 行,", "有几个上级不"]


def test_broken_rows_are_named_alone_for_the_rest_may_follow_from_them() -> None:
    assert problems("单位|上级\n#N/A|\n吉首市|甲\n泸溪县|乙") == ('第 2 行,单位:写法不合要求:"#N/A"',)


# --- which unit a return belongs to ---

WRITTEN = {
    "吉首市": ("吉首市", "name"),
    " 吉 首　市\u200b\n": ("吉首市", "name"),
    "乾州(街道)": ("乾州（街道）", "name"),
    "乾州〔街道〕": ("乾州（街道）", "name"),
    "吉首市人民政府": ("吉首市", "alias"),
    "经开区": ("湘西经开区", "alias"),
    "湘西州": ("湘西州", "name"),
    "湘西": ("湘西经开区", "alias"),
}


@pytest.mark.parametrize(("written", "unit"), WRITTEN.items())
def test_a_name_or_alias_is_recognised_whatever_its_blanks_and_width(
    roster: Roster, written: str, unit: tuple[str, str]
) -> None:
    found = match_unit(roster, written, "泸溪县2017")
    assert (found.unit, found.how, found.suggestions) == (*unit, ())


UNKNOWN = {
    "湘西州吉首市": "吉首市",
    "吉首县": "吉首市",
    "卢溪县": "泸溪县",
    "凤凰": "凤凰县",
    "教育局": "吉首市教育局",
    "湘西经济开发区": "湘西经开区",
}


@pytest.mark.parametrize(("written", "near"), UNKNOWN.items())
def test_a_near_name_is_suggested_first_and_never_taken(roster: Roster, written: str, near: str) -> None:
    found = match_unit(roster, written, "吉首市")
    assert (found.unit, found.how) == (None, "")
    assert found.suggestions[0] == near
    assert len(found.suggestions) <= 3


def test_of_many_near_names_three_are_suggested_and_of_a_strange_one_none() -> None:
    roster = parse_roster([["单位"], *([f"吉首市第{n}中学"] for n in "一二三四五")])
    assert len(match_unit(roster, "吉首市第六中学").suggestions) == 3
    assert match_unit(roster, "长沙海关") == Match(None, "", ())


STEMS = {
    "吉首市": "吉首市",
    "湘西州吉首市2017年统计表(终)": "吉首市",
    "05_泸溪县人民政府": "泸溪县",
    "吉首市教育局统计表": "吉首市教育局",
    "乾州(街道) 副本": "乾州（街道）",
}


@pytest.mark.parametrize(("stem", "unit"), STEMS.items())
def test_where_nothing_is_written_the_file_tells_the_unit(roster: Roster, stem: str, unit: str) -> None:
    assert match_unit(roster, "　 ", stem) == Match(unit, "file")


@pytest.mark.parametrize("stem", ["", "统计表", "湘西州统计表", "市"])
def test_a_file_name_without_a_unit_tells_nothing(roster: Roster, stem: str) -> None:
    """The alias 湘西 of the 经开区 does not make the prefecture's own file the 经开区's."""
    assert match_unit(roster, "", stem) == Match(None, "", ())


def test_a_file_name_with_two_units_is_no_answer_but_a_suggestion(roster: Roster) -> None:
    assert match_unit(roster, "", "泸溪县和吉首市") == Match(None, "", ("吉首市", "泸溪县"))


def test_a_roster_without_root_has_no_blank_unit() -> None:
    assert match_unit(parse_roster(rows("单位\n吉首市")), "") == Match(None, "", ())


# --- names ---


@pytest.mark.parametrize(
    ("one", "other"),
    [("吉首市", "吉 首　市"), ("甲区（本级）", "甲区(本级)"), ("甲区【本级】", "甲区﹝本级﹞"), ("Ｅ区１", "E区1")],
)
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@settings(max_examples=300)
@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once
    assert not any(character.isspace() for character in once)


NAMES = st.text("甲乙丙丁(（) ", min_size=1, max_size=4)
PARENTS, ALIASES = st.text("甲乙丙丁 ", max_size=3), st.text("甲乙、；", max_size=5)


@settings(max_examples=60)
@given(st.lists(st.tuples(NAMES, PARENTS, ALIASES), max_size=6))
def test_any_table_is_a_roster_or_refused_in_words(table: list[tuple[str, str, str]]) -> None:
    try:
        roster = parse_roster([("单位", "上级", "别名"), *table])
    except RosterError as error:
        assert error.problems
        assert all(error.problems)
        return
    for unit in roster.units:
        assert match_unit(roster, unit.name) == Match(unit.name, "name")
        assert all(match_unit(roster, alias) == Match(unit.name, "alias") for alias in unit.aliases)
        assert unit in roster.children(unit.parent)
        assert unit.name not in roster.ancestors(unit.name)


# --- files ---

LINES = """湘西州名录
单位,上级,组别,代码,别名
吉首市,湘西州,县市,433101,"吉首;吉首市政府"

泸溪县,湘西州,县市,433122,
"""


def saved(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_may_have_any_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, mark: str, end: str) -> None:
    text = LINES.replace(",", mark).replace("\n", end)
    roster = load_roster(saved(tmp_path, "单位名录.CSV", text.encode(encoding)))
    found = [(unit.name, unit.code, unit.row) for unit in roster.units]
    assert found == [("吉首市", "433101", 3), ("泸溪县", "433122", 5)]
    assert (roster.root, roster.units[0].aliases) == ("湘西州", ("吉首", "吉首市政府"))


def workbook(folder: Path, *sheets: tuple[list[list[object]], str], name: str = "单位名录.xlsx") -> Path:
    """A workbook of sheets (cells, merged area)."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    for cells, merged in sheets:
        sheet = book.add_worksheet()
        if merged:
            sheet.merge_range(merged, "")
        for index, line in enumerate(cells):
            sheet.write_row(index, 0, line)
    book.close()
    return saved(folder, name, content.getvalue())


def test_a_workbook_gives_codes_stored_as_numbers_in_full(tmp_path: Path) -> None:
    cells: list[list[object]] = [["名录"], [], ["单位", "代码", "别名"], ["吉首市", 433101, "吉首\n吉首市政府"]]
    roster = load_roster(workbook(tmp_path, (cells, "")))
    assert roster.units == (Unit("吉首市", "", "", "433101", ("吉首", "吉首市政府"), 4),)


def test_a_merged_cell_stands_for_every_row_it_covers(tmp_path: Path) -> None:
    cells: list[list[object]] = [["组别", "单位"], ["县市", "甲县"], [None, "乙县"], [None, "丙县"], ["本级", "丁局"]]
    roster = load_roster(workbook(tmp_path, (cells, "A2:A4")))
    assert [unit.group for unit in roster.units] == ["县市", "县市", "县市", "本级"]


def test_the_first_sheet_with_the_headings_is_read(tmp_path: Path) -> None:
    roster = load_roster(workbook(tmp_path, ([["说明"]], ""), ([["单位"], ["吉首市"]], ""), name="名录.xlsm"))
    assert list(roster.by_name) == ["吉首市"]


def test_a_formula_without_a_stored_value_is_no_blank(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in (["单位", "上级"], ["吉首市", '="湘西"&"州"']):
        sheet.append(line)
    book.save(tmp_path / "名录.xlsx")
    with pytest.raises(RosterError, match=r"第 2 行,上级:写法不合要求"):
        load_roster(tmp_path / "名录.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("名录.xls", b"", "“名录.xls”不是 .xlsx、.xlsm 或 .csv 文件"),
        ("名录.xlsx", b"", "文件是空的"),
        ("名录.xlsx", LINES.encode(), "文件内容是纯文本"),
        ("名录.csv", '单位,别名\n吉首市,"吉首\n泸溪县,'.encode(), "引号没有成对"),
        ("名录.csv", b"PK\x03\x04\xff\xff", "文字编码不认识"),
        ("名录.csv", b"", "找不到表头"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_in_words(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        load_roster(saved(tmp_path, name, content))


@pytest.mark.parametrize("name", ["没有.csv", "文件夹.xlsx"])
def test_a_missing_file_and_a_folder_are_refused_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "文件夹.xlsx").mkdir()
    with pytest.raises(RosterError, match="找不到或读不了"):
        load_roster(tmp_path / name)


def test_the_blank_between_a_contacts_name_and_number_stays() -> None:
    rows = [["单位", "联系人", "组别"], ["甲县", " 张三　0743-8222222\n(办公室) ", "县市"], ["乙县", "", "县市"]]
    assert [(u.contact, u.group) for u in parse_roster(rows).units] == [
        ("张三 0743-8222222 (办公室)", "县市"), ("", "县市"),
    ]  # fmt: skip
