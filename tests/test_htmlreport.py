"""The HTML report: everything is on the page, nothing on it is believed, and what it offers works in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from office import absent

from xltools import Consolidation, Form, Return, Roster, consolidate, load_roster
from xltools.computing import computed_values
from xltools.consolidation import FileResult, FileStatus
from xltools.findings import Number, finding
from xltools.htmlreport import html_report
from xltools.htmlreport.shown import exact, figure, shown
from xltools.reading.reader import read_file_all
from xltools.reading.references import cell_name
from xltools.returns import Source
from xltools.roster import parse_roster
from xltools.wording import compared

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/湘西州2017"
FORM = Form.load("xxgk2017")
FORM_2021 = Form.load("xxgk2021")
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
ROSTER = [
    ["单位", "上级", "组别", "代码", "别名", "联系人"],
    ["甲县", "某州", "县市", "1", "", ""],
    ["乙县", "某州", "县市", "2", "", "张三 0743-1234567"],
    ["丙局", "某州", "部门", "3", "", ""],
    ["丁局", "某州", "部门", "4", "", ""],
]
NASTY = [
    '<script>alert("1")</script>',
    "</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\"onclick='alert(1)' &amp; <!--",
    "甲\u202excod.xlsx",
    "{{ 7*7 }}{% raw %}",
]


def _return(form: Form, unit: str, path: str, values: Mapping[str, Number], **more: Any) -> Return:
    cells = {name: cell_name(spot.row, spot.column) for name, spot in form.page.spots.items()}
    everything = {name: values.get(name) for name in form.indicators}
    source = Source(path, hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest())
    return Return(source, unit, "2017", "统计表", everything, cells, **more)


def _roster() -> Roster:
    return parse_roster(ROSTER)


def _xiangxi() -> Consolidation:
    returns = [read_file_all(path, FORM, path.name)[0] for path in sorted((EXAMPLE / "上报").iterdir())]
    return consolidate(returns, FORM, load_roster(EXAMPLE / "单位名录.xlsx"))


def _troubled() -> Consolidation:
    """甲县 counts, 乙县 is missing, 丙局 sent two different files, 丁局 an unreadable one, 戊局 is in no roster."""
    broken = finding("F101", "文件打不开,可能已损坏", file="丁局.xlsx")
    lost = tuple(
        finding("S201", "名称丢失", indicator=name, file="甲县.xlsx", sheet="统计表", cell=f"D{row}")
        for row, name in enumerate(FORM.indicators, 5)
    )
    returns = [
        _return(FORM, "甲县", "甲县.xlsx", {"收到申请数": 5, "网络申请数": 4}, findings=lost),
        _return(FORM, "丙局", "丙局.xlsx", {"收到申请数": 1}),
        _return(FORM, "丙局", "丙局(改).xlsx", {"收到申请数": 2}),
        Return(Source("丁局.xlsx", "f" * 64), findings=(broken,), rejected=True),
        _return(FORM, "戊局", "戊局.xlsx", {"收到申请数": 7}),
    ]
    skipped = finding("F106", "不是表格文件", file="通讯录.txt")
    others = [(FileResult(Source("通讯录.txt"), FileStatus.SKIPPED), skipped)]
    return consolidate(returns, FORM, _roster(), others=others)


def _large(mistakes: int) -> Consolidation:
    """300 units with the 200 indicators of the 2021 form all filled in, each with that many of them changed."""
    chance = random.Random(2021)
    sound: dict[str, Number] = dict.fromkeys(FORM_2021.indicators, 0)
    for name in ("本年新收", "予以公开"):
        sound |= {f"{name}_自然人": 300, f"{name}_商业企业": 20}
    sound = {**sound, **{name: value or 0 for name, value in computed_values(FORM_2021, sound).items()}}
    returns = []
    for number in range(300):
        values: dict[str, Number] = dict(sound)
        for name in chance.sample(list(values), mistakes):
            values[name] = chance.randrange(1, 5000)
        unit = f"第{number}个填报单位人民政府办公室"
        returns.append(_return(FORM_2021, unit, f"上报/{unit}.xlsx", values))
    return consolidate(returns, FORM_2021)


def _page(result: Consolidation) -> Any:
    return html.document_fromstring(html_report(result).decode("utf-8"))


def _text(node: Any) -> str:
    return " ".join(node.text_content().split())


def _data(page: Any) -> Any:
    return json.loads(page.get_element_by_id("data").text)


def _entries(page: Any, code: str = "") -> list[Any]:
    """The findings on the page, or those with a code."""
    codes = [row[0].text for row in page.xpath("//*[@id='kinds']/tr")]
    return [entry for entry in page.xpath("//li[@data-k]") if code in ("", codes[int(entry.get("data-k"))])]


@pytest.fixture(scope="module")
def xiangxi() -> Consolidation:
    return _xiangxi()


@pytest.fixture(scope="module")
def troubled() -> Consolidation:
    return _troubled()


# --- what stands on the page ---


def test_the_same_returns_give_the_same_bytes(xiangxi: Consolidation) -> None:
    assert html_report(xiangxi) == html_report(_xiangxi())


def test_the_answer_comes_first(xiangxi: Consolidation) -> None:
    verdict = _text(_page(xiangxi).get_element_by_id("verdict"))
    assert verdict.startswith("尚不能上报 湘西州 2017 年度应报 10 个单位,已报 10,未报 0;错误 3 处,提示 7 处。")


def test_who_is_missing_stands_there_with_the_contact(troubled: Consolidation) -> None:
    section = _page(troubled).get_element_by_id("left-out")
    assert "未报的单位(1 个)" in _text(section)
    assert _text(section.xpath("(.//tbody/tr)[1]")[0]) == "乙县县市2张三 0743-1234567"


def test_every_file_left_out_is_named_with_the_reason(troubled: Consolidation) -> None:
    rows = _page(troubled).get_element_by_id("left-out").xpath("(.//table)[2]/tbody/tr")
    reasons = {_text(row[0]): _text(row[3]) for row in rows}
    assert reasons.keys() == {"丁局.xlsx", "丙局.xlsx", "丙局(改).xlsx", "戊局.xlsx", "通讯录.txt"}
    assert reasons["丁局.xlsx"] == "文件打不开,可能已损坏"
    assert reasons["丙局(改).xlsx"].startswith("交了 2 份不同的报表")
    assert "不在单位名录中" in reasons["戊局.xlsx"]
    assert reasons["通讯录.txt"] == "不是表格文件"


def test_every_unit_and_every_file_is_listed_once(troubled: Consolidation) -> None:
    page = _page(troubled)
    units = [_text(row[0]) for row in page.get_element_by_id("units").xpath(".//tbody/tr")]
    files = [_text(row[0]) for row in page.get_element_by_id("files").xpath(".//tbody/tr")]
    assert units == [unit.name for unit in troubled.units]
    assert files == [file.source.path for file in troubled.files]


def test_a_return_left_out_for_its_errors_says_so() -> None:
    from xltools import Options

    wrong = _return(FORM, "甲县", "甲县.xlsx", {"收到申请数": 5, "网络申请数": 4})
    result = consolidate([wrong], FORM, _roster(), Options(only_valid=True))
    assert "不计入有错误的报表" in _text(_page(result).get_element_by_id("left-out"))


@pytest.mark.parametrize("make", [_xiangxi, _troubled])
def test_every_finding_is_on_the_page(make: Any) -> None:
    result = make()
    page = _page(result)
    codes = [row[0].text for row in page.xpath("//*[@id='kinds']/tr")]
    listed = []
    for entry in _entries(page):
        for spot in entry.xpath("./ul/li") or [entry]:
            place = "".join(spot.xpath("./i/text()")).strip()
            listed.append((codes[int(entry.get("data-k"))], place))
    assert sorted(listed) == sorted((f.code, f.spot) for f in result.findings)
    words = _text(page.get_element_by_id("findings"))
    assert [f.message for f in result.findings if f.message not in words] == []


def test_a_finding_says_what_and_where_and_the_page_once_what_to_do(xiangxi: Consolidation) -> None:
    page = _page(xiangxi)
    (group,) = page.xpath("//details[contains(.//h3, '吉首市')]")
    assert "文件:吉首市.xlsx" in _text(group)
    (own,) = [each for each in _entries(page, "R0402") if each in group.iter()]
    assert _text(own) == (
        "行政复议 25 件,三种结果合计只有 10 件,差 15 件:请核对,或说明其中有多少尚未审结 统计表!D49"
        "情况说明:示例说明:其中 15 件年末尚未审结。"
    )
    (kind,) = page.xpath(f"(//*[@id='kinds']/tr)[{int(own.get('data-k')) + 1}]")
    assert [_text(cell) for cell in kind] == [
        "R0402", "行政复议案件都应有结果(尚未审结的请说明)", "单位已写情况说明,请看是否成立。",
    ]  # fmt: skip
    assert (kind.get("data-should"), kind.get("data-present")) == ("应不大于", "现在是")


def test_errors_come_before_everything_else(xiangxi: Consolidation) -> None:
    groups = _page(xiangxi).xpath("//details")
    states = [[part.get("data-state") for part in group.xpath("./div[@data-state]")] for group in groups]
    assert all(group[0] == "error" for group in states)
    order = ["error", "open", "confirmed", "info"]
    assert states == [sorted(group, key=order.index) for group in states]


def test_the_same_words_about_many_cells_are_one_entry(troubled: Consolidation) -> None:
    (entry,) = _entries(_page(troubled), "S201")
    assert f"共 {len(FORM.indicators)} 格" in _text(entry)
    assert len(entry.xpath(".//ul/li")) == len(FORM.indicators)


def test_messages_that_differ_only_in_the_indicator_are_one_entry_too() -> None:
    lost = [
        finding("V306", f"“{name}”是公式但没有结果", indicator=name, file="甲.xlsx", sheet="统计表", cell=cell)
        for name, cell in (("收到申请数", "D30"), ("网络申请数", "D33"))
    ]
    result = replace(_troubled(), findings=tuple(lost))
    (entry,) = _entries(_page(result), "V306")
    assert "“收到申请数”等 2 项是公式但没有结果" in _text(entry)
    names = list(FORM.indicators)
    spots = [(_text(spot), names[int(spot.get("data-i"))]) for spot in entry.xpath("./ul/li")]
    assert spots == [("统计表!D30", "收到申请数"), ("统计表!D33", "网络申请数")]


def test_totals_stand_in_the_forms_own_rows(xiangxi: Consolidation) -> None:
    rows = [[_text(cell) for cell in row] for row in _page(xiangxi).get_element_by_id("totals").xpath(".//tr")]
    assert rows[0] == ["统计指标", "单位", "合计", "州本级", "县市"]
    assert rows[1] == ["一、主动公开情况"]
    assert rows[2][1:] == ["条", "248,071", "85,674", "162,397"]
    assert len(rows) == 1 + len(FORM.tables[0].rows)


def test_a_matrix_is_a_grid_without_holes() -> None:
    values: dict[str, Number] = dict.fromkeys(FORM_2021.indicators, 3)
    result = consolidate([_return(FORM_2021, "甲县", "甲县.xlsx", values)], FORM_2021)
    tables = _page(result).get_element_by_id("totals").xpath(".//table")
    assert len(tables) == len(FORM_2021.tables)
    for table in tables:
        taken: dict[tuple[int, int], Any] = {}
        rows = table.xpath(".//tr")
        for r, row in enumerate(rows):
            for cell in row:
                c = next(c for c in range(100) if (r, c) not in taken)
                for down in range(int(cell.get("rowspan", "1"))):
                    for across in range(int(cell.get("colspan", "1"))):
                        assert taken.setdefault((r + down, c + across), cell) is cell
        width = 1 + max(c for _, c in taken)
        assert taken.keys() == {(r, c) for r in range(len(rows)) for c in range(width)}
    assert sorted(int(cell.get("data-i")) for cell in tables[-2].getparent().getparent().xpath(".//td[@data-i]")) == [
        *range(len(FORM_2021.indicators))
    ]


def test_every_total_has_its_sources_in_the_data(xiangxi: Consolidation) -> None:
    data = _data(_page(xiangxi))
    names = [indicator[0] for indicator in data["indicators"]]
    at = names.index("行政复议数")
    assert data["scopes"] == ["合计", "州本级", "县市"]
    assert data["totals"][at] == [101, 13, 88]
    both = zip(data["units"], data["values"], strict=True)
    parts = {unit[0]: (values[at], unit[2], unit[3]) for unit, values in both}
    assert sum(value or 0 for value, _, _ in parts.values()) == 101
    digest = hashlib.sha256((EXAMPLE / "上报/吉首市.xlsx").read_bytes()).hexdigest()
    assert parts["吉首市"] == (25, "吉首市.xlsx", digest)
    assert data["indicators"][at][4] == "D49"


def test_a_figure_found_in_an_unusual_cell_keeps_it() -> None:
    normal = [_return(FORM, name, f"{name}.xlsx", {"收到申请数": 1}) for name in ("甲县", "乙县")]
    moved = _return(FORM, "丙局", "丙局.xlsx", {"收到申请数": 2})
    moved = replace(moved, cells={**moved.cells, "收到申请数": "F99"})
    data = _data(_page(consolidate([*normal, moved], FORM, _roster())))
    at = [indicator[0] for indicator in data["indicators"]].index("收到申请数")
    assert {unit[0]: unit[5].get(str(at), data["indicators"][at][4]) for unit in data["units"]} == {
        "甲县": normal[0].cells["收到申请数"],
        "乙县": normal[1].cells["收到申请数"],
        "丙局": "F99",
    }


def test_nothing_found_and_nobody_there_is_still_a_report() -> None:
    page = _page(consolidate([], FORM))
    assert "没有计入任何报表" in _text(page.get_element_by_id("verdict"))
    assert "没有单位" in _text(page.get_element_by_id("units"))
    clean = replace(_troubled(), findings=())
    assert "没有发现问题" in _text(_page(clean).get_element_by_id("findings"))


# --- what the page may do ---


def _nasty() -> Consolidation:
    """Every text that a file can bring along is an attack."""
    returns, found = [], []
    for n, text in enumerate(NASTY):
        returns.append(_return(FORM, text, f"{n}/{text}", {"收到申请数": n + 1}))
        place = {"unit": text, "file": f"{n}/{text}", "sheet": text, "cell": "A1", "explanation": text}
        found.append(finding("V302", text, indicator="收到申请数", actual=text, expected=text, **place))
    result = consolidate(returns, FORM)
    return replace(result, unit=NASTY[1], covered=tuple(NASTY), findings=(*found, *result.findings))


def test_text_from_files_stays_text() -> None:
    page = _page(_nasty())
    assert [script.get("type") for script in page.xpath("//script")] == ["application/json", None]
    assert page.xpath("//img") == []
    assert [name for node in page.iter() for name in node.attrib if name.startswith("on") or name == "style"] == []
    assert [a.get("href") for a in page.xpath("//a") if not a.get("href").startswith("#")] == []
    names = [_text(row[0]) for row in page.get_element_by_id("units").xpath(".//tbody/tr")]
    assert sorted(names) == sorted(shown(text) for text in NASTY)
    assert {unit[0] for unit in _data(page)["units"]} == {shown(text) for text in NASTY}


def test_direction_marks_and_broken_names_are_shown_not_obeyed() -> None:
    assert shown("甲\u202excod.xlsx") == "甲⟨U+202E⟩xcod.xlsx"
    assert shown("乙\udcff.xlsx\0") == "乙⟨U+DCFF⟩.xlsx⟨U+0000⟩"
    assert shown("两行\n文字\t。") == "两行\n文字\t。"
    assert "\u202e" not in html_report(_nasty()).decode("utf-8")


def test_a_file_name_that_is_not_text_can_be_reported() -> None:
    result = consolidate([_return(FORM, "甲县", "甲县\udcff.xlsx", {"收到申请数": 1})], FORM)
    assert "甲县⟨U+DCFF⟩.xlsx" in html_report(result).decode("utf-8")


def test_the_page_needs_nothing_and_allows_nothing_from_outside(xiangxi: Consolidation) -> None:
    text = html_report(xiangxi).decode("utf-8")
    assert set(re.findall(r"https?://[^\s\"'<)]+", text)) == {SVG_NAMESPACE}
    assert not re.search(r"@import|url\(|\beval\b|new Function|innerHTML", text)
    page: Any = html.document_fromstring(text)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind, content in (("style-src", page.xpath("//style")[0].text), ("script-src", page.xpath("//script")[1].text)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[kind] == f"'sha256-{digest}'"


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        (None, "—", None),
        (0, "0", 0),
        (-1234567, "-1,234,567", -1234567),
        (Decimal("1234.5"), "1,234.5", 1234.5),
        (Decimal("-0.5"), "-0.5", -0.5),
        (Decimal("0.0000001"), "0", "0.0000001"),
        (1 << 60, "1,152,921,504,606,846,976", "1152921504606846976"),
    ],
)
def test_figures_are_shown_with_separators_and_handed_on_exactly(
    value: Number | None, text: str, number: float | str | None
) -> None:
    assert figure(value) == text
    assert exact(value) == number


@pytest.mark.parametrize(("mistakes", "findings", "most"), [(3, 1500, 1_000_000), (150, 12_000, 2_700_000)])
def test_three_hundred_units_with_two_hundred_indicators_stay_small(mistakes: int, findings: int, most: int) -> None:
    result = _large(mistakes)
    assert len(result.findings) > findings
    assert len(html_report(result)) < most


# --- in a browser ---


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed")
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = str(own) if own.exists() else shutil.which("chromium") or shutil.which("google-chrome")
        if found is None:
            absent("Chromium is not installed")
        opened = playwright.chromium.launch(executable_path=found)
        yield opened
        opened.close()


class Visit:
    """A report opened from disk; ``complaints`` collects what a page must not do."""

    def __init__(self, browser: Browser, folder: Path, result: Consolidation, **settings: Any) -> None:
        path = folder / "报告.html"
        path.write_bytes(html_report(result))
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(**settings)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self._judge(request.url, path))
        self.page.goto(path.as_uri())
        if settings.get("java_script_enabled", True):
            self.page.wait_for_selector("html[data-ready]", state="attached")

    def _judge(self, url: str, path: Path) -> None:
        if url != path.as_uri() and not url.startswith("data:"):
            self.complaints.append(url)

    def shown_entries(self) -> list[str]:
        entries = self.page.locator("li[data-k]:visible")
        return list(entries.evaluate_all("nodes => nodes.map(node => node.querySelector('.code').textContent)"))

    def total(self, name: str, scope: int = 0) -> Any:
        at = [indicator[0] for indicator in self.data["indicators"]].index(name)
        return self.page.locator(f"td[data-i='{at}'][data-s='{scope}'] button")

    @property
    def data(self) -> Any:
        return json.loads(self.page.locator("#data").text_content() or "")


@pytest.fixture
def visit(browser: Browser, tmp_path: Path, xiangxi: Consolidation) -> Iterator[Visit]:
    made = Visit(browser, tmp_path, xiangxi)
    yield made
    made.page.close()
    assert made.complaints == []


def test_findings_are_filtered_by_level_unit_and_code(visit: Visit) -> None:
    from playwright.sync_api import expect

    page = visit.page
    assert page.locator("#count").text_content() == "共 11 条"
    page.get_by_label("提示,待核对或说明").uncheck()
    assert visit.shown_entries() == ["V308", "V308", "R0402", "V308"]
    assert page.locator("#count").text_content() == "筛选后 4 条,共 11 条"
    page.get_by_label("单位", exact=True).select_option(label="吉首市")
    assert visit.shown_entries() == ["V308", "R0402"]
    page.get_by_label("代码").select_option("R0402")
    assert visit.shown_entries() == ["R0402"]
    page.get_by_role("button", name="清除筛选").click()
    expect(page.locator("#count")).to_have_text("共 11 条")
    assert len(visit.shown_entries()) == 11


def test_findings_are_found_by_words_of_either_width(visit: Visit) -> None:
    from playwright.sync_api import expect

    visit.page.get_by_label("查找").fill("州本级.xlsx 行政复议")
    expect(visit.page.locator("#count")).to_have_text("筛选后 1 条,共 11 条")
    assert visit.shown_entries() == ["R0402"]
    visit.page.get_by_label("查找").fill("没有这样的话")
    expect(visit.page.locator("#count")).to_have_text("没有符合条件的,共 11 条")
    assert visit.shown_entries() == []


def test_every_entry_says_what_its_figure_is_and_should_be(
    browser: Browser, tmp_path: Path, xiangxi: Consolidation, troubled: Consolidation
) -> None:
    for result in (xiangxi, troubled, _large(3)):
        page = Visit(browser, tmp_path, result).page
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
        page.wait_for_function("document.querySelectorAll('details.group:not(:has(.code))').length === 0")
        shown = page.locator("#findings .pair").all_text_contents()
        words = [compared(found, result.form.rule_ids.get(found.rule)) for found in result.findings]
        wanted = [",".join(part for part in (said.against, said.now) if part) for said in words]
        assert sorted(shown) == sorted(filter(None, wanted))
        page.close()


def test_a_unit_in_the_table_leads_to_its_findings(visit: Visit) -> None:
    visit.page.locator("#units").get_by_role("link", name="吉首市").click()
    assert visit.shown_entries() == ["V308", "R0402"]
    assert "吉首市" in visit.page.evaluate("document.activeElement.textContent")


def test_a_click_on_a_total_opens_its_sources(visit: Visit) -> None:
    visit.total("行政复议数").click()
    panel = visit.page.locator("#sources")
    assert "合计 101 件" in (panel.locator("#sources-total").text_content() or "")
    rows = panel.locator("tbody tr")
    figures = [int(text.replace(",", "")) for text in rows.locator("td:nth-child(2)").all_text_contents()]
    assert sum(figures) == 101
    (own,) = [text for text in rows.all_text_contents() if text.startswith("吉首市")]
    digest = hashlib.sha256((EXAMPLE / "上报/吉首市.xlsx").read_bytes()).hexdigest()
    assert own == f"吉首市2524.8%吉首市.xlsx 统计表!D49{digest[:12]}"
    panel.get_by_role("button", name="关闭").click()
    assert not panel.is_visible()


def test_the_sources_of_a_group_are_its_units(visit: Visit) -> None:
    visit.total("行政复议数", 1).click()
    assert visit.page.locator("#sources-rows th").all_text_contents() == ["州本级"]


def test_the_keyboard_opens_and_closes_sources_and_comes_back(visit: Visit) -> None:
    button, page = visit.total("行政复议数"), visit.page
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("#sources").is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.id") == "sources-title"
    page.keyboard.press("Escape")
    assert not page.locator("#sources").is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("node => node === document.activeElement")


def test_the_first_tab_skips_to_the_text(visit: Visit) -> None:
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "跳到正文"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "main"


def test_the_chart_compares_the_units_of_the_chosen_indicator(visit: Visit) -> None:
    at = [indicator[0] for indicator in visit.data["indicators"]].index("行政复议数")
    visit.page.get_by_label("指标", exact=True).select_option(str(at))
    titles = visit.page.locator("#chart title").all_text_contents()
    assert titles[0] == "吉首市 25"
    assert len(titles) == 10
    visit.page.get_by_label("次序").select_option("roster")
    assert visit.page.locator("#chart title").all_text_contents()[0] == "州本级 13"


def test_a_matrix_shows_the_group_that_is_chosen(browser: Browser, tmp_path: Path) -> None:
    amounts = {"甲县": 2, "丙局": 5}
    returns = [_return(FORM_2021, name, f"{name}.xlsx", {"本年新收_自然人": n}) for name, n in amounts.items()]
    visit = Visit(browser, tmp_path, consolidate(returns, FORM_2021, _roster()))
    assert visit.total("本年新收_自然人").text_content() == "7"
    visit.page.get_by_role("button", name="部门").first.click()
    assert visit.total("本年新收_自然人", 2).text_content() == "5"
    visit.total("本年新收_自然人", 2).click()
    assert visit.page.locator("#sources-rows th").all_text_contents() == ["丙局"]
    assert visit.complaints == []


def test_it_is_dark_where_the_system_is(browser: Browser, tmp_path: Path, xiangxi: Consolidation) -> None:
    def lightness(scheme: Any) -> int:
        visit = Visit(browser, tmp_path, xiangxi, color_scheme=scheme)
        colour = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert lightness("dark") < 150 < 600 < lightness("light")


def test_paper_shows_every_finding_and_no_controls(visit: Visit) -> None:
    page = visit.page
    page.locator("summary").first.click()
    page.evaluate("""window.addEventListener('beforeprint', () => {
        window.openOnPaper = document.querySelectorAll('details:not([open])').length === 0 })""")
    assert page.pdf(format="A4").startswith(b"%PDF")
    assert page.evaluate("window.openOnPaper")
    assert page.locator("details:not([open])").count() == 1
    page.emulate_media(media="print")
    assert [page.locator(part).is_visible() for part in ("nav", "#filters", "#sources", "#verdict")] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("width", [360, 600])
def test_a_phone_need_not_scroll_sideways(
    browser: Browser, tmp_path: Path, troubled: Consolidation, width: int
) -> None:
    visit = Visit(browser, tmp_path, troubled, viewport={"width": width, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.total("收到申请数").click()
    assert visit.page.locator("#sources").evaluate("node => node.scrollWidth") <= width
    assert visit.complaints == []


def test_without_javascript_everything_can_still_be_read(
    browser: Browser, tmp_path: Path, troubled: Consolidation
) -> None:
    page = Visit(browser, tmp_path, troubled, java_script_enabled=False).page
    for part in ("#verdict", "#left-out", "#units", "#findings", "#totals", "#files"):
        assert page.locator(part).is_visible()
    assert page.locator("li[data-k]:visible").count() == len(_entries(_page(troubled)))
    assert page.locator("#kinds").is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.get_by_text("浏览器没有运行脚本").is_visible()


def test_hostile_text_does_nothing_in_a_browser_either(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path, _nasty())
    visit.total("收到申请数").click()
    assert sorted(visit.page.locator("#sources-rows th").all_text_contents()) == sorted(shown(text) for text in NASTY)
    visit.page.keyboard.press("Escape")
    visit.page.get_by_label("查找").fill("<script>")
    visit.page.wait_for_timeout(200)
    assert visit.complaints == []


def test_each_finding_says_all_in_its_place(visit: Visit) -> None:
    entry = visit.page.locator("details", has_text="吉首市").locator("li[data-k]", has_text="行政复议 25 件")
    assert " ".join((entry.text_content() or "").split()) == (
        "行政复议 25 件,三种结果合计只有 10 件,差 15 件:请核对,或说明其中有多少尚未审结 "
        "统计表!D49 行政复议数 应不大于 10,现在是 25情况说明:示例说明:其中 15 件年末尚未审结。"
        "R0402 行政复议案件都应有结果(尚未审结的请说明)。单位已写情况说明,请看是否成立。"
    )
    assert not visit.page.locator("#kinds").is_visible()


_OPEN_AND_SEARCH = """() => {
    const form = document.getElementById("filters"), timing = performance.getEntriesByType("navigation")[0];
    const measured = action => { const start = performance.now(); action(); document.body.offsetHeight;
                                 return performance.now() - start };
    const filter = (name, value) => () => { form.elements[name].value = value;
                                            form.dispatchEvent(new Event("change")) };
    return {
        ready: timing.domContentLoadedEventEnd,
        group: measured(() => { const node = document.querySelector("details.group"); node.open = !node.open }),
        sources: measured(() => document.querySelector("td[data-i] button").click()),
        first_search: measured(filter("words", "第5个 自然人")),
        search: measured(filter("words", "第15个 自然人")),
        unit: measured(filter("unit", "u7")),
    };
}"""


@pytest.mark.slow
@pytest.mark.parametrize("mistakes", [3, 150])
def test_three_hundred_units_open_and_filter_without_stalling(browser: Browser, tmp_path: Path, mistakes: int) -> None:
    from playwright.sync_api import expect

    visit = Visit(browser, tmp_path, _large(mistakes))
    took = visit.page.evaluate(_OPEN_AND_SEARCH)
    # Milliseconds on a busy machine, several times what an idle one takes; a person waits for none of it.
    most = {"ready": 2500, "group": 500, "sources": 500, "first_search": 900, "search": 400, "unit": 400}
    assert {what: time for what, time in took.items() if time > most[what]} == {}
    assert visit.page.locator("#sources-rows tr").count() == 300
    assert (visit.page.locator("#count").text_content() or "").startswith("没有符合条件的")
    visit.page.get_by_role("button", name="清除筛选").click()
    visit.page.get_by_label("查找").fill("第5个 自然人")
    expect(visit.page.locator("#count")).to_contain_text("筛选后")
    assert visit.page.locator("li[data-k]:visible .advice").count() > 0
    assert visit.complaints == []
