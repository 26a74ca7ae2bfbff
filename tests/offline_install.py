"""Proves an offline wheelhouse: complete for Windows by what its wheels require, and installed here for real.

    python tests/offline_install.py wheelhouse [wheelhouse-here]

The first folder is one for Windows: nothing in it has to be built, every requirement is in it, and pip unpacks all of
it for such a machine. The second is one for this machine: it is installed without internet into a folder with a
Chinese name, and what was installed checks a return and builds the buttons. Needs pip's usual tools, no network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = {
    "os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64",
    "platform_python_implementation": "CPython", "implementation_name": "cpython",
}  # fmt: skip
_PYTHON = "3.11"
_OWN = Requirement("xltools[excel]")


def shortcomings(folder: Path, python: str = _PYTHON) -> Iterator[str]:
    """What keeps a Windows machine from installing ``xltools[excel]`` out of a folder alone, one line each."""
    for path in sorted(folder.iterdir()):
        if path.suffix != ".whl":
            yield f"{path.name}: not a wheel, would have to be built"
    wheels = {_name(path): path for path in folder.glob("*.whl")}
    environment = {**WINDOWS, "python_version": python, "python_full_version": f"{python}.0"}
    waiting, asked = [("", _OWN)], set[tuple[str, str]]()
    while waiting:
        whose, requirement = waiting.pop()
        if (whose, str(requirement)) in asked:
            continue
        asked.add((whose, str(requirement)))
        name = canonicalize_name(requirement.name)
        if name not in wheels:
            yield f"{requirement} is missing (required by {whose or 'the user'})"
            continue
        if not requirement.specifier.contains(_version(wheels[name]), prereleases=True):
            yield f"{wheels[name].name} is not {requirement} (required by {whose})"
        for extra in ("", *requirement.extras):
            waiting += [(name, each) for each in _required(wheels[name], {**environment, "extra": extra})]


def unpacked_for_windows(folder: Path, target: Path) -> None:
    """Let pip itself resolve and unpack the wheels as for Windows; CalledProcessError where it cannot."""
    platform = ["--platform", "win_amd64", "--python-version", _PYTHON, "--only-binary=:all:", "--target", str(target)]
    extra = ["pywin32", "colorama"]  # pip judges what Windows alone needs by the machine it runs on
    _run([sys.executable, "-m", "pip", "install", *_OFFLINE, str(folder), *platform, str(_OWN), *extra])


def installed_here(folder: Path, home: Path) -> Path:
    """A new environment with xltools out of a folder alone; the program's path."""
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    _run([*_without_network(), str(scripts / "python"), "-m", "pip", "install", *_OFFLINE, str(folder), str(_OWN)])
    return scripts / "xltools"


_OFFLINE = ("-q", "--disable-pip-version-check", "--no-index", "--find-links")


def main(windows: Path, here: Path | None) -> None:
    """Print what was proved; SystemExit with the shortcomings where something was not."""
    found = list(shortcomings(windows))
    if found:
        raise SystemExit("\n".join(found))
    with tempfile.TemporaryDirectory() as temporary:
        unpacked_for_windows(windows, Path(temporary))
        print(f"{windows}: {len(list(windows.iterdir()))} wheels, complete for Windows, unpacked")
    if here is not None:
        with tempfile.TemporaryDirectory() as temporary:
            program = installed_here(here, Path(temporary) / "离线 安装")
            print(_run([*_without_network(), str(program), "--version"]).strip())
            example = shutil.copy(ROOT / "examples" / "湘西州2017" / "上报" / "吉首市.xlsx", temporary)
            print(_run([*_without_network(), str(program), "check", str(example)], allowed=(0, 1)).strip())
            print(_run([*_without_network(), str(program), "addin", "build", str(Path(temporary) / "按钮")]).strip())


def _without_network() -> list[str]:
    """A prefix that takes the network away, where the system lets us."""
    prefix = ["unshare", "-rn"]
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
        return prefix
    return []


def _run(command: Sequence[str], allowed: Sequence[int] = (0,)) -> str:
    """Run it with no way out to the internet by proxy either; CalledProcessError, its output shown, where it fails."""
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHONPATH"))}
    done = subprocess.run(command, env={**kept, **dead}, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in allowed:
        sys.stderr.write(done.stdout + done.stderr)
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.stdout


def _name(wheel: Path) -> str:
    return canonicalize_name(wheel.name.split("-")[0])


def _version(wheel: Path) -> Version:
    return Version(wheel.name.split("-")[1])


def _required(wheel: Path, environment: dict[str, str]) -> Iterator[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        headers = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    for text in headers.get_all("Requires-Dist", []):
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
