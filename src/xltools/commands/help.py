"""Help pages that line up: Chinese characters are two columns wide and break anywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import click
from rich.cells import cell_len

_HELP = {"help_option_names": ["-h", "--help"]}
_NEVER_FIRST = ",。;:、)”》!?,.;:)"


class WideFormatter(click.HelpFormatter):
    """click's formatter, measuring texts in columns instead of characters."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        listed = list(rows)
        first = min(max((cell_len(term) for term, _ in listed), default=0), col_max) + col_spacing
        for term, text in listed:
            lines = list(wrapped(text, max(self.width - self.current_indent - first, 20)))
            head = " " * self.current_indent + term
            if cell_len(term) > first - col_spacing:
                self.write(f"{head}\n")
                head = " " * self.current_indent
            self.write(head + " " * (self.current_indent + first - cell_len(head)) + (lines[0] if lines else "") + "\n")
            for line in lines[1:]:
                self.write(" " * (self.current_indent + first) + line + "\n")

    def write_text(self, text: str) -> None:
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            kept = paragraph.startswith("\b")  # click's mark: lines as they are
            lines = paragraph.lstrip("\b\n").split("\n")
            for line in lines if kept else ["".join(part.strip() for part in lines)]:
                for piece in [line] if kept else wrapped(line, max(self.width - self.current_indent, 20)):
                    self.write(" " * self.current_indent + piece + "\n")


class WideContext(click.Context):
    """A context whose help pages line up."""

    formatter_class = WideFormatter


class Chinese(click.Command):
    """A command whose help is Chinese down to its usage line."""

    context_class = WideContext

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]…", "context_settings": _HELP, **settings})


class ChineseGroup(click.Group):
    """A group of such commands."""

    context_class = WideContext

    def __init__(self, *args: Any, **settings: Any) -> None:
        own = {"options_metavar": "", "subcommand_metavar": "命令 …", "context_settings": _HELP}
        super().__init__(*args, **{**own, **settings})


def wrapped(text: str, columns: int) -> Iterator[str]:
    """A text in lines of so many columns: between Chinese characters anywhere, in other words only at blanks."""
    line = ""
    for piece in _pieces(text):
        if line and cell_len(line + piece) > columns and piece not in _NEVER_FIRST:
            yield line.rstrip()
            line = ""
        line += piece if line or piece != " " else ""
    if line:
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if wide or character == " ":
            if word:
                yield word
            word = ""
            yield character
        else:
            word += character
    if word:
        yield word
