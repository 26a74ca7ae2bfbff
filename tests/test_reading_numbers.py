"""A clerk's entry is a number as it stands, a number with a note, a blank, or a problem in words; never a guess."""

from __future__ import annotations

import time
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xltools.reading.numbers import Reading, read_number
from xltools.reading.numerals import multiplier_of, parse_numeral, spell

MEASURES = st.sampled_from(["件", "条", "人次", "万元", "元", "%", "千克", "", "万", "？"])
# What clerks' keyboards produce, so that random text is often nearly a number.
TYPED = st.text(
    st.sampled_from("0123456789０１９.,，。-－−—+/%'＇ \u3000\u200b（）()eE一二两三十百千万亿零〇点负件元人次约余年月")
    | st.characters(exclude_categories=["Cs"]),
    max_size=20,
)


@pytest.mark.parametrize("raw", [0, 12, -3, 10**15 - 1, Decimal("25.1"), Decimal("-0.5")])
def test_a_number_is_taken_as_it_stands(raw: int | Decimal) -> None:
    assert read_number(raw, "件") == Reading(raw, True, "", "")


@pytest.mark.parametrize("raw", [None, "", " ", "\t\r\n", "\xa0", "\u3000", "\u200b", "\ufeff \u2060"])
def test_nothing_and_white_space_are_blank_as_they_stand(raw: str | None) -> None:
    assert read_number(raw, "件") == Reading(None, True, "", "")


@pytest.mark.parametrize(
    "raw", ["/", "／", "-", "－", "—", "——", "–", "--", "无", " 无 ", "无。", "N/A", "n/a", "Ｎ／Ａ", "'"]
)
def test_the_usual_words_for_nothing_are_blank_with_a_note(raw: str) -> None:
    read = read_number(raw, "件")
    assert (read.value, read.literal, read.problem) == (None, False, "")
    assert read.note == "按空白计"


@pytest.mark.parametrize(
    ("raw", "measure", "value", "how"),
    [
        ("123", "件", 123, "以文本形式存放"),
        (" 123\u3000", "件", 123, "去掉首尾空白"),
        ("\u200b12", "件", 12, "去掉首尾空白"),
        ("１２３", "件", 123, "全角字符"),
        ("１２．５", "万元", Decimal("12.5"), "全角字符"),
        ("'12", "件", 12, "多余的引号"),
        ("’12", "件", 12, "多余的引号"),
        ("12。", "件", 12, "多余的句号"),
        ("12.", "件", 12, "以文本形式存放"),
        (".5", "万元", Decimal("0.5"), "以文本形式存放"),
        ("0.50", "万元", Decimal("0.5"), "以文本形式存放"),
        ("12.0", "件", 12, "以文本形式存放"),
        ("+5", "件", 5, "以文本形式存放"),
        ("-5", "件", -5, "以文本形式存放"),
        ("－5", "件", -5, "全角字符"),
        ("−5", "件", -5, "全角字符"),
        ("007", "件", 7, "前面多余的 0"),
        ("1,234", "件", 1234, "千分位逗号"),
        ("1，234，567", "件", 1_234_567, "千分位逗号"),
        ("1,234.5", "万元", Decimal("1234.5"), "千分位逗号"),
        ("1.2e3", "件", 1200, "科学计数法"),
        ("1E-2", "万元", Decimal("0.01"), "科学计数法"),
        ("12件", "件", 12, "去掉计量单位“件”"),
        ("12 件", "件", 12, "去掉计量单位“件”"),
        ("12人次", "人次", 12, "去掉计量单位“人次”"),
        ("34%", "%", 34, "去掉计量单位“%”"),
        ("2万", "件", 20_000, "“万”换算"),
        ("2万件", "件", 20_000, "由“万件”换算为“件”"),
        ("2.5万", "件", 25_000, "“万”换算"),
        ("3千", "件", 3000, "“千”换算"),
        ("2亿", "件", 200_000_000, "“亿”换算"),
        ("251000元", "万元", Decimal("25.1"), "由“元”换算为“万元”"),
        ("1元", "万元", Decimal("0.0001"), "由“元”换算为“万元”"),
        ("2000万", "万元", 2000, "“万”换算"),
        ("2000万元", "万元", 2000, "去掉计量单位“万元”"),
        ("2千元", "万元", Decimal("0.2"), "由“千元”换算为“万元”"),
        ("1.5亿", "万元", 15_000, "“亿”换算"),
        ("12万", "元", 120_000, "“万”换算"),
        ("3千克", "千克", 3, "去掉计量单位“千克”"),
        ("2万", "", 20_000, "“万”换算"),
        ("二十八", "件", 28, "中文数字"),
        ("一百零三", "件", 103, "中文数字"),
        ("〇", "件", 0, "中文数字"),
        ("零", "件", 0, "中文数字"),
        ("两千", "件", 2000, "中文数字"),
        ("十二点五", "万元", Decimal("12.5"), "中文数字"),
        ("壹拾伍点贰伍", "万元", Decimal("15.25"), "中文数字"),
        ("零点零五", "万元", Decimal("0.05"), "中文数字"),
        ("负五", "件", -5, "中文数字"),
        ("二〇一七", "件", 2017, "中文数字"),
        ("贰拾捌", "件", 28, "中文数字"),
        ("二十八件", "件", 28, "去掉计量单位“件”"),
        ("一件", "件", 1, "去掉计量单位“件”"),
        ("一点五万", "件", 15_000, "“万”换算"),
        ("两千", "件", 2000, "中文数字"),
        ("一百二十三", "万元", 123, "中文数字"),
        ("两千万", "万元", 2000, "换算为“万元”"),
        ("两千万元", "万元", 2000, "由“元”换算为“万元”"),
        ("十二点五万元", "万元", Decimal("12.5"), "去掉计量单位“万元”"),
    ],
)
def test_what_can_be_read_in_one_way_is_read_and_noted(raw: str, measure: str, value: int | Decimal, how: str) -> None:
    read = read_number(raw, measure)
    assert (read.value, read.literal, read.problem) == (value, False, "")
    assert type(read.value) is type(value)
    assert how in read.note


@pytest.mark.parametrize(
    ("raw", "measure", "why"),
    [
        (True, "件", "是逻辑值 TRUE"),
        (False, "件", "是逻辑值 FALSE"),
        (Decimal("NaN"), "件", "不是有限的数"),
        (Decimal("-Infinity"), "件", "不是有限的数"),
        (10**15, "件", "超过 15 位"),
        (-(10**17), "件", "超过 15 位"),
        (Decimal("1e300"), "件", "超过 15 位"),
        ("1,23", "件", "千分位逗号位置不对"),
        ("1,2345", "件", "千分位逗号位置不对"),
        ("1234,567", "件", "千分位逗号位置不对"),
        ("0,123", "件", "千分位逗号位置不对"),
        (",123", "件", "看不出"),
        ("12,", "件", "千分位逗号位置不对"),
        ("12、", "件", "看不出"),
        ("12人", "件", "单位“人”不是本格的计量单位“件”"),
        ("12人", "人次", "单位“人”不是本格的计量单位“人次”"),
        ("12件", "", "单位“件”不是"),
        ("12 kg", "件", "单位“kg”不是"),
        ("2千", "万元", "可能以“元”计,也可能以“万元”计"),
        ("两千", "万元", "可能以“元”计,也可能以“万元”计"),
        ("叁佰", "万元", "可能以“元”计,也可能以“万元”计"),
        ("一千二百", "万元", "可能以“元”计,也可能以“万元”计"),
        ("一万二千", "万元", "可能以“元”计,也可能以“万元”计"),
        ("34%", "件", "是百分数"),
        ("３４％", "件", "是百分数"),
        ("百分之三十四", "件", "是百分数"),
        ("2017-12-31", "件", "像是日期"),
        ("2017/12/31", "件", "像是日期"),
        ("2017.12.31", "件", "像是日期"),
        ("2017-12", "件", "像是日期"),
        ("2017年12月", "件", "像是日期"),
        ("约12", "件", "是约数"),
        ("12左右", "件", "是约数"),
        ("12余件", "件", "是约数"),
        ("≥12", "件", "是约数"),
        ("10-20", "件", "是一个范围"),
        ("10～20", "件", "是约数"),
        ("10至20", "件", "是一个范围"),
        ("(12)", "件", "带括号"),
        ("（12）", "件", "带括号"),
        ("1 234", "件", "数字中间有别的字符"),
        ("12\n13", "件", "数字中间有别的字符"),
        ("1\u200b2", "件", "里面有看不见的字符"),
        ("\u202e12", "件", "里面有看不见的字符"),
        ("一", "件", "也可能是横线"),
        ("三五", "件", "看不出"),
        ("一百五", "件", "看不出"),
        ("一亿五千", "件", "看不出"),
        ("十两", "件", "看不出"),
        ("三点", "件", "单位“点”不是"),
        ("12万3千", "件", "数字中间有别的字符"),
        ("3百二十", "件", ""),
        ("12+3", "件", "看不出"),
        ("=A1", "件", "看不出"),
        ("1.2.3", "件", "看不出"),
        ("1/2", "件", "看不出"),
        ("12:30", "件", "看不出"),
        ("0x10", "件", "看不出"),
        ("１_000", "件", "看不出"),
        ("1_000", "件", "看不出"),
        ("nan", "件", "看不出"),
        ("inf", "件", "看不出"),
        ("Infinity", "件", "看不出"),
        ("١٢", "件", "看不出"),
        ("①", "件", "看不出"),
        ("²", "件", "看不出"),
        ("--5", "件", "看不出"),
        ("- 5", "件", "看不出"),
        ("12(件)", "件", "看不出"),
        ("无件", "件", "看不出"),
        ("1e", "件", "单位“e”不是"),
        ("1e999", "件", "太大或太小"),
        ("1e-999", "件", "太大或太小"),
        ("1e9999", "件", ""),
        ("9" * 15 + "万", "件", "太大或太小"),
        ("1234567890123456", "件", "超过 15 位"),
        ("0.1234567890123456", "万元", "超过 15 位"),
        ("9" * 200, "件", "超过 15 位"),
        ("9" * 5000, "件", "有 5000 个字,太长"),
        ("百" * 5000, "件", "有 5000 个字,太长"),
        ("请见附件", "件", "看不出是哪个数"),
        ("x" * 99, "件", "看不出是哪个数"),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_a_problem_in_words(
    raw: bool | int | Decimal | str, measure: str, why: str
) -> None:
    read = read_number(raw, measure)
    assert (read.value, read.literal, read.note) == (None, False, "")
    assert read.problem
    assert why in read.problem


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("1" + "-" * 32_000, "太长"),
        ("a" + " " * 32_000 + "b", "太长"),
        ("5" + "\u200b" * 32_000 + "5", "太长"),
        (" \u200b" * 16_000 + "5", ""),
        (" " * 32_000, ""),
    ],
)
def test_the_longest_text_a_cell_holds_costs_no_time(raw: str, why: str) -> None:
    started = time.perf_counter()
    problems = {read_number(raw, "件").problem for _ in range(20)}
    assert time.perf_counter() - started < 1
    assert all(why in problem if why else problem == "" for problem in problems)


def test_the_edges_that_are_taken_off_are_all_of_white_space() -> None:
    for character in filter(str.isspace, map(chr, range(0x110000))):
        assert read_number(f"{character}5{character}", "件").value == 5


@settings(max_examples=1000)
@given(TYPED | st.none() | st.booleans() | st.integers() | st.decimals(), MEASURES)
@example("e9", "件")
@example("负", "件")
@example("点五", "件")
@example("%", "%")
def test_every_entry_has_one_verdict(raw: int | Decimal | str | None, measure: str) -> None:
    read = read_number(raw, measure)
    if read.problem:
        assert (read.value, read.literal, read.note) == (None, False, "")
    elif read.literal:
        assert read.note == ""
        assert read.value is (None if isinstance(raw, str) else raw)
        assert not isinstance(raw, str) or all(c.isspace() or unicodedata.category(c) == "Cf" for c in raw)
    else:
        assert read.note
    if isinstance(read.value, Decimal):
        assert read.value.is_finite()


@given(st.integers(0, 10**15 - 1))
def test_text_of_up_to_15_digits_is_that_number(number: int) -> None:
    wide = str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    for text in (str(number), f"{number:,}", wide, f"{number}件", f" {number} ", f"'{number}"):
        read = read_number(text, "件")
        assert (read.value, read.literal, read.problem) == (number, False, "")
        assert read.note


@given(st.decimals(-(10**8), 10**8, places=6))
def test_decimal_text_is_exact_and_yuan_are_divided_exactly(number: Decimal) -> None:
    assert read_number(f"{number:f}", "万元").value == number
    assert read_number(f"{number:f}元", "万元").value == number.scaleb(-4)


@given(st.integers(0, 10**12 - 1))
@example(10)
@example(100_010_010)
@example(200_000_000_002)
def test_a_standard_spelling_is_its_number_and_no_other(number: int) -> None:
    assert parse_numeral(spell(number)) == number
    assert parse_numeral(f"负{spell(number)}") == -number


@settings(max_examples=500)
@given(st.text(st.sampled_from("零〇一二两三九十百千万亿"), min_size=1, max_size=9))
def test_a_numeral_that_is_read_is_spelt_as_usual(text: str) -> None:
    number = parse_numeral(text)
    if number is not None and set(text) & set("十百千万亿"):
        usual = text.replace("两", "二").replace("〇", "零")
        variants = {spell(int(number)), "一" + spell(int(number)), spell(int(number)).replace("万", "万零", 1)}
        assert usual in variants | {"一" + variant for variant in variants}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("一十二", 12),
        ("两", 2),
        ("两百", 200),
        ("一千零三十", 1030),
        ("一千零五", 1005),
        ("十万零三千", 103_000),
        ("十万三千", 103_000),
        ("二十万零五", 200_005),
        ("一亿零五千", 100_005_000),
        ("一亿五千万", 150_000_000),
        ("九千九百九十九亿", 999_900_000_000),
        ("一零三", 103),
    ],
)
def test_numerals(text: str, number: int) -> None:
    assert parse_numeral(text) == number


@pytest.mark.parametrize(
    "text",
    ["一千三十", "一百十", "一千五", "三万五", "一亿五千", "万", "百五", "二百零两", "两十", "一万亿", "零五千"],
)
def test_other_spellings_are_no_number(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.parametrize(
    ("word", "power"), [("万", 4), ("千万", 7), ("百", 2), ("二十万", 5), ("亿", 8), ("件", 0), ("", 0), ("万二", 0)]
)
def test_the_power_that_a_word_ends_in(word: str, power: int) -> None:
    assert multiplier_of(word) == power
