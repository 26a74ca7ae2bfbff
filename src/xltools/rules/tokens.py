"""The text of a rule → its tokens; what Excel knows but the subset does not is refused here, by its look."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .syntax import RuleError

LONGEST = 8192
"""Excel's limit for a formula, in characters."""
LONGEST_TEXT = 255
"""Excel's limit for a text inside a formula, in characters."""

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
      | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<text>"(?:[^"]|"")*")
      | (?P<function>[^\W\d][\w.]*(?=\())
      | (?P<name>[^\W\d][\w.]*)
      | (?P<sign><>|<=|>=|[-+*/^&%=<>(),])""",
    re.VERBOSE,
)
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_R1C1 = re.compile(r"[Rr][0-9]*(?:[Cc][0-9]*)?|[Cc][0-9]*")

_HALF_WIDTH = {
    "（": "(", "）": ")", "，": ",", "、": ",", "；": ",", "。": ".", "．": ".", "：": ":", "！": "!",
    "＋": "+", "－": "-", "—": "-", "–": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/",
    "＾": "^", "％": "%", "＆": "&",
    "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≧": ">=", "≦": "<=", "≠": "<>",
}
_WIDE_BLANKS = "\u3000\u00a0"
_WIDE_QUOTES = "“”＂‘’"
_NOT_ALLOWED = {
    "{": "不能用数组 {…}。请把各项分开写，例如 OR(甲=1,甲=2)。",
    "}": "不能用数组 {…}。请把各项分开写，例如 OR(甲=1,甲=2)。",
    "[": "不能引用其他工作簿或表格 […]。请只用本表的名称。",
    "]": "不能引用其他工作簿或表格 […]。请只用本表的名称。",
    "'": "不能引用其他工作表 '…'!。请只用本表的名称；文字要用双引号。",
    "!": "不能引用工作表（…!…）。请只用本表的名称。",
    "$": "不能用单元格地址（如 $B$2）。请用名称，例如 主动公开数。",
    ":": "不能用单元格区域（如 A1:B2）。请把名称逐个写出，例如 SUM(甲,乙)。",
    "#": "不能写错误值（如 #N/A、#REF!）。",
    ";": "参数之间要用半角逗号“,”，不用分号。",
    "@": "不能用 @。请直接写名称。",
    '"': "文字缺少后面的双引号。请补上半角双引号。",
}


@dataclass(frozen=True, slots=True)
class Token:
    """kind: number, text, function, name, sign or end; text as written; start, end: offsets in the rule."""

    kind: str
    text: str
    start: int
    end: int

    def is_sign(self, text: str) -> bool:
        """Whether it is this operator, bracket or comma."""
        return self.kind == "sign" and self.text == text


def tokenize(text: str) -> list[Token]:
    """The tokens of a rule without its leading "=", closed by one of kind "end". Raises RuleError."""
    if len(text) > LONGEST:
        message = f"公式有 {len(text)} 个字符，超过 Excel 的上限 {LONGEST}。请拆成几条公式。"
        raise refusal(message, LONGEST, text)
    at = len(text) - len(text.lstrip(" \t\r\n"))
    if text.startswith("=", at):
        at += 1
    tokens: list[Token] = []
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unknown_sign(text, at)
        token = Token(str(found.lastgroup), found.group(), found.start(), found.end())
        if token.kind != "blank":
            _examine(token, text)
            tokens.append(token)
        at = token.end
    return [*tokens, Token("end", "", len(text), len(text))]


def refusal(message: str, position: int, text: str) -> RuleError:
    """The error for what stands at `position`, its message telling the place as a clerk counts, from 1."""
    return RuleError(f"第 {position + 1} 个字符：{message}", position, text)


def _examine(token: Token, text: str) -> None:
    follower = text[token.end:token.end + 1]
    if token.kind == "name":
        _examine_name(token, follower, text)
    elif token.kind == "number" and (follower == "." or follower.isalnum() or follower == "_"):
        message = f"数字 {token.text} 后面紧跟着“{follower}”。数字不带单位；名称不能以数字开头。"
        raise refusal(message, token.end, text)
    elif token.kind == "text" and len(token.text) - 2 > LONGEST_TEXT:
        raise refusal(f"公式里的一段文字不能超过 {LONGEST_TEXT} 个字符（Excel 的上限）。", token.start, text)


def _examine_name(token: Token, follower: str, text: str) -> None:
    if follower == "!":
        raise refusal(f"不能引用工作表（{token.text}!…）。请只用本表的名称。", token.start, text)
    if follower == ":":
        message = f"不能用单元格区域（{token.text}:…）。请把名称逐个写出，例如 SUM(甲,乙)。"
        raise refusal(message, token.start, text)
    if follower == "[":
        raise refusal(f"不能引用表格（{token.text}[…]）。请只用本表的名称。", token.start, text)
    if looks_like_a_cell(token.text):
        raise refusal(f"“{token.text}”是单元格地址，不能用。请用名称，例如 主动公开数。", token.start, text)


def looks_like_a_cell(name: str) -> bool:
    """Whether Excel takes the word for a cell's address (A1 to XFD1048576, R1C1): it cannot be a name."""
    if _R1C1.fullmatch(name):
        return True
    cell = _CELL.fullmatch(name)
    if cell is None:
        return False
    column = 0
    for letter in cell[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column <= 16384 and 1 <= int(cell[2]) <= 1048576


def _unknown_sign(text: str, at: int) -> RuleError:
    sign = text[at]
    wanted = _HALF_WIDTH.get(sign)
    if wanted is None and "０" <= sign <= "９":
        wanted = chr(ord(sign) - 0xFEE0)
    if sign in _WIDE_BLANKS:
        return refusal("这里是全角空格或不换行空格。请换成半角空格，或删去。", at, text)
    if sign in _WIDE_QUOTES:
        return refusal("这里是中文引号或全角引号。文字要用半角双引号，如 \"无\"。", at, text)
    if wanted is not None:
        return refusal(f"“{sign}”是全角或中文符号，公式里不能用。请改用半角“{wanted}”。", at, text)
    if sign in _NOT_ALLOWED:
        return refusal(_NOT_ALLOWED[sign], at, text)
    return refusal(f"公式里不能用“{sign}”。", at, text)
