"""The text of a rule → its syntax tree; everything outside the subset is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .syntax import (
    FUNCTIONS,
    MOST_ARGUMENTS,
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
    parts,
    walk,
)
from .tokens import Token, refusal, tokenize
from .values import round15

DEEPEST = 64
"""Excel's limit of nesting: brackets and functions inside one another."""
LONGEST_CHAIN = 200
"""Levels of the whole tree, a+b+c+… included: keeps walks over it far from Python's recursion limit."""

_PRECEDENCE = {
    "=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5,
}


def parse(text: str) -> Expression:
    """The syntax tree of a rule; a leading "=" and blanks between the parts are allowed.

    As in Excel a sign binds tighter than ^ (-2^2 is 4), ^ is left-associative, % follows its value.
    Raises RuleError with a Chinese message for anything outside the subset (see docs/rules.md).
    """
    tokens = tokenize(text)
    parser = _Parser(text, tokens, 0, 0)
    if parser.next.kind == "end":
        raise refusal("公式是空的。请写一条条件，例如 合计=甲+乙。", parser.next.start, text)
    expression = parser.binary(1)
    if parser.next.kind != "end":
        raise _unexpected(parser.next, text)
    if _levels(expression) > LONGEST_CHAIN:
        raise refusal(f"连续运算太长（超过 {LONGEST_CHAIN} 层）。请改用 SUM，或拆成几条公式。", 0, text)
    return expression


def rename(text: str, mapping: Mapping[str, str]) -> str:
    """The rule with the names that are keys of `mapping` replaced by its values, all else as written.

    Raises RuleError if `text` is no rule. What is put in is not looked at: it may well be a cell reference.
    """
    pieces: list[str] = []
    done = 0
    for node in walk(parse(text)):
        if isinstance(node, Name) and node.name in mapping:
            at = text.index(node.name, node.start)
            pieces += [text[done:at], mapping[node.name]]
            done = at + len(node.name)
    return "".join([*pieces, text[done:]])


@dataclass(slots=True)
class _Parser:
    """Where reading stands: `at` is the index of the next token, `depth` the brackets and signs now open."""

    text: str
    tokens: list[Token]
    at: int
    depth: int

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def binary(self, weakest: int) -> Expression:
        left = self.signed()
        while (strength := _PRECEDENCE.get(self.next.text, 0) if self.next.kind == "sign" else 0) >= weakest:
            sign = self.take()
            right = self.binary(strength + 1)
            left = Binary(sign.text, left, right, start=left.start, end=right.end)
        return left

    def signed(self) -> Expression:
        signs: list[Token] = []
        while self.next.is_sign("+") or self.next.is_sign("-"):
            signs.append(self.take())
        self.enter(len(signs))
        value = self.primary()
        for sign in reversed(signs):
            value = Unary(sign.text, value, start=sign.start, end=value.end)
        self.depth -= len(signs)
        while self.next.is_sign("%"):
            value = Percent(value, start=value.start, end=self.take().end)
        return value

    def enter(self, levels: int) -> None:
        self.depth += levels
        if self.depth > DEEPEST:
            message = f"嵌套超过 {DEEPEST} 层（Excel 的上限）。请拆成几条公式。"
            raise refusal(message, self.next.start, self.text)

    def primary(self) -> Expression:
        token = self.take()
        match token.kind:
            case "number":
                return Number(_number(token, self.text), start=token.start, end=token.end)
            case "text":
                return Text(token.text[1:-1].replace('""', '"'), start=token.start, end=token.end)
            case "name" if token.text.upper() in ("TRUE", "FALSE"):
                return Boolean(token.text.upper() == "TRUE", start=token.start, end=token.end)
            case "name":
                return Name(token.text, start=token.start, end=token.end)
            case "function":
                return self.call(token)
            case "sign" if token.is_sign("("):
                self.enter(1)
                inner = self.binary(1)
                self.depth -= 1
                return replace(inner, start=token.start, end=self.close(token).end)
        raise _unexpected(token, self.text)

    def close(self, opening: Token) -> Token:
        if self.next.is_sign(")"):
            return self.take()
        if self.next.kind == "end":
            raise refusal("左括号没有配对的右括号。请补上“)”。", opening.start, self.text)
        raise _unexpected(self.next, self.text)

    def call(self, token: Token) -> Expression:
        function = token.text.upper()
        if function not in FUNCTIONS:
            allowed = "、".join(FUNCTIONS)
            raise refusal(f"不能用函数 {token.text}。可用的函数：{allowed}。", token.start, self.text)
        opening = self.take()
        self.enter(1)
        arguments: list[Expression] = []
        while arguments or not self.next.is_sign(")"):
            if self.next.is_sign(",") or self.next.is_sign(")"):
                message = f"{function} 的参数不能空着。请写出这个参数，或删去多余的逗号。"
                raise refusal(message, self.next.start, self.text)
            arguments.append(self.binary(1))
            if not self.next.is_sign(","):
                break
            self.take()
        self.depth -= 1
        closing = self.close(opening)
        _count_arguments(function, len(arguments), token, self.text)
        return Call(function, tuple(arguments), start=token.start, end=closing.end)


def _count_arguments(function: str, given: int, token: Token, text: str) -> None:
    fewest, most = FUNCTIONS[function]
    if fewest <= given <= most:
        return
    if most == MOST_ARGUMENTS:
        wanted = f"{fewest} 至 {most} 个"
    else:
        wanted = f"{fewest} 个" if fewest == most else f"{fewest} 或 {most} 个"
    raise refusal(f"{function} 要 {wanted}参数，这里写了 {given} 个。", token.start, text)


def _number(token: Token, text: str) -> float:
    value = float(token.text)
    if value == float("inf"):
        raise refusal(f"数字 {token.text} 太大，Excel 存不下（上限约 1.79E+308）。", token.start, text)
    return round15(value)


def _unexpected(token: Token, text: str) -> RuleError:
    if token.kind == "end":
        return refusal("公式没有写完：最后缺少一个数、名称或函数。", token.start, text)
    if token.kind != "sign":
        message = f"“{token.text}”前面少了运算符（+ - * / & = < > 等）。"
    elif token.text == ")":
        message = "多了一个右括号，或括号里、运算符后面是空的。请检查括号是否成对。"
    elif token.text == ",":
        message = "逗号只能用在函数的参数之间。数字不要写千分位逗号。"
    elif token.text == "(":
        message = "左括号前面少了运算符，例如 2*(甲+乙)。函数名与左括号之间不要有空格。"
    else:
        message = f"运算符“{token.text}”前面少了一个数或名称。"
    return refusal(message, token.start, text)


def _levels(expression: Expression) -> int:
    levels = 0
    row = [expression]
    while row:
        levels += 1
        row = [part for node in row for part in parts(node)]
    return levels
