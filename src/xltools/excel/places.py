"""Where Excel and xlwings look for things in a user's profile, on Windows and on macOS."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xltools.excel.vba import PROJECT

WINDOWS, MAC = "Windows", "Darwin"


@dataclass(frozen=True, slots=True)
class Profile:
    """A user's profile: ``system`` as :func:`platform.system` names it, the home folder, environment variables."""

    system: str
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_excel(self) -> bool:
        """Whether Excel runs on such a system at all."""
        return self.system in (WINDOWS, MAC)

    @property
    def startup_folder(self) -> Path:
        """What lies here, Excel opens when it starts, and trusts."""
        if self.system == MAC:
            office = self.home / "Library" / "Group Containers" / "UBF8T346G9.Office"
            return office / "User Content.localized" / "Startup.localized" / "Excel"
        roaming = self.environment.get("APPDATA")
        return (Path(roaming) if roaming else self.home / "AppData" / "Roaming") / "Microsoft" / "Excel" / "XLSTART"

    @property
    def settings_folder(self) -> Path:
        """Our own small files."""
        return self.home / f".{PROJECT}"

    @property
    def configuration_file(self) -> Path:
        """Where the macros look for the interpreter; on macOS inside what Excel's sandbox may read."""
        if self.system == MAC:
            return self.home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / f"{PROJECT}.conf"
        return self.settings_folder / f"{PROJECT}.conf"

    @property
    def script_folder(self) -> Path:
        """macOS only: the one folder from which Excel may run a script."""
        return self.home / "Library" / "Application Scripts" / "com.microsoft.Excel"


def this_profile() -> Profile:
    """The profile of the user who runs this program."""
    return Profile(platform.system(), Path.home(), dict(os.environ))
