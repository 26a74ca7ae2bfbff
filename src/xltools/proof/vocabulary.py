"""The words of official Chinese that say how a number is meant, whatever the form: data, no line about any sentence.

Texts are matched as :func:`xltools.proof.quantities.plain` spells them: commas, brackets and digits in ASCII.
"""

from __future__ import annotations

import re

MEASURES = (
    "个百分点", "倍", "人次", "件次", "场次", "期次", "次数", "条次", "篇次", "万元", "亿元", "元", "%",
    "条", "件", "次", "场", "期", "篇", "个", "名", "人", "份", "项", "宗", "起", "批", "家", "部", "例", "则", "册",
    "张", "块", "幅", "户", "户次", "位", "类", "种", "辆", "页", "组", "届", "轮", "站", "处", "间",
)  # fmt: skip
"""Measures a number may be followed by; a number with another one, or with none, is no figure of a table."""

SHORTER = {"场次": "场", "期次": "期", "件次": "件", "条次": "条", "篇次": "篇", "次数": "次"}
"""Measures written out that say no more than the short one."""

NOT_MEASURES = (
    "个县", "个市", "个区", "个州", "个乡", "个镇", "个街道", "个村", "个社区", "个单位", "个部门",
    "个工作日", "个自然日", "个月", "个小时", "个方面", "个年度", "个学时", "期间", "处长", "处级", "人民", "类别",
)  # fmt: skip
"""What begins like a measure and is none."""

EQUIVALENT = (
    frozenset({"条", "条次"}),
    frozenset({"件", "件次", "宗", "起", "份", "例", "项", "个"}),
    frozenset({"次", "场", "场次", "次数", "期", "期次"}),
    frozenset({"人", "名", "位", "个"}),
    frozenset({"人次"}),
    frozenset({"篇", "篇次", "份"}),
    frozenset({"个", "处", "家"}),
    frozenset({"元"}),
)
"""Measures that say the same of the same thing."""

TIMES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000}

MORE_BEFORE = ("超过", "超", "突破", "逾", "不少于", "至少", "多达")
MORE_AFTER = ("余", "多", "来")
MORE_BEHIND = ("以上", "多", "余")
LESS_BEFORE = ("将近", "近", "接近", "不足", "不到")
ABOUT_BEFORE = ("大约", "约", "大概", "约为")
ABOUT_BEHIND = ("左右", "上下")
FRACTIONS = {"一半": (1, 2), "半数": (1, 2), "对半": (1, 2)}
"""Fractions that have names of their own."""

SENTENCE_ENDS = "。!?\n"
CLAUSE_ENDS = ",;:()—…"
JOINING = "、和与及或"

INTRODUCING = "(?:从|按|分|就)[^,;。0-9]{1,10}?(?:来看|看|来说|来分|而言|划分|统计|分)(?:[,:]|$)"
SEEN_AS = re.compile(INTRODUCING)
RANK = (
    "(?:居|位居|位列|排名?|名列)[^,;。0-9]{0,8}(?:首位|前列|榜首|之首|末位|首|前[一二三四五六七八九十\\d]+[位名]?|第[一二三四五六七八九十\\d]+位?)"
    "|紧随其后|次之|最[多少大小]的?|为最|居首|居次"
)
UP_OR_DOWN_TO = "(?:增加|增长|上升|提高|提升|扩大|减少|下降|降低|回落|压缩|缩减)[到至]|[增减升降扩][到至]"
"""``增加到30次``: the number is the new one, no difference."""
FILLERS = re.compile(
    f"{INTRODUCING}|{RANK}|"
    "其中|包括|包含|[内其]?含|全年度?|本年度?|今年|当年|年内|本年|总共|一共|共计|总计|合计|累计|共有|共|总数|总量|数量|总次数|次数|人数|件数|条数"
    "|达到了?|占|达|约|大约|近|超过|分别|各有|各|均|为|是|有|则|而|另外|另有|另|以及|及|和|与|的|了|数|同时|主要|政府|行政机关|机关|部门|单位|层面"
    f"|{UP_OR_DOWN_TO}|投入|安排|落实|设立|设置|配备"
    "|一级|级|财政|方面|内容|情况|来自|由|在|于|上|等|截至|年底|统计|据|经|已|计|一是|二是|三是|四是|五是|六是|七是|八是|九是|并|还|也|又|从|只|仅|才|却|开了|办了|到|[加合]起来看?|之和|相加|但|不过|虽|一县|一市|一区|一地|一家|共同|这些|这部分|负担|承担|自筹|贡献|(?:[两二三四五六七八九十几]|\\d)+(?:[家个地]?(?:单位|部门|县市区?|县|市|区)|家|地)|同[为是]|皆为|除了?[以之]?外|以(?=居|位|排|名|$|,)|^外(?=,)|除了?$|如下|都|其余|余下|剩余|剩下|分布|集中(?=[在于])|设(?=在)|全部|[落出](?=在)|发生(?=在)|以[上下]|^[当之]?中(?=$|最)|[就即便](?=占|有|是|达)|(?:^|(?<=,))部分(?=占|为|有|$)"
)
"""What may stand beside a group's name without making the number another thing's."""

DOING_AS_WELL = re.compile("(?<![\u4e00-\u9fff])(?:全年|共|积极|及时|认真)*[\u4e00-\u9fff]{2}(?:并|且)(?![且非不])")
"""What was done to the same things before what they are counted for: ``监测并回应``."""

LEADING_IN = re.compile(f":\\s*$|^\\s*(?:{INTRODUCING})")
"""A line or sentence without numbers that says what those after it are: …数量如下:, 从公开总量看,…."""

OF_ANY_LEVEL = re.compile("[全我]([州市省县区盟旗])")
"""The whole of what is of that level: the table's, or a unit just named."""
SAME_LEVEL = (frozenset("州市盟"),)
"""The last characters of units of one level; a unit of another is neither the table's nor part of it."""
NUMBERING = re.compile(r"^\s*(?:\([^()]{1,6}\)|[一二三四五六七八九十]+、|\d+[.、])\s*")
"""What a paragraph or an item may begin with: (一), 二、, 3."""
ALL_TOGETHER = re.compile("总计|合计|总数|总量|全年|各类申请人|所有|申请总")
"""Words for all columns of a matrix together."""
EACH = re.compile("(?:各|均|都|同|皆)(?:自|有|为|是|达)*$")
"""Right before a number: it is that of each of several owners: 泸溪和保靖均为5.8万元."""
DOER_BEHIND = re.compile(
    "^(?:全部?|都|均)?(?:由|为|来自|(?:设|办|落|分布|集中|发生|出现|出|散布)*在|归|出自|集中于|属)?[两二三四五六七八九十\\d]*个?$"
)
"""Between a number and the owner it is then said to be of: ``5件由吉首市受理``."""

WHOLE_WORDS = re.compile(
    "[全我][州市省县区盟旗](?!面)|全系统|各级各部门|各级|全域|[州市省盟]、?(?:县|区|县市|市县|市州)(?:两级|二级|三级)|上下两级|总体"
    "|各?(?:县市区?|市县区?|县区)[、和及与]?各(?:部门|单位)"
)
OWN_LEVEL_WORDS = re.compile(
    "[州市省县区盟旗]本级|本级|(?:(?<![\u4e00-\u9fff])|(?<=[除由在,]))[州市省县]里|[州市省]一级|(?<![\u4e00-\u9fff])[州市省](?=\\s*$)|(?<!县)[州市省](?:人民)?政府(?:(?:及其|和|及)(?:各|所属|组成)?|各|所属|组成)(?:工作)?部门"
    "|[州市省县区盟旗]直(?![接播观面通至达线])|[州市省盟]级(?!以上|及)|[州市省盟]财政(?!局|厅)"
)
OWN_LEVEL_OF_A_NAME = re.compile("[州市省县区盟旗](?:本级|直|级|(?:人民)?政府)")
"""What may begin with the last character of a unit's name: 湘西州本级, 吉首市直."""
OF_ITS = re.compile("(?:的|所属|所辖|下辖|下属|辖区内?|境内)?的?")
"""Between a whole and a part of it that is meant: 全州各县市, 湘西州所属县市."""
LOWER_LEVEL_WORDS = re.compile(
    r"各?县\(市、?区?\)|各?县\(区\)|各?县市区|各?县(?:、|及)?市区|各?(?:县市|市县|县区|区县|市区)|各(?:县|区|市|旗)(?![级本直])|县区级|县级(?!以上|及以上)"
)
OWN_LEVEL_GROUP = re.compile("本级|直")
LOWER_LEVEL_GROUP = re.compile("县|区|旗|市")

VERBS = frozenset({
    "公开", "主动公开", "发布", "推送", "刊登", "刊发", "登载", "刊载", "收到", "受理", "接收", "接受", "接到", "收件",
    "召开", "组织", "举行", "举办", "印发", "制发", "制定", "出台", "发生", "提起", "引发", "处理", "办理", "作出",
    "决定", "涉及", "案件", "共", "申请", "信息", "答复", "办结", "实施", "收取", "回应", "稿件", "信息公开",
    "政务公开", "人员", "从事", "会议", "类",
})  # fmt: skip
"""Words that many subjects share: one of these alone, carried to other company, makes out nothing for sure."""

NEUTRAL = (
    "政府信息公开工作 政务公开工作 行政机关和企事业单位 公民、法人和其他组织 各类 各级行政机关 政府部门 "
    "依法 因 引发 发生的 引起 被申请 提起 提出的 申请人 提交 全部 所有 政务新媒体 门户网站 官方 "
    "渠道 途径 平台 方式 形式 办理 答复 处理 作出 相关信息 累计 年度 具体 组织 开展 举行 召开 "
    "举办 参加 共同 收到 受理 公开 发布 推送 刊登 刊发 登载 设有 建有 明确 配备 从事 全年 "
    "工作人员 案件 事项 结果为 按照 规定 法定 时限 期限 积极 及时 主动 持续 进一步 不断 大力 "
    "切实 认真 针对 围绕 加强 做好 公开量 数量为 总数 总量 总额 资金 财政 用于 经费 新 本机关 其中的 一是 "
    "二是 三是 四是 五是 六是 截至 截止 目前 共计 当年 期间 上年度 本年度 年内 向社会 社会公开 "
    "对外 公共 公众 提供 得到 实现 推出 撰写 编写 编发 上传 张贴 经办 承办 拨付 递交 寄送 清理 "
    "现有 认定 发放 收悉 年末 年初 保留 刊播 制作 出席 做客 建成 健全 利用 依托 通过 同步 最终 连同 实际 不服 "
    "及其 报纸 一年来 过去一年"
)
"""Words that may stand in any clause without making it about something else; the form's own words are added."""

LEFT_OVER = re.compile(
    "其余|剩余|余下|剩下|另有|另外|还有|[未没][有能]?(?:审结|办结|结案)|[正仍]在审理|审理中|在审|待审|未结(?![果转])"
)
"""Beside the last of several parts: it is all that the others leave of the whole."""

DEFINING = re.compile("(?:(?<![总共合累统小,;:()])计|列为|算作?|按|每|满|第|近\\d?年|[〔\\[第])$")
"""Right before a number: it counts how something is counted, or in which place, not how much there is."""

CHANGE_WORDS = re.compile(
    r"(?P<up>增长|增加|上升|提高|提升|上涨|增幅|多|升|增)|(?P<down>减少|下降|降低|减幅|降幅|下滑|回落|少|降|减)"
)
COMPARED = re.compile(r"同比|较(?:上|去|前|20\d\d|同|之)|比(?:上|去|前|20\d\d|同)|与(?:上|去|20\d\d)年|相比|环比|同期")
CHANGE_AT_END = re.compile(rf"(?:{CHANGE_WORDS.pattern})(?:了|幅|率|幅度|比例)?(?:为|达到?)?(?:约|近|超过?)?$")
BASE_AT_END = re.compile(
    r"(?:[较比与由从](?:[上去](?:一)?年(?:度|同期)?|(?P<year>20\d\d)年(?:度|同期)?)的?"
    r"|^(?:而|其中)?(?:[上去](?:一)?年(?:度|同期)?|(?P<stated>20\d\d)年(?:度|同期)?)(?:为|是|仅|只有|有))$"
)
"""Right before a number: it is that of the year before, which this year's is compared with."""

FROM = re.compile("[从由](?P<when>[^,;。从由]{0,8}的)?$")
CHANGED_TO = re.compile(f",?(?:大幅|逐步|稳步|逐年)?(?:{UP_OR_DOWN_TO}|调整[到至为])")
"""Behind a number after ``从``: it is that of before, which this one is compared with: 从24次增加到30次."""

BEYOND_A_TOTAL = (
    "(?:(?<![^,;:(])(?:超过|超|接近|将近|近|不足|不到|达到?)(?=[^,;。、年0-9]{0,14}(?:总[量数]|量|全[州市县区])的$))"
)
"""``超过办结量的``: what follows is a share of that."""
WHAT_IT_IS_OF = re.compile(
    f"(?:占[了到]?|相当于|{BEYOND_A_TOTAL})"
    "(?P<what>[^,。;、0-9]*?)的?(?:比重|比例|份额|比)?(?:分别|大约|约|仅|只)*(?:为|是|达到?|:)*(?:约为?|近|超过?)?$"
)
"""Right before a share: what stands between 占 and its number."""
SOME_TOTAL = re.compile("案件|全部|所有|整个|总|量|[件条次人篇场]|其|同期|全体|各项|办理")
"""Left of what a share is said to be of: it says nothing more."""
ROUGHLY = re.compile(
    "(?P<head>[^,;()]*?)(?:(?:约|大约|将近|已)*(?:占[了到]?|接近|超过|超|不足|不到|近)(?P<of>[^,;()0-9]*?))?的?"
    "(?:[一二三四五六七八九]分之[一二三四五六七八九]|大半|一半|过半|半数|绝?大多数|多数|绝?大部分|少数)(?:以上|以下|左右)?\\($"
)
"""Right before a number in a bracket, which says exactly what these words say roughly: 接近全市的一半(45.0%)."""
TAIL = re.compile(r"\)(?P<said>[^,;。、()0-9]+)(?=[,;。、!?\n]|$)")
"""Right behind such a number: the end of its clause."""
SHARE_AT_END = re.compile(
    f"(?:占比?|相当于|{BEYOND_A_TOTAL})"
    "(?:[^,。;、]{0,16}的)?(?:比重|比例|比|总数|总量|[^,。;、0-9]{0,10})?(?:分别)?(?:为|达到?|约|约为|近|:)*$"
)
COUNT = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SO_MANY_ITEMS = re.compile("(?<!第)([两二三四五六七八九])(?:[项者类种])(?:情形|情况)?(?:合计|总计|共计|一共|共|约)*$")
"""``三项约占``: the numbers that were listed before."""
SO_MANY_OWNERS = re.compile("([两二三四五六七八九])(?:[个家]?(?:县市|单位|部门|[县市区地家者]))")
"""``两县``, ``三家单位``: owners that were listed before."""
THAT_ONE = re.compile("(?<!应)该([州市县区旗盟局委办厅])(?![级县市区])")
"""``该县``: the unit that was spoken of last."""
FORMER_OR_LATTER = re.compile("(前|后)者")
THESE = re.compile(
    "(?:上述|以上|前述|这)?(?:[两二三四五六七八九几]|\\d)?(?:者|[项类种个](?:渠道|方式|情形|途径|载体|指标|数据|结果)?)"
)
"""``二者``, ``上述五类渠道``: what was listed before."""

SO_MANY_OF_THESE = re.compile(
    f"(?:上述|以上|前述|这)([{''.join(COUNT)}])[项类种](?:渠道|方式|情形|途径|指标|案件|申请|信息)?"
)
"""``上述两类案件``: what the parts of the sentence before began with."""

NOT_A_LEVEL = re.compile(
    "新增|新设|新建|新开|增设|增配|净增|增加(?![到至])|减少(?![到至])|计划|拟|力争|预计|目标|争取|(?<!列入)(?<!纳入)(?<!年初)(?<!财政)预算|达到.{0,4}以上|提升至|提高(?![到至])|下降(?![到至])|增长(?![到至])|压缩|不少于|应当|须|平均|人均|日均|月均|"
    "每[年月日周季]|最高|最低|满分|得分|评分|在线率|满意率|"
    "历年|近年|历史|存量|截留"
)
"""In the clause of a number: it is a plan, a mean, a difference or a rank rather than the year's figure."""

RANKED = re.compile("最[多少大小]|排名|位居|位列")
"""Likewise, where neither owner nor indicator is named: the most of one month. 吉首市最多,达25件 is 吉首市's."""

CRITERION = re.compile("(?:以[上下])?的(?:只|仅)?有|(?:以[上下])?的(?:县|市|区|单位|部门|乡镇|机关)[^,;。]{0,4}有")
"""Right after a number: it says which are counted: 公开量超过2万条的县区有5个."""

INTENDED = re.compile("下一步|下步|下一阶段|明年|来年|力争|争取")
"""In a sentence before a number: it speaks of what is to come."""

NARROWED = re.compile(
    "[前后](?:者|一[类项种])|涉及|涉(?!诉)|关于|有关|就(?!有|是|达|占)|个别|某|一些|其余|另外|重点领域|属于|符合|为主|类(?=信息|申请|案|的?$)"
)
"""In the clause before a number: it is about a part that the table does not have."""

NARROWED_HERE = re.compile("针对|围绕")
"""Likewise, but only in the number's own clause: 围绕群众关心的热点,召开发布会28次."""

OF_ITS_OWN = re.compile("(?:针对|围绕)[^,;。、□]{0,4}□")
"""Likewise: what is named is the number's own subject."""

OF_WHAT_IS_KNOWN = re.compile("(?:涉及|涉|属于|关于|符合|因)的?[^,;。、□]{0,4}□")
"""Before a word that the form has, blanked: 涉及国家秘密 is a part that the table has."""

ANOTHER_BODY = re.compile(
    "[\u4e00-\u9fff](?:局|委员会|(?<!大)厅|乡|镇|街道|公司|银行|学校|医院|社区|村|支队|大队|公安|系统|领导小组|公开办(?![理结法公]))|法院(?:受理|审理)|检察"
    "|[省市州县区旗盟](?:[\u4e00-\u9fff]{0,8}(?:局|委|办|办公室|院|馆|所|中心|处|队|集团|系统)|联社)"
    "|[\u4e00-\u9fff](?<![我本该全各个两二三四五六七八九])[县区旗](?![级域直本政])"
)
"""Left of a text when owners, the form's and usual words are gone: it is about a body that the table does not know."""

ONE_GOVERNMENT = re.compile(
    "(?<![全各两级三、和及与\u4e00-\u9fff])[省市州县区旗盟](?:人民)?政府(?=全年|本年|今年|共|[收受办发印召主公]|办(?:公室|公厅)?[^理结])"
    "|复议机[关构](?:全年|共|依法)*(?:受理|办理|收到|审理|审结)"
)
"""One government as a body, where the total is over many: ``县政府全年收到…``."""

ONE_OF_MANY = re.compile(
    "(?<![县级、各全我])[州市省]政府(?:办公室|办)?(?:门户)?(?:网站|网|微博|微信|公众号)|县政府(?:门户)?网站"
    "|“[^”]{2,12}”(?:官方|政务)?(?:微博|微信|公众号|客户端|网站)"
)
"""In the clause before a number: one site or account, where the total is over many units."""

SOME_OF_THEM = re.compile("等\\s*(?:\\d+|[一二两三四五六七八九十]+)个?(?:县|市|州|区|乡|镇|街道|单位|部门)")
"""In the clause of a number: it is that of a few together: 吉首市等3个县市."""

BROADER = re.compile("[^。;]{0,12}其中[^。;0-9]{0,12}(?:信息公开|政务公开)")
"""Right after a number: only part of it is about what the table is about."""

ELSEWHERE = re.compile("其[他它]各类|其余各类|其[他它]类|除此之外|此外还")
"""In the clause before a number: it and those listed after it are about something besides the table."""

EXCLUDING = re.compile(
    "除了?(?P<but>[^,;。:()0-9]{1,20}?)[以之]?外(?!,?(?:[^,;。]{0,6}[还也又另]))|(?:不含|不包括)(?P<less>[^,;()0-9]{1,20})"
    "|(?P<bar>[^,;。:()0-9]{1,12})除外"
)
BODIES = re.compile("[省州市县区旗盟乡镇村]|街道|部门|单位|机关|垂管|学校|医院|局|委")
"""Whatever is left out by these words, the figure is not the table's: 除吉首市外,各县市…, (不含乡镇)."""

PART_OF_YEAR = re.compile(
    r"(?:上|下)半年|[一二三四1-4]季度|前[一二三四五六七八九十\d]+个?月|(?:\d{1,2}|[一二三四五六七八九十])月(?:份|底|末|\d{1,2}日|[上中下]旬)?"
)
WHOLE_YEAR = re.compile(
    r"(?:(20\d\d)年)?(?<!\d)1月?(?:1日)?起?(?:至|到|[-—~]+)(?:\1年|[本当同]年)?12月(?:31日|底|末|份)?(?:止|期间)?"
    r"|(?:至|到|截止)(?:20\d\d年)?(?:12|十二)月|12月(?:31日|底|末)|年底|年末"
)
WHOLE_YEAR_AGAIN = re.compile("^.*[,;](?=全年|一年来|年内)")
"""What stands before the year is spoken of again: 4月12日召开常务会议;全年…."""
SEVERAL_YEARS = re.compile(
    r"[二两三四五六七八九十几多]年来|近[\d二两三四五六七八九十几]+年|(?<!今年)(?<!本年)(?<!年初)以来"
    r"|(20\d\d)年?(?:\d+月(?:\d+日)?)?起?(?:至|到|-|—)(?!\1)20\d\d年"
)
"""Before a number, in its sentence: it is about more than the year."""

LAST_YEAR = re.compile(r"(?:上|去|前|上一)年度?(?!度?(?:结转|转|转入|遗留|继续|未办结|度?结余))")
A_YEAR = re.compile(
    r"(?<![较比与是对])(?<!转至)(?<!转到)(?<!转入)(20\d\d|19\d\d)年"
    r"(?!的?同期|的\d|以来|以前|度?(?:结转|转入|转来|遗留|未办结))"
)
EXPLAINING = re.compile("^[,(]?主要(?:为|是|用于|来自|涉及|集中[在于])[^,;。()0-9]*(?=[,)])")
"""Behind a number: what it consists of, in a clause of its own."""
AMONG = re.compile("(?<!其)中[,:]")
"""Behind what the numbers that follow are parts of: 予以公开的申请中,."""
THE_OTHERS = re.compile("(?:其中|还有|另有|以及)?其[他它](?:类|的)?(?:为|是|有|共|仅|只有)*")
"""A clause that is but this is about what is left of the list before it."""
ADDED_UP = re.compile("合计|[加合]起来|之和|总计|共计|两项|一共|总共|^共有?$")
THESE_TOGETHER = re.compile(
    f"([{''.join(COUNT)}])(?:[项者类种]|[个家地]?(?:单位|部门|县市|[县市区家地]))(?:情形|情况)?"
    "(?:合计|总计|共计|一共|总共|共|之和|相加|[加合]起来|加在一起)"
)
"""``两项合计``: the sum of the numbers just before."""
