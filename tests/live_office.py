"""A LibreOffice process that tests talk to while its documents are open, with a profile of its own.

The ``uno`` module is Debian's, for the minor version of its Python; any interpreter of that version can load it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from office import _ALWAYS_RECALCULATE, absent

_DEBIAN = "/usr/lib/python3/dist-packages"
_SECONDS = 60


def load_uno() -> Any:
    """The ``uno`` module; without it the test is skipped or, where CI=true, fails."""
    if _DEBIAN not in sys.path:
        sys.path.append(_DEBIAN)
    try:
        import uno
    except ImportError as error:
        absent(f"LibreOffice's Python module uno does not load ({error})")
    return uno


class Office:
    """A LibreOffice process of its own, with its own profile."""

    def __init__(self) -> None:
        self.uno = load_uno()
        self._folder = Path(tempfile.mkdtemp(prefix="xlwings-office-"))
        (self._folder / "user").mkdir()
        settings = self._folder / "user" / "registrymodifications.xcu"
        settings.write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
        pipe = self._folder.name
        profile = f"-env:UserInstallation={self._folder.as_uri()}"
        accept = f"--accept=pipe,name={pipe};urp;"
        self._process = subprocess.Popen(
            ["soffice", profile, "--headless", "--norestore", "--nologo", accept], start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.context = self._connected(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def _connected(self, address: str) -> Any:
        local = self.uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        until = time.monotonic() + _SECONDS
        while True:
            try:
                return resolver.resolve(address)
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def property(self, name: str, value: Any) -> Any:
        made = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made

    def load(self, url: str) -> Any:
        """Open a document, macros allowed, without the cost of drawing its window."""
        how = (self.property("MacroExecutionMode", 4), self.property("Hidden", True))
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, how)
        assert document is not None, f"LibreOffice did not open {url}"
        return document

    def store(self, document: Any, path: Path) -> None:
        """Write a copy without macros (those are not LibreOffice's to write); the document keeps its own file."""
        document.storeToURL(path.as_uri(), (self.property("FilterName", "Calc MS Excel 2007 XML"),))

    def documents(self) -> list[Any]:
        found = []
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                found.append(component)
        return found

    def close_all(self) -> None:
        for document in self.documents():
            document.close(True)

    def quit(self) -> None:
        """End the process that this object started, and all that it started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
