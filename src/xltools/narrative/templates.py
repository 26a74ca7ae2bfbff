"""A report template is looked through before it is filled in: whatever in it could not be written is said, with the
paragraph it stands in, and no report is written.

A template holds expressions ``{{ … }}``, conditions ``{%p if … %}`` and blocks ``[[…]]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from xltools.errors import CouldNotRun
from xltools.narrative.blocks import KINDS, block_in
from xltools.narrative.speaking import SAYINGS, Spoken
from xltools.proof.word import W, text_of
from xltools.wording import shortened

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from jinja2.sandbox import SandboxedEnvironment

_TAG = re.compile(
    r"\{\{(?:-|(?:p|r|tr|tc) )?(?P<value>.*?)-?\}\}|\{%(?:-|(?:p|r|tr|tc) )?(?P<order>.*?)-?%\}|\{#.*?#\}", re.DOTALL
)
_OWN_PARAGRAPH = re.compile(r"\{[{%#]p ")
_BRACES, _BRACKETS = re.compile(r"[{}｛｝]"), re.compile(r"\[\[|\]\]|［［|］］")
_LIKE_BLOCK = re.compile(rf"\s*[\[［【〔]+\s*(?:{'|'.join(KINDS)})\s*[:\uff1a|\uff5c\]］】〕]")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # Word makes quotes curly
_ENDS = {"endif": "if", "endfor": "for"}
_LONGEST = 41


def environment() -> SandboxedEnvironment:
    """What templates are filled in by: they can name what they are given and do nothing else; messages in Chinese."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
    from jinja2.utils import missing

    class Unknown(StrictUndefined):
        @property
        def _undefined_message(self) -> str:
            name, owner = self._undefined_name, self._undefined_obj
            if owner is missing:
                return f"这张表里没有“{name}”,请核对指标名称"
            if isinstance(owner, Spoken):
                return f"“{owner.formula}”后面不能写“.{name}”,可以写 {'、'.join(f'.{each}' for each in SAYINGS)}"
            return f"不能写“.{name}”"

    return SandboxedEnvironment(undefined=Unknown, autoescape=True)


def check_template(document: WordDocument, name: str, given: Mapping[str, Any]) -> None:
    """CouldNotRun with the first thing in a template that could not be written, or where it asks for nothing at all.

    ``name`` of its file; ``given``: what it may name.
    """
    evaluate = _evaluator(given)
    asks = False
    for is_body, paragraphs in _stories(document):
        texts = [text for text in map(text_of, paragraphs) if text.strip()]
        _check_orders(texts)
        bound = _bound(texts)
        for text in texts:
            asks |= bool(_TAG.search(text) or block_in(text))
            _check_signs(text, is_body)
            _check_tags(text, evaluate, bound)
    if not asks:
        raise CouldNotRun(
            f"模板“{name}”里没有一个占位(如 {{{{ 收到申请数 }}}}、[[统计表]]):它像是一份写好的报告,照它写出来还是旧数;"
            "模板可以用 --save-template 存一份出来改"
        )


def _stories(document: WordDocument) -> Iterator[tuple[bool, Iterable[Any]]]:
    """The paragraphs of the body, then those of each header, footer and the footnotes."""
    from lxml import etree

    yield True, document.element.body.iter(f"{W}p")
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer", "/footnotes")):
            yield False, etree.fromstring(relation.target_part.blob).iter(f"{W}p")


def _check_signs(text: str, is_body: bool) -> None:
    """Brackets and braces that belong to nothing a template can say: they would stand in the report as they are."""
    if _OWN_PARAGRAPH.search(text) and [tag[0] for tag in _TAG.finditer(text)] != [text.strip()]:
        _refuse(text, "{%p … %} 要单独占一段,前后不能有别的字")
    if _BRACES.search(_TAG.sub("", text)):
        _refuse(text, "花括号多了、少了或不是半角的;占位写成两对半角的花括号,如 {{ 收到申请数 }}")
    if block_in(text) and is_body:
        return
    if block_in(text):
        _refuse(text, "图、表、统计表和自由文字只能写在正文里,不能写在页眉、页脚和脚注里")
    plain = _TAG.sub("", text)
    if not (_BRACKETS.search(plain) or _LIKE_BLOCK.match(plain)):
        return
    inner = re.search(r"\[\[.*?\]\]", plain, re.DOTALL)
    if inner and block_in(inner[0]) and inner[0] != plain.strip():
        _refuse(text, f"“{_short(inner[0])}”要单独占一段,前后不能有别的字")
    _refuse(text, f"不认得这种写法;方括号里可以写 {'、'.join(f'[[{kind}…]]' for kind in KINDS)},各占一段")


def _check_tags(text: str, evaluate: Callable[[str], object], bound: frozenset[str]) -> None:
    text = text.translate(_STRAIGHT)
    for tag in _TAG.finditer(text):
        expression = tag["value"]
        if tag["order"] is not None:
            order, _, expression = _order_in(tag).partition(" ")
            if order not in ("if", "elif"):
                continue
        if expression is None or bound & set(re.findall(r"\w+", expression)):
            continue  # a remark, or about what is only known when the report is written
        if reason := _fault_in(expression, evaluate):
            _refuse(text, reason if tag[0] == text.strip() else f"“{_short(tag[0])}”{reason}")


def _fault_in(expression: str, evaluate: Callable[[str], object]) -> str:
    """Why an expression cannot be written, "" where it can."""
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError, TemplateRuntimeError

    from xltools.rules import RuleError

    try:
        evaluate(expression)
    except TemplateSyntaxError:
        return "写法有错;括号、引号和比较号用半角,等于写 ==,名称前后不加引号"
    except (UndefinedError, SecurityError) as error:
        return str(error.message)
    except RuleError as error:
        return f"公式写错了:{error.message}"
    except KeyError as error:
        return f"公式写错了:这张表里没有“{error.args[0]}”,请核对指标名称"
    except (TypeError, ValueError, ArithmeticError, AttributeError, TemplateRuntimeError):
        return '不能这样算;指标可以用 ==、!=、>、>=、<、<= 与数或指标比较,加减乘除写成 算("…")'
    return ""


def _evaluator(given: Mapping[str, Any]) -> Callable[[str], object]:
    compiled = environment()

    def evaluate(expression: str) -> object:
        value = compiled.compile_expression(expression.strip(), undefined_to_none=False)(**given)
        return str(value)

    return evaluate


def _check_orders(texts: Iterable[str]) -> None:
    """Whether every if and for has its end."""
    is_open: list[tuple[str, str]] = []
    for text in texts:
        for tag in _TAG.finditer(text):
            order = _order_in(tag).partition(" ")[0]
            if order in ("if", "for"):
                is_open.append((order, text))
            elif order in _ENDS and (not is_open or is_open.pop()[0] != _ENDS[order]):
                _refuse(text, f"{{% {order} %}} 前面没有和它成对的 {{% {_ENDS[order]} … %}}")
            elif order in ("elif", "else") and not is_open:
                _refuse(text, f"{{% {order} %}} 前面没有 {{% if … %}}")
            elif order and order not in ("if", "elif", "else", "for", "set", *_ENDS):
                _refuse(text, f"没有“{order}”这种写法;可以写 if、elif、else、endif")
    if is_open:
        order, text = is_open[-1]
        _refuse(text, f"{{% {order} … %}} 后面没有和它成对的 {{% end{order} %}}")


def _bound(texts: Iterable[str]) -> frozenset[str]:
    """The names that the template itself gives a meaning to."""
    orders = [_order_in(tag) for text in texts for tag in _TAG.finditer(text)]
    names = [re.match(r"(?:for|set) (.*?)(?: in |=)", order) for order in orders]
    return frozenset(["loop", *(name for found in names if found for name in re.findall(r"\w+", found[1]))])


def _order_in(tag: re.Match[str]) -> str:
    """What stands in ``{% … %}``, "" for another tag."""
    return " ".join((tag["order"] or "").split())


def _refuse(text: str, reason: str) -> NoReturn:
    raise CouldNotRun(f"模板里“{_short(text)}”这一段:{reason}")


def _short(text: str) -> str:
    return shortened(text.strip(), _LONGEST)
