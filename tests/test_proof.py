"""How a reader reads: given these words and this total, these claims."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prooftexts import DATA, ningxi, proof_of, shuyang, xiangxi

from xltools.form import Phrase
from xltools.formphrases import phrase_defects
from xltools.proof import Figures, Verdict
from xltools.proof.naming import in_words

REPORT = (DATA / "xiangxi_2017_report.txt").read_text(encoding="utf-8")


def claims_of(text: str, figures: Figures | None = None) -> list[tuple[str, str, str, str]]:
    proof = proof_of(text, figures or xiangxi())
    return [(claim.text, claim.indicator, claim.group, str(claim.verdict)) for claim in proof.claims]


def test_a_part_named_outranks_its_whole() -> None:
    assert claims_of("全州通过政务微博公开政府信息1202条。") == [("1202条", "政务微博公开数", "合计", "agrees")]


def test_a_group_lasts_until_the_next() -> None:
    assert claims_of("全州复议案件中:州本级行政复议受理13件,维持6件,纠错2件;县市88件,维持50件。")[:5] == [
        ("13件", "行政复议数", "州本级", "agrees"),
        ("13件,维持6件,纠错2件", "行政复议数", "州本级", "unclear"),
        ("6件", "复议维持数", "州本级", "agrees"),
        ("2件", "复议纠错数", "州本级", "agrees"),
        ("88件", "行政复议数", "县市", "agrees"),
    ]


def test_qizhong_does_not_outlive_its_clause() -> None:
    text = "政务微博公开信息1202条,其中州本级638条,县市564条,政务微信公开信息764条。"
    assert claims_of(text)[-1] == ("764条", "政务微信公开数", "合计", "agrees")


def test_both_levels_named_together_are_the_whole() -> None:
    text = "州、县市政府公报全年公开2137条。州本级和各县(市、区)共召开政府信息公开工作会议30次。"
    assert [claim[2] for claim in claims_of(text)] == ["合计", "合计"]


def test_full_and_part_time_together_are_neither() -> None:
    assert claims_of("全州有政府信息公开专兼职人员776名。") == [("776名", "工作人员数", "合计", "agrees")]


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("24.8万条", "agrees"), ("24.81万余条", "differs"), ("24.80万余条", "agrees"), ("近25万条", "agrees"),
        ("约25万条", "agrees"), ("248000余条", "agrees"), ("24.9万条", "differs"), ("248,071条", "agrees"),
        ("超过24万条", "agrees"), ("近24万条", "differs"),
    ],
)  # fmt: skip
def test_a_number_is_held_to_the_precision_it_is_written_in(written: str, verdict: str) -> None:
    assert claims_of(f"全州主动公开政府信息{written}。")[0][3] == verdict


def test_respectively_gives_each_its_own() -> None:
    text = "全州维持、纠错的行政复议案件分别为56件和42件。"
    assert claims_of(text) == [("56件", "复议维持数", "合计", "agrees"), ("42件", "复议纠错数", "合计", "differs")]


def test_a_share_is_worked_out_anew() -> None:
    assert claims_of("全州公开政府信息248071条,其中州本级85674条,占35.5%。")[-1][3] == "differs"
    assert claims_of("收到政府信息公开申请15件,其中网络申请12件,占80%。")[-1][3] == "agrees"


def test_a_change_is_worked_out_from_last_years_total() -> None:
    figures = xiangxi()
    before = {"合计": dict(figures.values["合计"]) | {"工作会议数": 24}}
    text = "全州召开政府信息公开工作会议30次,比上年增加6次,增长25%。"
    assert [claim[3] for claim in claims_of(text, replace(figures, previous=before))] == ["agrees"] * 3
    wrong = text.replace("增加6次", "增加5次")
    assert claims_of(wrong, replace(figures, previous=before))[1][3] == "differs"
    assert [claim[0] for claim in claims_of(text)] == ["30次"], "without last year's total changes are left alone"


def last_year() -> Figures:
    """The total with last year's: 24 meetings, 101 reviews, 70 (万元), no training."""
    figures = xiangxi()
    changed = {"工作会议数": 24, "专项经费": 70, "培训班数": 0}
    return replace(figures, previous={"合计": {**figures.values["合计"], **changed}})


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("会议30次,与上年持平。", ["agrees", "differs"]),
        ("会议30次;行政复议101件,与上年持平;培训班32期,与去年同期持平。", ["agrees"] * 4 + ["differs"]),
        ("会议30次,与上年基本持平。", ["agrees"]),
        ("会议30次,同比增长25.0%,比上年的24次增加6次。", ["agrees"] * 4),
        ("会议30次,同比增长52%,比上年的42次增加5次。", ["agrees", "differs", "differs", "differs"]),
        ("会议30次,2016年为24次,增加6次。", ["agrees"] * 3),
        ("会议由上年的24次增加到30次,增长25%。", ["agrees"] * 3),
        ("会议30次;投入专项经费65万元,比上年减少5万元,同比增长-7.1%。", ["agrees"] * 4),
        ("会议30次;投入专项经费65万元,比上年减少6万元,同比增长-1.7%。", ["agrees", "agrees", "differs", "differs"]),
    ],
)  # fmt: skip
def test_changes_are_held_against_last_years_total(text: str, verdicts: list[str]) -> None:
    claims = claims_of(f"全州召开政府信息公开工作{text}", last_year())
    assert [claim[3] for claim in claims] == verdicts


def test_last_years_figures_are_told_as_last_years_and_left_alone_without_them() -> None:
    text = "全州召开政府信息公开工作会议30次,比上年的42次增加6次。"
    notes = [claim.note for claim in proof_of(text, last_year()).claims]
    assert "汇总表中上年的“工作会议数”是 24,文中是 42" in notes
    alone = proof_of(text, xiangxi())
    assert [claim.text for claim in alone.claims] == ["30次"]
    assert {each.reason for each in alone.left_alone} == {"没有上年的数(--previous),不能核对"}


def test_a_share_in_brackets_is_that_of_the_figure_before_it() -> None:
    text = "全州行政复议案件101件,维持56件({}%)、纠错24件(23.8%)。"
    assert [claim[3] for claim in claims_of(text.format(55.4))] == ["agrees"] * 5
    assert claims_of(text.format(54.5))[2] == ("54.5%", "复议维持数", "合计", "differs")


def test_a_share_belongs_to_what_was_last_spoken_of_whatever_its_measure() -> None:
    text = "举行在线访谈6期(均为州本级),解读稿125篇,其中:州本级45篇,占36%;县市80篇,占{}%。"
    assert claims_of(text.format(64))[-1] == ("64%", "政策解读稿件数", "县市", "agrees")
    wrong = proof_of(text.format(46), xiangxi()).claims[-1]
    assert (wrong.indicator, wrong.verdict) == ("政策解读稿件数", Verdict.DIFFERS)
    assert wrong.note == "汇总表中县市的“政策解读稿件数”占合计的应为 64%,文中是 46%"


def test_brackets_in_brackets_and_shares_of_what_they_list() -> None:
    text = "公开信息248071条(其中州本级85674条(占34.5%),县市162397条(永顺县26154条、龙山县30412条)),分别占34.5%和{}%。"
    claims = claims_of(f"全州{text.format(65.5)}")
    assert [claim[2] for claim in claims] == [
        "合计", "州本级", "州本级", "县市", "永顺县", "龙山县", "州本级", "县市",
    ]  # fmt: skip
    assert {claim[3] for claim in claims} == {"agrees"}
    assert claims_of(f"全州{text.format(56.5)}")[-1][2:] == ("县市", "differs")


def test_respectively_goes_back_to_what_the_sentence_has_listed() -> None:
    text = "通过政府网站、政务微博、政务微信公开信息分别为{}条、1202条和764条,其中县市分别为{}条、564条和528条。"
    assert [claim[3] for claim in claims_of(text.format(181049, 120480))] == ["agrees"] * 6
    wrong = claims_of(text.format(180149, 124080))
    assert [claim[0] for claim in wrong if claim[3] == "differs"] == ["180149条", "124080条"]
    text = "工作人员776人,其中州本级162人、县市614人,专职人员分别为2人和{}人。"
    assert claims_of(text.format(40))[-1] == ("40人", "专职人员数", "县市", "agrees")
    assert claims_of(text.format(41))[-1] == ("41人", "专职人员数", "县市", "differs")


def test_nought_in_words_is_a_figure() -> None:
    assert claims_of("行政复议案件101件,纠错为零;举报投诉为零。")[1:] == [
        ("零", "复议纠错数", "合计", "differs"),
        ("零", "举报投诉数", "合计", "agrees"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2016年全州主动公开政府信息231456条。",
        "2018年力争主动公开政府信息26万条。",
        "一季度全州主动公开政府信息51000条。",
        "州国土资源局收到政府信息公开申请8件。",
        "收到涉及征地拆迁的政府信息公开申请6件。",
        "新增政府信息公开查阅点15个,新设专门机构3个。",
        "不同方式公开相同的信息列为1条,回应同一热点或舆情计1次。",
        "《关于公开政府信息300条的通知》印发全州。",
        "免费接待群众查阅各种政府信息5.16万人次。",
        "全州公开量超过2万条的县市有5个。",
    ],
)
def test_what_the_table_does_not_say_is_left_alone(text: str) -> None:
    assert claims_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "县资规局收到申请158件,占全县总数的22.1%,其中予以公开43件、部分公开11件;办结146件。县公安局收到申请86件。",
        "县政府全年收到行政复议申请403件,办结386件。",
        "全县政务公开专区接待群众5600人次,提供打印服务2300次,受理依申请公开45件。",
        "开发区收到政府信息公开申请12件,结转下年2件。",
        "经调解,政府信息公开行政复议撤回8件。",
    ],
)
def test_what_another_body_has_done_is_not_the_tables(text: str) -> None:
    assert [claim for claim in claims_of(text, shuyang()) if claim[3] != "agrees"] == []


@pytest.mark.parametrize(
    "text",
    [
        "市政府主动公开政府信息2367条,市直各部门主动公开政府信息3666条,镇(区)主动公开政府信息2064条。",
        "全州共有政务微博86个、政务微信142个,累计发布信息3.6万条。",
        "三年来,全州累计主动公开政府信息71.2万条。",
        "州政府门户网站主动公开信息12300条,各部门网站公开信息48200条。",
    ],
)
def test_what_only_some_have_published_is_not_the_whole_of_it(text: str) -> None:
    assert [claim for claim in claims_of(text) if claim[3] != "agrees"] == []


def test_among_which_is_never_the_whole_itself() -> None:
    text = "全州发布政策解读稿件125篇,其中负责人解读18篇、专家解读26篇。"
    assert [claim[0] for claim in claims_of(text)] == ["125篇"]


def test_a_sentence_that_begins_with_an_owner_is_about_it_to_its_end() -> None:
    text = "花垣县召开专题会议3次,举办培训班4期;龙山县召开专题会议5次,举办培训班6期。"
    assert claims_of(text) == [
        ("3次", "工作会议数", "花垣县", "agrees"),
        ("4期", "培训班数", "花垣县", "differs"),
        ("5次", "工作会议数", "龙山县", "agrees"),
        ("6期", "培训班数", "龙山县", "agrees"),
    ]


def test_a_column_lasts_over_full_stops_until_another_or_all_are_named() -> None:
    text = "自然人是主要的申请主体。予以公开290件。重复申请{}件。商业企业4件。全县予以公开294件。"
    assert claims_of(text.format(6), shuyang()) == [
        ("290件", "予以公开_自然人", "合计", "agrees"),
        ("6件", "不予处理_重复申请_自然人", "合计", "agrees"),
        ("294件", "予以公开_总计", "合计", "agrees"),
    ]
    wrong = claims_of(text.format(7), shuyang())
    assert wrong[1] == ("7件", "不予处理_重复申请_自然人", "合计", "differs"), "7 is that of all columns"


def test_a_column_that_one_number_was_of_may_be_left_without_a_word() -> None:
    assert claims_of("自然人申请705件。办结718件。", shuyang())[-1][1::2] == ("办理结果总计_总计", "agrees")


def test_a_number_about_nothing_does_not_cut_what_is_carried() -> None:
    text = "全年被申请行政复议61件,约谈5家。走访群众46次,结果维持27件,结果纠正10件。"
    assert [claim[1] for claim in claims_of(text, shuyang())] == [
        "行政复议_总计", "行政复议_结果维持", "行政复议_结果纠正",
    ]  # fmt: skip


def test_the_whole_of_another_level_is_that_of_the_unit_just_named() -> None:
    text = "湘西经开区推送政策94条,全区主动公开政府信息5474条。全市主动公开政府信息248071条。"
    assert [claim[2:] for claim in claims_of(text)] == [("湘西经开区", "agrees"), ("合计", "agrees")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("吉首市案件最多", []),
        ("政府信息公开行政复议吉首市最多,达25件,龙山县13件次之。", ["吉首市", "龙山县"]),
        ("全州主动公开信息,龙山县30412条,居各县市首位。", ["龙山县"]),
        ("收到政府信息公开申请15件,其中州级10件,其余5件由吉首市受理。", ["合计", "州本级", "吉首市"]),
        ("全州公开政府信息248071条,其中县市(含湘西经开区)162397条。", ["合计", "县市"]),
        ("龙山县公开信息30412条,网站公开的有22562条;永顺县、凤凰县紧随其后,分别为26154条和21228条。",
         ["龙山县", "龙山县", "永顺县", "凤凰县"]),
    ],
)  # fmt: skip
def test_whose_a_figure_is_where_offices_compare_their_units(text: str, expected: list[str]) -> None:
    assert [claim[2] for claim in claims_of(text)] == expected


def test_numbers_may_belong_to_what_a_pronoun_stands_for() -> None:
    both = claims_of("专职的少、兼职的多,二者分别为42人和743人。")
    assert [claim[1::2] for claim in both] == [("专职人员数", "agrees"), ("兼职人员数", "differs")]
    text = "网站公开181049条,公报公开2137条,微博公开1202条。县市上述三类渠道依次为120480条、2013条和{}条。"
    assert [claim[1:3] for claim in claims_of(text.format(564))[3:]] == [
        ("政府网站公开数", "县市"), ("政府公报公开数", "县市"), ("政务微博公开数", "县市"),
    ]  # fmt: skip
    assert claims_of(text.format(654))[-1][3] == "differs"


def test_words_of_plans_and_ranks_act_in_their_own_clause() -> None:
    text = "一是质量有待提高,复议被纠正10件。二是存量仍大,结转到2026年的还有31件。收费下降:行政事业性收费4068万元。"
    assert [claim[3] for claim in claims_of(text, shuyang())] == ["agrees"] * 3
    assert claims_of("下一步,办班40期、培训4000人次,主动公开政府信息30万条。") == []


def test_a_year_that_cases_came_from_is_not_the_figures_year() -> None:
    text = "新收政府信息公开申请713件,加上2024年结转的36件,实际办结718件,剩余31件转入2026年继续办理。"
    assert [claim[1] for claim in claims_of(text, shuyang())] == [
        "本年新收_总计", "上年结转_总计", "办理结果总计_总计", "结转下年_总计",
    ]  # fmt: skip


def test_what_is_said_of_going_to_court_after_a_review_is_not_about_reviews() -> None:
    assert claims_of("复议后起诉10件,维持9件。", shuyang())[-1][1::2] == ("诉讼复议后_结果维持", "differs")


def test_among_which_after_a_difference_is_not_a_part_of_it() -> None:
    assert claims_of("来访比年初少了5件,但其中21件集中在4个部门。") == []


def test_numbers_are_added_up_where_the_prose_says_so() -> None:
    text = "予以公开294件、部分公开101件,两项合计395件,占办结总数的55%。"
    both = "予以公开_总计+部分公开_总计"
    assert [(claim[1], claim[3]) for claim in claims_of(text, shuyang())[2:]] == [(both, "agrees"), (both, "agrees")]
    assert claims_of(text.replace("395件", "359件"), shuyang())[2][3] == "differs"
    assert claims_of("政府信息公开复议维持和纠错合计81件。")[0][1::2] == ("复议维持数+复议纠错数", "differs")


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("二十四万八千余条", "agrees"), ("二十四点八万条", "agrees"), ("二十四万八千零七十一条", "agrees"),
        ("二十四万八千一百七十一条", "differs"), ("近二十五万条", "agrees"),
    ],
)  # fmt: skip
def test_chinese_numerals_are_held_to_the_table_too(written: str, verdict: str) -> None:
    (claim,) = claims_of(f"全州主动公开政府信息{written}。")
    assert claim == (written.removeprefix("近"), "主动公开政府信息数", "合计", verdict)


def test_shares_in_tenths_and_hundredths_in_words() -> None:
    text = "全州公开政府信息248071条,其中州本级85674条,占{}。"
    for share, verdict in (("三成多", "agrees"), ("四成多", "differs"), ("百分之三十四点五", "agrees")):
        assert claims_of(text.format(share))[-1][3] == verdict


def test_several_definitions_are_tried_before_a_figure_differs() -> None:
    """受理 is what came in this year, or that and what was carried over."""
    for figure, verdict in (("713件", "agrees"), ("749件", "agrees"), ("794件", "differs")):
        assert claims_of(f"全县受理政府信息公开申请{figure}。", shuyang())[0][3] == verdict


def test_figures_of_a_matrix_are_found_by_row_and_column() -> None:
    text = "予以公开294件,其中自然人290件,商业企业1件,法律服务机构4件。"
    assert claims_of(text, shuyang()) == [
        ("294件", "予以公开_总计", "合计", "agrees"),
        ("290件", "予以公开_自然人", "合计", "agrees"),
        ("1件", "予以公开_商业企业", "合计", "agrees"),
        ("4件", "予以公开_法律服务机构", "合计", "differs"),
    ]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("统计期限为2017年1月1日至12月31日。", ""),
        ("5月15日至6月31日开展宣传,公示60日,20个工作日内答复。", "没有这一天"),
        ("统计期限为2016年1月1日至12月31日。", "汇总表是 2017 年度"),
        ("2017年12月31日至2017年1月1日。", "止日早于起日"),
        ("截至1231日。", "是不是“12月31日”"),
        ("所列数据的统计期限自2016年1月1日起至12月31日止。", "汇总表是 2017 年度"),
        ("统计期限为2016年1月1日起,至2016年12月31日止。", "汇总表是 2017 年度"),
        ("统计时间:自2017年1月1日起至2018年12月31日止。", "汇总表是 2017 年度"),
        ("数据统计范围为2016.1.1-2016.12.31。", "汇总表是 2017 年度"),
        ("统计周期2016-01-01至2016-12-31。", "汇总表是 2017 年度"),
        ("统计期限为2016年1月至12月。", "汇总表是 2017 年度"),
        ("统计期限2017.1.1-2017.2.30。", "没有这一天"),
        ("所列数据的统计期限自2017年1月1日起至12月31日止,其中2016年1月1日至12月31日的见上年报告。", ""),
        ("统计期限为2017年度。2016年1月1日起至12月31日止的数见上年报告。", ""),
        ("统计期限自2017.01.01至12.31,2016年12月25日至1月5日集中清理,版本2.1.3-2.1.4。", ""),
        ("统计期限:2017-01-01至2017-12-31,2月1日至28日开展检查。", ""),
    ],
)
def test_dates_and_periods_are_dates_at_all(text: str, note: str) -> None:
    claims = proof_of(text, xiangxi()).claims
    assert [note in claim.note for claim in claims if not claim.indicator] == ([True] if note else [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("维持的56件(州本级6件、县市50件);被依法纠错的24件(州本级2件,县市50件)。", ("50件", "复议纠错数")),
        ("维持的56件(州本级6件、县市50件);被依法纠错的24件,州本级2件,县市50件。", ("50件", "复议纠错数")),
    ],
)
def test_what_stands_behind_a_figure_is_that_figures_though_it_is_anothers_number(
    text: str, wrong: tuple[str, str]
) -> None:
    claims = proof_of(f"全州行政复议案件101件,其中{text}", xiangxi()).claims
    differing = [claim for claim in claims if claim.verdict is not Verdict.AGREES]
    assert [(claim.text, claim.indicator) for claim in differing if "各项之和" not in claim.note] == [wrong]
    assert ["2 + 50 = 52,总数写的是 24" in claim.note for claim in differing] == [True, False]


def test_a_bracket_belongs_to_the_figure_before_it() -> None:
    text = "专职人员42人(县市40人);兼职人员734人(县市{}人)。全年举行新闻发布会28场,县市16场(龙山县最多,为3场)。"
    assert claims_of(text.format(574))[3:] == [
        ("574人", "兼职人员数", "县市", "agrees"),
        ("28场", "新闻发布会次数", "合计", "agrees"),
        ("16场", "新闻发布会次数", "县市", "agrees"),
        ("3场", "新闻发布会次数", "龙山县", "agrees"),
    ]
    assert claims_of(text.format(40))[3] == ("40人", "兼职人员数", "县市", "differs")


def test_after_a_bracket_is_closed_the_figure_before_it_is_spoken_of() -> None:
    text = "全州行政复议案件101件,维持的56件(州本级6件、县市50件),占{}%。"
    assert claims_of(text.format(55.4))[-1] == ("55.4%", "复议维持数", "合计", "agrees")
    assert claims_of(text.format(89.3))[-1] == ("89.3%", "复议维持数", "合计", "differs")


def test_a_bare_number_belongs_to_the_words_of_the_one_it_is_joined_to() -> None:
    text = "全州举办培训班32期、3155人次,龙山县6期、492人次,永顺县5期、{}人次。"
    assert claims_of(text.format(423))[1::2] == [
        ("3155人次", "接受培训人次", "合计", "agrees"),
        ("492人次", "接受培训人次", "龙山县", "agrees"),
        ("423人次", "接受培训人次", "永顺县", "agrees"),
    ]
    assert claims_of(text.format(432))[-1] == ("432人次", "接受培训人次", "永顺县", "differs")


def test_another_thing_done_to_the_same_does_not_make_a_clause_strange() -> None:
    for verb in ("监测并回应", "梳理并回应"):
        (claim,) = claims_of(f"全州{verb}热点舆情174起。")
        assert claim == ("174起", "回应热点舆情数", "合计", "differs")
    assert claims_of("全州转办回应热点舆情312起。") == []


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("收到来信237件(州本级37件,县市220件)。", "37 + 220 = 257,总数写的是 237,多 20"),
        ("投入专项经费56万元,其中州财政10万元、县市财政55万元。", "10 + 55 = 65,总数写的是 56,多 9"),
        ("收到来信237件(州本级17件,县市220件),走访群众30人(州本级9人)。", ""),
        ("主动公开政府信息24.8万条(州本级8.6万条,县市16.2万条)。", ""),
        ("收到来信约240件(州本级17件,县市220件)。", ""),
    ],
)
def test_the_groups_parts_add_up_whatever_the_table_has(text: str, note: str) -> None:
    sums = [claim.note for claim in proof_of(text, xiangxi()).claims if "各项之和" in claim.note]
    assert len(sums) == bool(note)
    assert all(note in each for each in sums)


def test_what_follows_a_bracket_is_no_part_of_what_stands_in_it() -> None:
    assert claims_of("州长信箱收信735件(县市542件、州本级193件),其中有效615件。") == []


def test_a_part_larger_than_its_whole_is_asked_about() -> None:
    (claim,) = proof_of("州长信箱共收信237件,其中有效273件。", xiangxi()).claims
    assert (claim.verdict, claim.indicator) == (Verdict.UNCLEAR, "")


WORDS = st.sampled_from([
    "全州", "州本级", "县市", "吉首市", "其中", "分别", "占", "比上年增加", "公开信息", "复议", "维持", "申请", "合计",
    "为", "等", "至", "余", "、", "和", ",", "。", ";", "(", ")", "《", "》", "-", " ", "\n",
    "12条", "5%", "3.1万", "85674条", "1231日", "2016年",
])  # fmt: skip


@given(st.lists(WORDS, max_size=25).map("".join))
@settings(max_examples=200)
def test_no_text_whatever_stops_the_proof_and_every_claim_is_a_piece_of_it(text: str) -> None:
    if not text.strip():
        return
    lines = [line for line in text.splitlines() if line.strip()]
    for claim in proof_of(text, xiangxi()).claims:
        assert lines[claim.paragraph - 1][claim.start : claim.end] == claim.text
        assert claim.note or claim.verdict is Verdict.AGREES


# --- the form's phrases ---


def test_a_phrase_about_nothing_is_told_with_its_place_and_not_used() -> None:
    form = xiangxi().form
    phrases = (Phrase(("没有这个数",), ("信件",)), Phrase(("收到申请数+",), ("来信",)), *form.phrases)
    changed = replace(form, phrases=phrases)
    found = list(phrase_defects(changed))
    assert [defect.code for defect in found] == ["L602", "L603"]
    assert found[0].message == "第 1 条用语(信件):没有“没有这个数”,核对报告时不用这一条:请改正或删去"
    assert found[1].message.startswith("第 2 条用语(来信):")
    figures = replace(xiangxi(), form=changed)
    assert claims_of("收到信件12件,来信3件。", figures) == []


def test_a_phrase_added_to_the_form_is_understood_at_once() -> None:
    form = xiangxi().form
    figures = replace(xiangxi(), form=replace(form, phrases=(*form.phrases, Phrase(("举报投诉数",), ("检举",)))))
    assert claims_of("收到检举3件。") == []
    assert claims_of("收到检举3件。", figures) == [("3件", "举报投诉数", "合计", "differs")]


# --- long texts ---


def test_long_paragraphs_take_no_longer_than_their_sentences() -> None:
    """Read with everything before it in mind, each sentence would take longer than the one before: a minute here."""
    lines = [line for line in REPORT.splitlines() if line.strip()]
    paragraph = "".join(lines[26:33])
    begun = time.process_time()  # not by the clock on the wall: other tests may be running
    proof = proof_of(paragraph * (200_000 // len(paragraph)), xiangxi())
    assert len(proof.claims) > 2000
    assert time.process_time() - begun < 10


def test_a_sentence_of_a_thousand_clauses_is_read_to_its_end() -> None:
    """Each number handing on all that the one before might mean would double the work with every clause."""
    text = "全州" + ",".join(f"主动公开政府信息{248071 + n}条" for n in range(1000)) + "。"
    proof = proof_of(text, xiangxi())
    assert [str(claim.verdict) for claim in proof.claims] == ["agrees"] + ["differs"] * 999
    assert [claim.text for claim in proof.claims] == [f"{248071 + n}条" for n in range(1000)]


def test_sums_of_sums_without_end_are_no_formula_and_stop_nothing() -> None:
    proof = proof_of("全州主动公开政府信息" + ",两项合计".join(f"{n}条" for n in range(300)) + "。", xiangxi())
    read = [claim for claim in proof.claims if claim.actual is not None or claim.indicator] + [*proof.left_alone]
    assert {f"{n}条" for n in range(300)} <= {each.text for each in read}
    assert max(claim.indicator.count("+") for claim in proof.claims) < 20


# --- whose it is, what it is a share of, which year it is of ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("湘西州本级公开政府信息85674条,各县市162397条。", ["州本级", "县市"]),
        ("湘西州州本级公开政府信息85674条;湘西州所属各县市公开政府信息162397条。", ["州本级", "县市"]),
        ("湘西州直单位公开政府信息85674条,湘西州各县市召开政府信息公开工作会议25次。", ["州本级", "县市"]),
        ("湘西州级部门公开政府信息85674条,全州各县市162397条。", ["州本级", "县市"]),
        ("湘西州政府各部门公开政府信息85674条,县级162397条。", ["州本级", "县市"]),
        ("湘西州吉首市公开政府信息18854条,湘西州公开政府信息248071条。", ["吉首市", "合计"]),
        ("湘西州、各县市公开政府信息248071条。各县市、各部门召开政府信息公开工作会议30次。", ["合计", "合计"]),
        ("各县市及湘西经开区公开政府信息162397条。", ["县市"]),
    ],
)  # fmt: skip
def test_a_wholes_name_before_its_part_means_the_part(text: str, expected: list[str]) -> None:
    assert [claim[2:] for claim in claims_of(text)] == [(owner, "agrees") for owner in expected]
    wrong = text.replace("85674", "85764").replace("162397", "163297").replace("18854", "18845")
    wrong = wrong.replace("248071", "248017").replace("30次", "33次").replace("25次", "26次")
    assert [claim[2:] for claim in claims_of(wrong)] == [(owner, "differs") for owner in expected]


def test_any_totals_own_names_are_read_so() -> None:
    old = xiangxi().values
    values = {"合计": old["合计"], "县直部门": old["州本级"], "乡镇": old["县市"], "开发区": old["吉首市"]}
    figures = replace(xiangxi(), unit="长青县", groups=("县直部门", "乡镇"), units=("开发区",), values=values)
    text = "长青县直部门公开政府信息85674条,长青县各乡镇162397条,长青县开发区18854条。长青县公开政府信息{}条。"
    claims = claims_of(text.format(248071), figures)
    assert [claim[2:] for claim in claims] == [
        ("县直部门", "agrees"), ("乡镇", "agrees"), ("开发区", "agrees"), ("合计", "agrees"),
    ]  # fmt: skip
    assert claims_of(text.format(85674), figures)[-1][2:] == ("合计", "differs")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("吉首市本级主动公开政府信息9000条。", "没有这个范围的数"),
        ("龙山县直单位主动公开政府信息9000条。", "没有这个范围的数"),
        ("全省主动公开政府信息900000条。", "没有这个范围的数"),
        ("全县主动公开政府信息9000条。", "没有这个范围的数"),
        ("省直单位主动公开政府信息9000条。", "没有这个范围的数"),
        ("州本级和吉首市主动公开政府信息104528条。", "没有这个范围的数"),
        ("吉首市、龙山县主动公开政府信息50000条。", "没有这个范围的数"),
        ("除吉首市外,各县市主动公开政府信息150000条。", "除去一部分以后的数"),
        ("吉首市除外,各县市主动公开政府信息150000条。", "除去一部分以后的数"),
        ("除乡镇以外,全州主动公开政府信息150000条。", "除去一部分以后的数"),
        ("全州主动公开政府信息(不含乡镇)150000条。", "除去一部分以后的数"),
        ("全州主动公开政府信息150000条(不包括垂管单位)。", "除去一部分以后的数"),
        ("12月份,全州主动公开政府信息25000条。", "一年中的一段时间"),
        ("2017年1月1日至6月30日,全州主动公开政府信息150000条。", "一年中的一段时间"),
        ("2016年1月1日至2017年12月31日,全州主动公开政府信息450000条。", "几年的数"),
        ("2016年,全州主动公开政府信息200000条。", "没有上年的数(--previous)"),
        ("2016年1月1日至12月31日,全州主动公开政府信息200000条。", "没有上年的数(--previous)"),
    ],
)
def test_what_is_of_another_extent_or_time_is_left_alone_and_the_reason_says_so(text: str, reason: str) -> None:
    proof = proof_of(text, xiangxi())
    assert proof.claims == ()
    assert [reason in each.reason for each in proof.left_alone] == [True]


def test_a_few_units_together_are_not_their_group() -> None:
    assert claims_of("吉首市等三个县市公开政府信息80000条。吉首市等3个县市召开政府信息公开工作会议12次。") == []


def test_after_another_levels_whole_nothing_is_held_against_the_total() -> None:
    assert claims_of("全省主动公开政府信息900000条,召开政府信息公开工作会议300次。") == []


@pytest.mark.parametrize(
    "text",
    [
        "除州本级外,各县市主动公开政府信息162379条。",
        "除政府网站外,还通过政务微博公开信息1203条。",
        "专职人员(不包括政府公报及政府网站工作人员)43人。",
    ],
)
def test_what_leaves_out_nothing_of_the_figure_is_held_against_the_total(text: str) -> None:
    assert [claim[3] for claim in claims_of(text)] == ["differs"]


@pytest.mark.parametrize(
    "period",
    [
        "2017年,", "2017年1月1日至12月31日,", "自2017年1月1日起至2017年12月31日止,", "1月1日到12月31日期间,",
        "2017年1—12月,", "截至2017年12月31日,", "截至12月底,",
    ],
)  # fmt: skip
def test_the_year_written_out_is_the_year(period: str) -> None:
    assert claims_of(f"{period}全州主动公开政府信息250000条。")[0][3] == "differs"
    assert claims_of(f"{period}全州主动公开政府信息248071条。")[0][3] == "agrees"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("行政复议101件,维持56件,纠错24件,占42.9%。", "“复议纠错数”占“行政复议数”应为 23.76%,文中是 42.9%"),
        ("政务微博公开信息1202条,政务微信公开信息764条,占63.6%。", "占“主动公开政府信息数”应为 0.31%"),
        ("兼职人员734人,专职人员42人,占5.7%。", "“专职人员数”占“工作人员数”应为 5.41%"),
        ("县市公开政府信息162397条,州本级公开政府信息85674条,占52.8%。", "占合计的应为 34.54%"),
        ("收到政府信息公开申请15件,其中州本级10件,县市5件,分别占66.7%、50%。", "占合计的应为 33.33%"),
        ("复议案件101件,维持56件,纠错24件,占全部案件的42.9%。", "占“行政复议数”应为 23.76%"),
        ("收到网络申请12件,占申请总数的70%。", "“网络申请数”占“收到申请数”应为 80%,文中是 70%"),
    ],
)
def test_a_share_is_of_its_whole_and_not_of_whatever_number_stands_before_it(text: str, note: str) -> None:
    last = proof_of(f"全州{text}", xiangxi()).claims
    wrong = [claim for claim in last if claim.verdict is Verdict.DIFFERS]
    assert [note in claim.note for claim in wrong] == [True]
    assert wrong[0].text.endswith("%")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("州本级公开政府信息85674条,占县市的52.8%。", "占县市的比例"),
        ("州本级公开政府信息85674条,占全州的34.5%。", "占合计的比例"),
        ("吉首市公开政府信息18854条,占县市总数的11.6%。", "占县市的比例"),
        ("政府网站公开信息181049条,占公开总数的73%。", "占“主动公开政府信息数”的比例"),
        ("政务微信公开信息764条,占政务微博公开信息的63.6%。", "占“政务微博公开数”的比例"),
        ("主动公开规范性文件253件,占比0.1%。", "占“主动公开政府信息数”的比例"),
    ],
)
def test_a_share_is_of_what_stands_after_zhan_or_of_what_the_form_holds_to_be_its_whole(text: str, whole: str) -> None:
    last = proof_of(text, xiangxi()).claims[-1]
    assert (last.verdict, last.note) == (Verdict.AGREES, whole)


def test_a_share_of_what_is_not_known_is_left_alone() -> None:
    text = "来信237件,其中举报投诉0件,占2.1%。全州发布会28场,占接待总量的9%。"
    assert [claim[0] for claim in claims_of(text)] == ["0件", "28场"]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("从24次增加到30次", ["agrees", "agrees"]),
        ("由25次增至33次", ["differs", "differs"]),
        ("从24次升至30次", ["agrees", "agrees"]),
        ("从2016年的24次上升到30次", ["agrees", "agrees"]),
        ("由年初的3次增加到30次", []),
    ],
)
def test_a_number_that_this_years_has_come_from_is_last_years(text: str, verdicts: list[str]) -> None:
    assert [claim[3] for claim in claims_of(f"全州召开政府信息公开工作会议{text}。", last_year())] == verdicts
    if verdicts:
        assert [claim[3] for claim in claims_of(f"全州召开政府信息公开工作会议{text}。")] == verdicts[1:]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("会议30次,同比下降25%。", "“工作会议数”比上年实际增长 25%,文中是下降 25%"),
        ("会议30次,比上年减少6次。", "“工作会议数”比上年实际增加 6,文中是减少 6"),
        ("会议30次,比上年增加5次。", "“工作会议数”比上年应为增加 6,文中是增加 5"),
        ("会议30次,与上年持平。", "“工作会议数”比上年应为增加 6,文中是持平"),
        ("培训班32期,行政复议101件,比上年减少2件。", "“行政复议数”比上年应为持平,文中是减少 2"),
        ("会议30次;投入专项经费65万元,比上年减少6万元。", "“专项经费”比上年应为减少 5,文中是减少 6"),
    ],
)
def test_a_change_is_told_with_its_direction(text: str, note: str) -> None:
    proof = proof_of(f"全州召开政府信息公开工作{text}", last_year())
    assert [note in claim.note for claim in proof.claims if claim.verdict is Verdict.DIFFERS] == [True]


# --- what a hostile reader found ---


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("兼职人员574人,其中,州本级160人,县市574人。", "“兼职人员数”是 734,文中是 574;等于县市的数"),
        ("兼职人员574人,比上年增加7人;其中,州本级160人,县市574人。", "“兼职人员数”是 734,文中是 574;等于县市的数"),
        ("工作人员中,专职人员40人,其中,州本级2人,县市40人。", "“专职人员数”是 42,文中是 40;等于县市的数"),
        ("政务微信公开信息528条,州本级236条。", "“政务微信公开数”是 764,文中是 528;等于县市的数"),
        ("全州查阅点70个。", "“查阅点数”是 123,文中是 70;等于州本级的数"),
        ("全州查阅点7个。", "“查阅点数”是 123,文中是 7"),
        ("微博和微信公开信息1967条。", "“政务微博公开数”加“政务微信公开数”是 1966,文中是 1967"),
        ("“两微”合计公开信息1969条。", "“政务微博公开数”加“政务微信公开数”是 1966,文中是 1969"),
        ("主要负责人出席新闻发布会27次。", "“主要负责人新闻发布会次数”是 28,文中是 27"),
        ("主动公开政府信息248071条,含州本级85647条。", "州本级的“主动公开政府信息数”是 85674,文中是 85647"),
        ("全州召开政府信息公开工作会议30次,州里开了6次。", "州本级的“工作会议数”是 5,文中是 6"),
        ("公开信息248071条,州本级和县市分别占34.5%和65.5%,网站、微博占比分别为37%、0.5%。",
         "“政府网站公开数”占“主动公开政府信息数”应为 72.98%,文中是 37%"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_what_the_table_has(text: str, note: str) -> None:
    wrong = [claim.note for claim in proof_of(text, xiangxi()).claims if claim.verdict is Verdict.DIFFERS]
    told = [each.removeprefix("汇总表中").split(";“")[0] for each in wrong if "各项之和" not in each]
    assert told == [note]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("复议101件,维持56件,纠错24件,其他情形1件。", "56 + 24 + 1 = 81,总数写的是 101,差 20"),
        ("复议101件。维持56件,纠错24件,其他情形1件。", "56 + 24 + 1 = 81,总数写的是 101,差 20"),
        ("复议101件,维持56件,纠错24件,其他情形1件,其余20件正在审理。", ""),
        ("复议101件,维持56件,纠错24件,其他情形1件,20件未结。", ""),
        ("复议101件。经审理,维持56件,纠错24件,其他情形1件,尚未审结20件。", ""),
        ("复议101件。维持56件,纠错24件,其他情形1件。另有20件正在审理。", ""),
        ("复议101件,维持56件,纠错24件,其他情形1件,尚未审结30件。", "56 + 24 + 1 + 30 = 111,总数写的是 101,多 10"),
    ],
)
def test_what_is_left_over_belongs_to_the_sum_and_the_whole_may_stand_in_the_sentence_before(
    text: str, note: str
) -> None:
    claims = proof_of(f"全州政府信息公开行政{text}", xiangxi()).claims
    sums = [claim.note for claim in claims if "各项之和" in claim.note]
    assert len(sums) == bool(note)
    assert all(note in each for each in sums)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("州本级、吉首市、泸溪县公开信息分别为85674、18854、17031条。", ["州本级", "吉首市", "泸溪县"]),
        ("县市培训人次,龙山县、永顺县、凤凰县依次为492、423、344(单位:人次)。", ["龙山县", "永顺县", "凤凰县"]),
        ("吉首市和凤凰县公开信息分别占7.6%和8.6%。", ["吉首市", "凤凰县"]),
        ("龙山县公开信息30412条,较古丈县的8515条多21897条。", ["龙山县", "古丈县"]),
        ("【吉首市】公开工作走在前列。全年公开信息18854条,微博65条;设查阅点6处。召开工作会议3次。", ["吉首市"] * 4),
        ("吉首市:公开信息18854条;泸溪县:公开信息17031条。设查阅点6处。", ["吉首市", "泸溪县", "泸溪县"]),
        ("(一)吉首市\n公开信息18854条。\n全州公开信息248071条。", ["吉首市", "合计"]),
        ("我州主动公开政府信息248071条,其中州直85674条。", ["合计", "州本级"]),
    ],
)  # fmt: skip
def test_whose_figures_lists_headings_and_comparisons_are(text: str, expected: list[str]) -> None:
    assert [claim[2:] for claim in claims_of(text)] == [(owner, "agrees") for owner in expected]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("县市公开信息是州本级的1.9倍。", "说的是倍数,没有核对"),
        ("龙山县公开信息比古丈县多21897条。", "说的是两个单位相差多少,没有核对"),
        ("8个县市都有查阅点。", "没有计量单位,或者不是统计表里的计量单位"),
        ("“12345”热线全年畅通。", "没有计量单位,或者不是统计表里的计量单位"),
    ],
)
def test_every_other_number_is_listed_with_the_reason_why_it_was_left_alone(text: str, reason: str) -> None:
    proof = proof_of(text, xiangxi())
    assert [claim for claim in proof.claims if claim.verdict is not Verdict.AGREES] == []
    assert reason in {each.reason for each in proof.left_alone}


def test_dates_places_in_an_order_and_names_of_documents_are_no_numbers() -> None:
    assert proof_of("2017年3月1日,州政发〔2017〕35号文件第5条。", xiangxi()).left_alone == ()


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("收到申请15件。", ["agrees"]),
        ("收到申请51件。", ["unclear"]),
        ("收到申请数:51。", ["unclear"]),
        ("律师代理的申请5件。", []),  # one word that many subjects share says too little
        ("收到申请15件,当面递交1件。", ["agrees", "agrees"]),
        ("收到申请15件,当面递交7件。", ["agrees", "differs"]),  # the 15 having shown what is spoken of
    ],
)
def test_what_is_said_in_weak_words_is_asked_about_if_it_is_not_the_tables(text: str, verdicts: list[str]) -> None:
    found = proof_of(text, xiangxi())
    assert [str(claim.verdict) for claim in found.claims] == verdicts
    assert all("说法不够明确" in claim.note for claim in found.claims if claim.verdict is Verdict.UNCLEAR)


def test_once_a_figure_was_the_wholes_the_next_that_names_nobody_is_no_groups() -> None:
    assert claims_of("主动公开政府信息248071条,政务微博公开638条。")[-1][2:] == ("合计", "differs")
    assert claims_of("官方微博公开信息638条。")[-1][2:] == ("州本级", "agrees")


# --- what a second hostile reader found ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a name right before its number is its own subject, whatever an earlier sentence spoke of
        ("本报告由概述、回应解读、复议诉讼等9个部分构成。全年信息24.8万条,申请15件。",
         [("主动公开政府信息数", "合计"), ("收到申请数", "合计")]),
        # whose it is, is said behind it, or by the clause that leads to it
        ("政务公开工作会议30次,州里5次,其余25次由县市组织。",
         [("工作会议数", "合计"), ("工作会议数", "州本级"), ("工作会议数", "县市")]),
        ("收到申请15件,这些申请有10件由州直单位受理,5件全部落在吉首市。",
         [("收到申请数", "合计"), ("收到申请数", "州本级"), ("收到申请数", "吉首市")]),
        ("州直机关专职人员2名,县市的情况稍好,专职达40名。", [("专职人员数", "州本级"), ("专职人员数", "县市")]),
        ("被行政复议的101件里,88件发生在县市,13件出在州本级。",
         [("行政复议数", "合计"), ("行政复议数", "县市"), ("行政复议数", "州本级")]),
        ("吉首市:公开信息18854条;申请5件;复议25件;开会3次。",
         [("主动公开政府信息数", "吉首市"), ("收到申请数", "吉首市"), ("行政复议数", "吉首市"),
          ("工作会议数", "吉首市")]),
        ("州直与县市相比,前者公开85674条,后者公开162397条。",
         [("主动公开政府信息数", "州本级"), ("主动公开政府信息数", "县市")]),
        ("吉首市、泸溪县合计公开信息35885条。", [("主动公开政府信息数", "吉首市、泸溪县")]),
        ("设专门机构9个,除州里1个外,其余8个分布在各县市。",
         [("专门机构数", "合计"), ("专门机构数", "州本级"), ("专门机构数", "县市")]),
        # units that were listed: 前者, 两县, one number each
        ("花垣、保靖两县规模相仿。公开信息,前者17639条,后者17030条;微信公开两县分别是57条和55条。",
         [("主动公开政府信息数", "花垣县"), ("主动公开政府信息数", "保靖县"),
          ("政务微信公开数", "花垣县"), ("政务微信公开数", "保靖县")]),
        ("县市制发规范性文件228件;龙山、永顺两县最多,为43件、37件,二者之和80件。",
         [("制发规范性文件总数", "县市"), ("制发规范性文件总数", "龙山县"), ("制发规范性文件总数", "永顺县"),
          ("制发规范性文件总数", "龙山县、永顺县")]),
        # what the line or the clause before says that the numbers are
        ("各县市主动公开政府信息的数量如下:\n● 龙山县:30412条\n● 泸溪县和保靖县:分别为17031条、17030条",
         [("主动公开政府信息数", "龙山县"), ("主动公开政府信息数", "泸溪县"), ("主动公开政府信息数", "保靖县")]),
        ("从公开总量看,差别不小。第一梯队为龙山县(30412条)、永顺县(26154条)。",
         [("主动公开政府信息数", "龙山县"), ("主动公开政府信息数", "永顺县")]),
        ("65万元专项经费全部列入年初预算,由州财政负担10万元,55万元由县市自筹。投入超过7万元的有三个县:凤凰县7.2万元。",
         [("专项经费", "合计"), ("专项经费", "州本级"), ("专项经费", "县市"), ("专项经费", "凤凰县")]),
        # parts in brackets without a measure of their own
        ("“两微”推送1966条(微博1202、微信764)。",
         [("政务微博公开数+政务微信公开数", "合计"), ("政务微博公开数", "合计"), ("政务微信公开数", "合计")]),
        ("行政复议结果:维持56,纠错24,其他1,合计81件。",
         [("复议维持数", "合计"), ("复议纠错数", "合计"), ("复议其他数", "合计"),
          ("复议维持数+复议纠错数+复议其他数", "合计")]),
        # numbers before what they are
        ("85674条——这是州本级主动公开政府信息的数量,60569条登上政府网站,638条见诸微博,236条发布于微信。",
         [("主动公开政府信息数", "州本级"), ("政府网站公开数", "州本级"), ("政务微博公开数", "州本级"),
          ("政务微信公开数", "州本级")]),
    ],
)  # fmt: skip
def test_what_is_said_around_a_number_tells_what_and_whose_it_is(text: str, expected: list[tuple[str, str]]) -> None:
    claims = claims_of(text)
    assert [claim[1:3] for claim in claims] == expected
    assert {claim[3] for claim in claims} == {"agrees"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("政务公开工作会议30次,州里5次,其余30次由县市组织。", ("30次", "县市")),
        ("行政复议101件,维持56,纠错42,其他1,尚有20件未审结。", ("42", "合计")),
        ("吉首市:公开信息18854条;申请5件;复议52件。", ("52件", "吉首市")),
        ("吉首市、泸溪县合计公开信息38585条。", ("38585条", "吉首市、泸溪县")),
        ("收到申请15件,网上提交12件。这些申请有12件由州直单位受理,5件由吉首市受理。", ("12件", "州本级")),
        ("州直机关专职人员2名,县市的情况稍好,专职达42名。", ("42名", "县市")),
        ("公开政府信息248071条,其中县市162397条;政策解读80篇。", ("80篇", "合计")),
        ("各县市主动公开政府信息的数量如下:\n● 龙山县:30412条\n● 永顺县:26514条", ("26514条", "永顺县")),
        ("全州政务公开培训班32期,3515人次参加。", ("3515人次", "合计")),
        ("全州行政复议101起。予以维持的56起。依法纠错的22起,作其他处理的1起。", ("22起", "合计")),
    ],
)
def test_a_number_of_somebody_else_or_altered_is_caught_there(text: str, wrong: tuple[str, str]) -> None:
    caught = [(claim[0], claim[2]) for claim in claims_of(text) if claim[3] != "agrees" and ":" not in claim[0]]
    assert wrong in caught


def test_the_row_that_was_named_holds_for_the_columns_after_it() -> None:
    text = "市自然资源局:\n全年新收申请166件,自然人{}件,企业19件。"
    assert [claim[1] for claim in claims_of(text.format(137), ningxi())] == [
        "本年新收_总计", "本年新收_自然人", "本年新收_商业企业",
    ]  # fmt: skip
    assert claims_of(text.format(135), ningxi())[1][1::2] == ("本年新收_自然人", "differs"), "135 is what was closed"


def test_numbers_in_the_same_order_are_of_the_units_told_before() -> None:
    text = (
        "受理量由高到低,三家单位为柳坝区251件、市自然资源局166件、青屏县139件。"
        "按同样的顺序,办结数依次为249、{}、137件。"
    )
    claims = claims_of(text.format(162), ningxi())
    assert [claim[2:] for claim in claims] == [
        ("柳坝区", "agrees"), ("市自然资源局", "agrees"), ("青屏县", "agrees"),
    ] * 2  # fmt: skip
    assert claims_of(text.format(126), ningxi())[4] == ("126", "办理结果总计_总计", "市自然资源局", "differs")


@pytest.mark.parametrize(
    ("text", "share", "altered"),
    [
        ("政府网站公开信息18.1万余条,相当于全部公开量的{}。", "73%", "76%"),
        ("行政复议吉首市25起,约占全州的四分之一({})。", "24.8%", "28.4%"),
        ("查阅点123个(州本级70个,县市53个),超过半数({})设在州级机关。", "56.9%", "59.6%"),
        ("县市制发规范性文件228件;龙山、永顺两县最多,为43件、37件,二者之和80件,超过县级总数的三分之一({})。",
         "35.1%", "31.6%"),
        ("全州制发规范性文件253件,已全数公开,公开率{}。", "100%", "98%"),
        ("全州培训3155人次,龙山县6期492人次、永顺县5期423人次,两县占全州人次的{}。", "29%", "92%"),
        ("全州行政复议101件,维持56件,维持率{}。", "69.1%", "61.9%"),
    ],
)  # fmt: skip
def test_a_share_that_puts_rough_words_exactly_or_names_itself_is_worked_out(
    text: str, share: str, altered: str
) -> None:
    assert claims_of(text.format(share))[-1][0::3] == (share, "agrees")
    assert claims_of(text.format(altered))[-1][0::3] == (altered, "differs")


@pytest.mark.parametrize(
    ("written", "verdicts"),
    [
        ("181049条", ["agrees"]),
        ("181094条", ["unclear"]),  # two digits exchanged
        ("181349条", ["unclear"]),  # one wrong
        ("18.5万余条", ["unclear"]),
        ("362500条", []),
        ("9049条", []),
    ],
)
def test_what_nothing_makes_sure_is_asked_about_if_it_looks_like_a_slip(written: str, verdicts: list[str]) -> None:
    proof = proof_of(f"政府门户网站作为第一平台,承担了{written}的发布任务。", xiangxi())
    assert [str(claim.verdict) for claim in proof.claims] == verdicts
    assert all("像是写错了" in claim.note for claim in proof.claims if claim.verdict is Verdict.UNCLEAR)


@pytest.mark.parametrize(
    "text",
    [
        "不动产登记受理量5.2万件,办结数5.2万件。12345热线受理量25.6万件,办结率99.6%。",
        "行政复议机构全年受理326件,纠正率12.3%。全县被诉行政案件86件,顺延至下年审理4件。",
        "县政府作为复议机关受理行政复议案件326件,维持率72%。",
    ],
)
def test_what_others_received_and_closed_is_not_the_tables(text: str) -> None:
    assert [claim for claim in claims_of(text, shuyang()) if claim[3] != "agrees"] == []


@pytest.mark.parametrize(
    "text",
    [
        "信息报送320条,采用信息118条。龙山、永顺两县最早试点。两县建成便民服务点43个、37个。",
        "各县市推进情况如下:\n● 龙山县:建成示范点5个,培训村级信息员320户。\n● 永顺县:建成示范点4个。",
        "全州建成政务服务大厅9个,绝大多数(8个)设在县市。抽查网站32个,其余28个合格。",
        "吉首市、凤凰县开展试点。两地查阅点位共110个。",
    ],
)
def test_the_same_turns_of_phrase_about_something_else_are_left_alone(text: str) -> None:
    assert [claim for claim in claims_of(text) if claim[3] != "agrees"] == []


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("甲", "“甲”"), ("甲+乙", "“甲”加“乙”"), ("甲+乙+丙", "“甲”、“乙”、“丙”之和"),
        ("SUM(甲,乙,丙,丁,戊)", "“甲”、“乙”、“丙”、“丁”等 5 项之和"), ("甲/乙*100", "“甲”占“乙”的百分比"),
        ("甲-乙", "由“甲”、“乙”算出的数"),
    ],
)  # fmt: skip
def test_a_formula_is_told_in_words(formula: str, words: str) -> None:
    assert in_words(formula) == words


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("龙山县公开信息30412条,永顺县26154条,凤凰县21288条,三县合计公开{}条。", ("77854条", "77845条")),
        ("龙山县公开信息30412条,永顺县26154条,凤凰县21288条,三县政务微信公开{}条。", ("253条", "230条")),
        ("吉首市微博、微信分别发布{}条和61条。", ("65条", "126条")),
        ("古丈县公开信息8515条,不到龙山县的3成;该县投入专项经费{}万元。", ("2.9万元", "10.3万元")),
        ("依托政务服务大厅设置查阅点{}个。", ("123个", "132个")),
    ],
)
def test_pointing_words_are_given_their_units(text: str, last: tuple[str, str]) -> None:
    right, wrong = (text.format(each.rstrip("条个万元")) for each in last)
    assert {claim[3] for claim in claims_of(right)} == {"agrees"}
    assert last[0] in {claim[0] for claim in claims_of(right)}
    assert [claim[0] for claim in claims_of(wrong) if claim[3] != "agrees"] == [last[1]]


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        ("占三分之二", "agrees"), ("超过全州申请总量的一半", "agrees"), ("占四分之三以上", "differs"),
        ("占一半", "differs"), ("接近全州的一半", "differs"), ("不到去年总量的一半", None), ("占两成", "differs"),
    ],
)  # fmt: skip
def test_a_share_in_words_is_held_against_the_table(share: str, verdict: str | None) -> None:
    claims = claims_of(f"州本级收到政府信息公开申请10件,{share}。")
    assert [claim[3] for claim in claims[1:]] == ([verdict] if verdict else [])


def test_others_end_a_list_as_the_part_of_that_name_only_where_all_parts_are_told() -> None:
    text = "全市新收申请735件,其中自然人615件,商业企业78件、法律服务机构31件、社会公益组织3件{}、其他{}件。"
    told = claims_of(text.format("、科研机构2件", 6), ningxi())
    assert told[-1] == ("6件", "本年新收_其他", "合计", "agrees")
    assert claims_of(text.format("、科研机构2件", 7), ningxi())[-1][2:] == ("合计", "differs")
    assert {claim[3] for claim in claims_of(text.format("", 8), ningxi())} == {"agrees"}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("予以公开的申请中,县区216件,自然人254件。", ["县区", "合计"]),
        ("柳坝区集中了全市45.0%的许可事项,全年作出行政许可决定3.5万余件。", ["柳坝区"]),
        ("柳坝区和市自然资源局两家新收申请417件,占全市的56.7%。", ["柳坝区、市自然资源局"] * 2),
        ("市自然资源局收取行政事业性收费2315.6万元,主要为不动产登记费,占全市的56.5%。", ["市自然资源局"] * 2),
        (
            "未经复议直接起诉18件,维持10件;复议后起诉14件。县区上述两类案件分别为12件和11件,市本级为6件和3件。",
            ["合计"] * 3 + ["县区"] * 2 + ["市本级"] * 2,
        ),
        (
            "全市作出行政许可决定78075件、行政处罚决定5679件。市本级许可、处罚分别为4083件、125件。",
            ["合计"] * 2 + ["市本级"] * 2,
        ),
    ],
)
def test_whose_a_number_is_among_several(text: str, groups: list[str]) -> None:
    claims = claims_of(text, ningxi())
    assert [(claim[2], claim[3]) for claim in claims] == [(group, "agrees") for group in groups]


@pytest.mark.parametrize(
    "text",
    [
        "工作人员776人,其中女性占一半,党员占三分之二。",
        "吉首市和泸溪县两地均设专门机构1个。",
        "龙山县公开信息30412条,永顺县26154条。四县公开100000条。",
        "政府网站公开181049条,政务微博1202条,其他65820条。",
    ],
)
def test_pointing_words_that_point_at_nothing_known_are_left_alone(text: str) -> None:
    assert [claim for claim in claims_of(text) if claim[3] != "agrees"] == []
