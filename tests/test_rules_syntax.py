"""What is a rule and what is refused, in which words; what can be told from the text alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltools.rules import (
    Binary,
    Boolean,
    Call,
    Expression,
    Name,
    Number,
    Percent,
    RuleError,
    Text,
    Unary,
    fragile,
    is_logical,
    names,
    parse,
    rename,
    verdict_of,
)

A, B, C = Name("甲"), Name("乙"), Name("丙")

TREES: list[tuple[str, Expression]] = [
    ("甲", A),
    ("=甲=乙+丙", Binary("=", A, Binary("+", B, C))),
    (" = 甲\n<= 乙 ", Binary("<=", A, B)),
    ("甲-乙-丙", Binary("-", Binary("-", A, B), C)),
    ("甲-(乙-丙)", Binary("-", A, Binary("-", B, C))),
    ("甲+乙*丙", Binary("+", A, Binary("*", B, C))),
    ("甲&乙+丙", Binary("&", A, Binary("+", B, C))),
    ("甲^乙^丙", Binary("^", Binary("^", A, B), C)),
    ("-甲^乙", Binary("^", Unary("-", A), B)),
    ("甲*-乙", Binary("*", A, Unary("-", B))),
    ("甲%^乙", Binary("^", Percent(A), B)),
    ("-甲%%", Percent(Percent(Unary("-", A)))),
    ("甲<>乙=丙", Binary("=", Binary("<>", A, B), C)),
    ("1.5", Number(1.5)),
    (".5e3", Number(500.0)),
    ("0.12345678901234567", Number(0.123456789012346)),
    ('"他说""好"""', Text('他说"好"')),
    ('""', Text("")),
    ("true", Boolean(True)),
    ("sum(甲,乙)", Call("SUM", (A, B))),
    ("If(甲,FALSE)", Call("IF", (A, Boolean(False)))),
    ("依申请_1.收到", Name("依申请_1.收到")),
    ("XFE1", Name("XFE1")),
    ("A0", Name("A0")),
    ("说明_R0801", Name("说明_R0801")),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_a_rule_becomes_a_tree(text: str, tree: Expression) -> None:
    assert parse(text) == tree


def test_parts_know_where_they_stand() -> None:
    text = "= 甲 >= (乙 + SUM(丙,1))"
    tree = parse(text)
    assert isinstance(tree, Binary) and isinstance(tree.right, Binary)
    assert text[tree.start:tree.end] == "甲 >= (乙 + SUM(丙,1))"
    assert text[tree.right.start:tree.right.end] == "(乙 + SUM(丙,1))"
    assert text[tree.right.right.start:tree.right.right.end] == "SUM(丙,1)"


REFUSED = [
    ("", 0, "公式是空的。请写一条条件，例如 合计=甲+乙。"),
    ("=", 1, "公式是空的。请写一条条件，例如 合计=甲+乙。"),
    ("甲+", 2, "公式没有写完：最后缺少一个数、名称或函数。"),
    ("甲==乙", 2, "运算符“=”前面少了一个数或名称。"),
    ("甲 乙", 2, "“乙”前面少了运算符（+ - * / & = < > 等）。"),
    ("丙=(甲+乙", 2, "左括号没有配对的右括号。请补上“)”。"),
    ("甲+乙)", 3, "多了一个右括号，或括号里、运算符后面是空的。请检查括号是否成对。"),
    ("1,234>甲", 1, "逗号只能用在函数的参数之间。数字不要写千分位逗号。"),
    ("SUM (甲)", 4, "左括号前面少了运算符，例如 2*(甲+乙)。函数名与左括号之间不要有空格。"),
    ("SUM(甲,)", 6, "SUM 的参数不能空着。请写出这个参数，或删去多余的逗号。"),
    ("IF(,甲,乙)", 3, "IF 的参数不能空着。请写出这个参数，或删去多余的逗号。"),
    ("ROUND(甲)", 0, "ROUND 要 2 个参数，这里写了 1 个。"),
    ("IF(甲)", 0, "IF 要 2 或 3 个参数，这里写了 1 个。"),
    ("甲=SUM()", 2, "SUM 要 1 至 255 个参数，这里写了 0 个。"),
    ("甲=B2", 2, "“B2”是单元格地址，不能用。请用名称，例如 主动公开数。"),
    ("R1C1=1", 0, "“R1C1”是单元格地址，不能用。请用名称，例如 主动公开数。"),
    ("$B$2=1", 0, "不能用单元格地址（如 $B$2）。请用名称，例如 主动公开数。"),
    ("SUM(A1:B2)", 4, "不能用单元格区域（A1:…）。请把名称逐个写出，例如 SUM(甲,乙)。"),
    ("Sheet!甲>1", 0, "不能引用工作表（Sheet!…）。请只用本表的名称。"),
    ("'统计表'!甲>1", 0, "不能引用其他工作表 '…'!。请只用本表的名称；文字要用双引号。"),
    ("[1]表!甲>1", 0, "不能引用其他工作簿或表格 […]。请只用本表的名称。"),
    ("表1[列]>1", 0, "不能引用表格（表1[…]）。请只用本表的名称。"),
    ("OR(甲={1,2})", 5, "不能用数组 {…}。请把各项分开写，例如 OR(甲=1,甲=2)。"),
    ("甲=#N/A", 2, "不能写错误值（如 #N/A、#REF!）。"),
    ("SUM(甲;乙)", 5, "参数之间要用半角逗号“,”，不用分号。"),
    ("@甲=1", 0, "不能用 @。请直接写名称。"),
    ('甲="无', 2, "文字缺少后面的双引号。请补上半角双引号。"),
    ("甲>12件", 4, "数字 12 后面紧跟着“件”。数字不带单位；名称不能以数字开头。"),
    ("甲>1e999", 2, "数字 1e999 太大，Excel 存不下（上限约 1.79E+308）。"),
    ("甲?乙", 1, "公式里不能用“?”。"),
    ("甲\u3000=1", 1, "这里是全角空格或不换行空格。请换成半角空格，或删去。"),
    ("甲＝乙", 1, "“＝”是全角或中文符号，公式里不能用。请改用半角“=”。"),
    ("SUM（甲)", 3, "“（”是全角或中文符号，公式里不能用。请改用半角“(”。"),
    ("SUM(甲，乙)", 5, "“，”是全角或中文符号，公式里不能用。请改用半角“,”。"),
    ("甲≥乙", 1, "“≥”是全角或中文符号，公式里不能用。请改用半角“>=”。"),
    ("甲≠乙", 1, "“≠”是全角或中文符号，公式里不能用。请改用半角“<>”。"),
    ("甲=“无”", 2, "这里是中文引号或全角引号。文字要用半角双引号，如 \"无\"。"),
    ("甲>５", 2, "“５”是全角或中文符号，公式里不能用。请改用半角“5”。"),
    ("(" * 65 + "甲" + ")" * 65, 65, "嵌套超过 64 层（Excel 的上限）。请拆成几条公式。"),
    ("-" * 65 + "甲", 65, "嵌套超过 64 层（Excel 的上限）。请拆成几条公式。"),
    ("+".join("甲" * 300), 0, "连续运算太长（超过 200 层）。请改用 SUM，或拆成几条公式。"),
    ("甲" * 8193, 8192, "公式有 8193 个字符，超过 Excel 的上限 8192。请拆成几条公式。"),
    (f'甲="{"字" * 256}"', 2, "公式里的一段文字不能超过 255 个字符（Excel 的上限）。"),
    (f"SUM({','.join('甲' * 256)})", 0, "SUM 要 1 至 255 个参数，这里写了 256 个。"),
]


@pytest.mark.parametrize(("text", "position", "message"), REFUSED, ids=[text[:12] for text, _, _ in REFUSED])
def test_what_is_no_rule_is_refused_in_words(text: str, position: int, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert caught.value.message == f"第 {position + 1} 个字符：{message}" == str(caught.value)
    assert (caught.value.position, caught.value.text) == (position, text)


def test_an_unknown_function_is_named_and_the_allowed_are_listed() -> None:
    with pytest.raises(RuleError, match=r"不能用函数 VLOOKUP。可用的函数：SUM、ABS、.*、LEN。"):
        parse("甲=VLOOKUP(乙)")
    with pytest.raises(RuleError, match=r"不能用函数 _xlfn\.IFS"):
        parse("_xlfn.IFS(甲,乙)")


@pytest.mark.parametrize("text", [
    "IF(甲," * 64 + "乙=1" + ")" * 64,
    "NOT(" * 64 + "甲=1" + ")" * 64,
    "甲=" + "+".join("乙" * 199),
])
def test_the_deepest_rules_are_read_and_judged(text: str) -> None:
    assert verdict_of(parse(text))({"甲": 1, "乙": 2}) in (True, False)


def test_brackets_filled_with_every_operator_reach_the_limit_before_the_stack_does() -> None:
    with pytest.raises(RuleError, match="连续运算太长"):
        parse("(1=1&1+1*1^" * 64 + "1" + ")" * 64)


def _refusal(text: str) -> RuleError | None:
    try:
        parse(text)
    except RuleError as error:
        return error
    return None


@given(st.text(alphabet='甲乙A1.,+-*/^%&=<>() "SUMIFTRUE（$:{#', max_size=40))
def test_any_text_is_a_rule_or_refused_inside_itself(text: str) -> None:
    refused = _refusal(text)
    if refused is not None:
        assert 0 <= refused.position <= len(text)
        assert refused.message.startswith(f"第 {refused.position + 1} 个字符：")


@given(st.text(alphabet='甲乙+-*/^%&=<>() ,"1.', max_size=30))
def test_renaming_back_and_forth_changes_nothing(text: str) -> None:
    if _refusal(text) is None:
        away = rename(text, {"甲": "丙丁", "乙": "甲"})
        assert rename(away, {"丙丁": "甲", "甲": "乙"}) == text


def test_names_come_once_in_order_of_appearance() -> None:
    assert names(parse("IF(丙>0,甲+丙,乙)=甲")) == ("丙", "甲", "乙")
    assert names(parse('"甲"&1=TRUE')) == ()


def test_renaming_leaves_everything_else_as_written() -> None:
    given_ = '= SUM( 甲 ,甲乙,(甲))&"甲" = 乙'
    assert rename(given_, {"甲": "统计表!$C$5", "乙": "丙"}) == '= SUM( 统计表!$C$5 ,甲乙,(统计表!$C$5))&"甲" = 丙'


@pytest.mark.parametrize(("text", "logical"), [
    ("甲=乙", True), ("TRUE", True), ("AND(甲,乙)", True), ("NOT(甲)", True), ("ISBLANK(甲)", True),
    ("IF(甲,乙>1,FALSE)", True), ("IF(甲,乙>1)", True), ("IFERROR(甲>1,FALSE)", True),
    ("甲", False), ("甲+乙", False), ('"TRUE"', False), ("IF(甲,乙>1,0)", False), ("IFERROR(甲>1,0)", False),
    ("COUNT(甲)", False), ("-(甲>1)", False),
])
def test_a_rule_that_gives_no_boolean_is_known_before_it_runs(text: str, logical: bool) -> None:
    assert is_logical(parse(text)) is logical


@pytest.mark.parametrize(("text", "word"), [
    ("0<甲<9", "比较不能连写"),
    ("TRUE=甲", "真假值"),
    ("(甲>1)&乙=丙", "真假值"),
    ("LEN(甲>1)=1", "真假值"),
    ("IF(甲>1,乙>1)=1", "真假值"),
    ('SUM("5",甲)=1', "文字在这里当数"),
    ('IF("1",甲,乙)=1', "文字在这里当数"),
    ('甲="2017-1-1"+1', "文字在这里当数"),
    ('甲<"乙"', "文字的大小先后"),
    ("甲^乙=1", "0^0"),
    ("甲^0=1", "0^0"),
    ("甲-乙-丙=0", "写成两边相比"),
    ("0=ABS(甲+乙-丙)", "写成两边相比"),
    ("IF(甲-乙,FALSE,TRUE)", "写成两边相比"),
    ("SUM(甲,-乙)=0", "写成两边相比"),
    ("MOD(甲,0.5)=0", "MOD"),
    ("COUNT(+甲)=1", "删去正号"),
    ("COUNTA(IFERROR(甲,0))=1", "IFERROR"),
])
def test_what_programs_take_differently_is_pointed_out(text: str, word: str) -> None:
    (message,) = fragile(parse(text))
    assert word in message
    assert message.startswith("第 ")


@pytest.mark.parametrize("text", [
    "甲=乙+丙", "甲<=SUM(乙,丙)", "(甲>0)=(乙>0)", "N(甲>0)+N(乙>0)<=1", "ABS(甲-乙)<0.01", "甲+乙=0", "MOD(甲,2)=0",
    "甲^2>0", "IF(甲=0,TRUE,乙/甲>0.5)", "IFERROR(甲/乙,0)<=1", '甲="无"', "LEN(甲)=0", "COUNT(IF(甲>0,乙,丙))=1",
    "甲>-1",
])
def test_ordinary_rules_have_nothing_to_point_out(text: str) -> None:
    assert fragile(parse(text)) == ()


@pytest.mark.parametrize("text", [
    "甲-乙=0", "ABS(甲-乙-1)=0", "IF(甲-乙,FALSE,TRUE)", "SUM(甲,-乙)<=0", "甲-2*乙=0", "MAX(甲,乙)-INT(丙)=0",
])
def test_whole_numbers_may_be_subtracted_and_compared_with_nought(text: str) -> None:
    assert fragile(parse(text), whole={"甲", "乙"}) == ()
    assert len(fragile(parse(text))) == 1


@pytest.mark.parametrize("text", ["甲-丙=0", "甲-乙/2=0", "甲-0.5=0", "IF(丙>0,甲,丙)-乙=0", "甲-乙%=0"])
def test_one_part_with_decimals_is_enough_to_point_it_out(text: str) -> None:
    (message,) = fragile(parse(text), whole={"甲", "乙"})
    assert "写成两边相比" in message
