"""The manual is in step with the program: generated pages, links, commands, codes, and the README's own commands."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import click
import pytest

from xltools.cli import main
from xltools.findings import CATALOGUE

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "examples/README.md"]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_what_the_program_says() -> None:
    for name, text in _script("generate").pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run: python docs/generate.py ({name})"


def test_the_pictures_show_what_the_program_writes() -> None:
    pictures = _script("pictures")
    drawn = json.loads((pictures.PICTURES / pictures.DRAWN_FROM).read_text(encoding="utf-8"))
    stale = [name for name, digest in pictures.fingerprints(pictures.outputs()).items() if drawn.get(name) != digest]
    assert stale == [], "run: make pictures"
    for name in drawn:
        assert (pictures.PICTURES / Path(name).with_suffix(".png")).is_file(), name


def test_every_picture_is_shown_somewhere() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    drawn = [path for path in (ROOT / "docs" / "pictures").iterdir() if path.suffix in (".png", ".svg")]
    assert [path.name for path in drawn if f"pictures/{path.name}" not in shown] == []


def test_every_code_has_an_example_from_the_faulty_files() -> None:
    text = (ROOT / "docs" / "审核代码.md").read_text(encoding="utf-8")
    for code in CATALOGUE.keys() - {"R"}:
        section = re.search(rf"^### {code} .*?(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
        assert section, code
        assert "例:" in section[0], code


def test_every_rule_that_has_a_faulty_file_is_shown_with_it() -> None:
    text = (ROOT / "docs" / "审核代码.md").read_text(encoding="utf-8")
    files = sorted((ROOT / "examples" / "问题件").glob("R*.xlsx"))
    assert len(files) > 20
    for file in files:
        rule = file.name.split("_")[0]
        assert re.search(rf"^- {rule}:{re.escape(file.name)} 统计表!", text, re.MULTILINE), file.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    anchors = {re.sub(r"[^\w-]", "", head.strip().lower().replace(" ", "-")) for head in
               re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)}  # fmt: skip
    for link in links:
        if link.startswith("http"):
            continue
        path, _, anchor = unquote(link).partition("#")
        assert not path or (page.parent / path).exists(), link
        assert path or anchor in anchors, link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_can_be_typed(page: Path) -> None:
    """The lines of code blocks that begin with xltools name commands and options that exist."""
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))
    for line in re.findall(r"^\s*(xltools [^#\n]*)", blocks, re.MULTILINE):
        words = shlex.split(line)[1:]
        command: click.Command = main
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-") and word != "-"} <= known, line


def test_the_ci_calls_the_test_command_of_the_readme() -> None:
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("exec make test")
