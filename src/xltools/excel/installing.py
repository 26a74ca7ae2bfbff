"""Putting the add-in where Excel starts it, and telling it which Python to run."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from xltools.errors import CouldNotRun
from xltools.excel.building import ADDIN_FILE, build_addin
from xltools.excel.places import MAC, WINDOWS, Profile
from xltools.output import write_atomically

_VARIABLES = ("LOCALAPPDATA", "APPDATA", "USERPROFILE")


def install(profile: Profile, interpreter: Path | None = None) -> list[Path]:
    """Write the add-in and its configuration; the files written. CouldNotRun where there is no Excel, or it is running.

    ``interpreter``: the Python that has xltools, the one that runs this program by default.
    """
    _require_excel(profile)
    python = interpreter or Path(sys.executable)
    addin = profile.startup_folder / ADDIN_FILE
    written = [(addin, build_addin()), (profile.configuration_file, _encoded(configuration(profile, python)))]
    for path, data in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    return [*(path for path, _ in written), *_install_script(profile)]


def remove(profile: Profile) -> list[Path]:
    """Delete what :func:`install` wrote; the files deleted. What the buttons remember stays."""
    _require_excel(profile)
    removed = []
    for path in (profile.startup_folder / ADDIN_FILE, profile.configuration_file):
        if path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise CouldNotRun(f"删不掉“{path}”:请先关闭 Excel 再试") from error
            removed.append(path)
    return removed


def configuration(profile: Profile, interpreter: Path) -> str:
    """The text of the configuration file, as xlwings' macros read it: pairs of quoted texts."""
    key = "INTERPRETER_MAC" if profile.system == MAC else "INTERPRETER_WIN"
    settings = {key: portable(interpreter, profile), "SHOW CONSOLE": "False", "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
    return "".join(f'"{name}","{value}"\n' for name, value in settings.items())


def configured_interpreter(profile: Profile) -> str:
    """The interpreter that the configuration file names, variables expanded; "" where there is no such file."""
    try:
        text = profile.configuration_file.read_bytes().decode(_encoding(), errors="replace")
    except OSError:
        return ""
    for line in text.splitlines():
        name, _, value = line.partition(",")
        if name.strip('"').startswith("INTERPRETER"):
            return _expanded(value.strip().strip('"'), profile.environment)
    return ""


def portable(path: Path, profile: Profile) -> str:
    """A path with the user's folders written as %VARIABLES%.

    xlwings' macros read the file in the machine's own code page; so a user name in Chinese does not stand in it.
    """
    text = str(path)
    if profile.system != WINDOWS:
        return text
    known = [(name, profile.environment.get(name, "").rstrip("\\/")) for name in _VARIABLES]
    for name, folder in sorted(known, key=lambda pair: -len(pair[1])):
        if folder and text.lower().startswith((f"{folder}\\".lower(), f"{folder}/".lower())):
            return f"%{name}%{text[len(folder) :]}"
    return text


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    for name in _VARIABLES:
        text = text.replace(f"%{name}%", environment.get(name, f"%{name}%"))
    return text


def _require_excel(profile: Profile) -> None:
    if not profile.has_excel:
        raise CouldNotRun(f"按钮只能装在 Windows 或 macOS 的 Excel 里,这里是 {profile.system}")


def _install_script(profile: Profile) -> list[Path]:
    """macOS: the script by which xlwings' macros leave Excel's sandbox, as ``xlwings runpython install`` puts it."""
    if profile.system != MAC:
        return []
    spec = importlib.util.find_spec("xlwings")
    scripts = sorted(Path(spec.origin).parent.glob("xlwings-*.applescript")) if spec and spec.origin else []
    profile.script_folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy(script, profile.script_folder)) for script in scripts]


def _encoded(text: str) -> bytes:
    return text.encode(_encoding(), errors="replace")


def _encoding() -> str:
    """What VBA reads a text file as: the machine's own code page, whatever Python is told to prefer."""
    return "mbcs" if sys.platform == "win32" else "utf-8"
