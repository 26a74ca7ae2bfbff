"""Template and figures → the report: a pure function of their bytes and of the report written last time."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xltools.errors import CouldNotRun
from xltools.narrative.blocks import Block, fill_blocks
from xltools.narrative.keeping import kept_texts, place_for
from xltools.narrative.speaking import context_of
from xltools.proof.figures import Figures
from xltools.proof.word import open_word, save_word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SEAL = "xltools:"


@dataclass(frozen=True, slots=True)
class Report:
    """The report's bytes, whose free text was taken over, and what of the earlier report is not in it.

    ``unwritten``: places where the office has not written anything yet. ``dropped``: places with text that the template
    no longer has. ``lost``: pictures in free text that cannot be taken over. ``was_edited``: the earlier report was
    changed outside the places for free text.
    """

    data: bytes
    kept: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    lost: int = 0
    was_edited: bool = False


def write_report(template: bytes, figures: Figures, earlier: bytes | None = None) -> Report:
    """The report of one total; CouldNotRun where the template asks for what there is not."""
    kept = kept_texts(earlier, "原来的报告") if earlier else {}
    document = _rendered(template, figures)
    used: list[str] = []
    unwritten: list[str] = []

    def free_text(block: Block, paragraph: Any) -> Any:
        (used if block.title in kept else unwritten).append(block.title)
        return place_for(block, paragraph, kept.get(block.title))

    fill_blocks(document, figures, free_text)
    document.core_properties.identifier = _SEAL + _fingerprint(document)
    return Report(
        data=save_word(document),
        kept=tuple(used),
        unwritten=tuple(unwritten),
        dropped=tuple(title for title in kept if title not in used),
        lost=sum(kept[title].lost for title in used),
        was_edited=earlier is not None and _was_edited(earlier),
    )


def _rendered(template: bytes, figures: Figures) -> WordDocument:
    """The template with its placeholders filled in."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.sandbox import SandboxedEnvironment

    from xltools.rules import RuleError

    open_word(template, "模板")
    document = DocxTemplate(io.BytesIO(template))
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document.render(context_of(figures), environment, autoescape=True)
    except UndefinedError as error:
        name = str(error.message or "").split("'")
        raise CouldNotRun(f"模板里用到“{name[1] if len(name) > 1 else error}”,这张表里没有:请核对指标名称") from error
    except (TemplateError, TypeError) as error:
        raise CouldNotRun(f"模板的写法有错:{error};占位写成两对花括号,如 {{{{ 指标名称 }}}}") from error
    except (RuleError, KeyError) as error:
        raise CouldNotRun(f"模板里的公式写错了:{getattr(error, 'message', error)}") from error
    rendered: WordDocument = document.docx  # get_docx() would read the template anew
    return rendered


def _was_edited(earlier: bytes) -> bool:
    """Whether a report that this program wrote was changed outside its places; any other document counts as edited."""
    document = open_word(earlier, "原来的报告")
    return bool(document.core_properties.identifier != _SEAL + _fingerprint(document))


def _fingerprint(document: WordDocument) -> str:
    """Of all text outside the places for free text."""
    texts = []
    for paragraph in document.element.body.iter(f"{_W}p"):
        if not any(ancestor.tag == f"{_W}sdt" for ancestor in paragraph.iterancestors()):
            texts.append("".join(node.text or "" for node in paragraph.iter(f"{_W}t")))
    return hashlib.sha256("\n".join(text for text in texts if text).encode()).hexdigest()[:32]
