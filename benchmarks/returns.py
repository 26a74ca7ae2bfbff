"""Returns to measure with: filled in, saved by LibreOffice as units' files are, with figures of every unit's own.

A small set is really filled in and really saved by LibreOffice; further returns are those with other numbers and
another unit's name in the same cells, so that ten thousand can be made in seconds and no two are alike.
"""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

from xltools import Form, build_template
from xltools.writing.content import filled_content

FORM_ID = "xxgk2017"
_SAVED_BY_OFFICE = 12
_CELL = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*?)(?: t="n")?><v>[0-9.]+</v></c>')


def make_returns(folder: Path, count: int, *, sound: bool) -> None:
    """Write so many returns into an empty folder; ``sound``: every rule holds, otherwise figures at random."""
    folder.mkdir(parents=True)
    form = Form.load(FORM_ID)
    places = {_address(spot.row, spot.column): name for name, spot in form.page.spots.items()}
    bases = _saved_by_office(form, sound=sound)
    for number in range(count):
        chance = random.Random(number)
        values = _figures(form, chance, sound=sound)
        data = _with_figures(bases[number % len(bases)], places, values, f"第{number + 1}单位")
        (folder / f"第{number + 1:05}单位.xlsx").write_bytes(data)


def _figures(form: Form, chance: random.Random, *, sound: bool) -> dict[str, int]:
    if not sound:
        return {name: chance.choice([0, 1, 3, 12, 120, 45237]) for name in form.indicators}
    channels = ("政府公报公开数", "政府网站公开数", "政务微博公开数", "政务微信公开数", "其他方式公开数")
    ways = ("当面申请数", "传真申请数", "网络申请数", "信函申请数")
    values = dict.fromkeys(form.indicators, 0)
    values |= {name: chance.randint(1, 5000) for name in channels}
    values["主动公开政府信息数"] = sum(values[name] for name in channels)
    values |= {name: chance.randint(0, 9) for name in ways}
    values["收到申请数"] = values["申请办结数"] = values["按时办结数"] = sum(values[name] for name in ways)
    values["申请答复数"] = values["同意公开答复数"] = values["收到申请数"]
    values["专职人员数"], values["兼职人员数"] = chance.randint(1, 20), chance.randint(0, 40)
    values["工作人员数"] = values["专职人员数"] + values["兼职人员数"]
    values["工作会议数"] = chance.randint(0, 30)
    return values


def _saved_by_office(form: Form, *, sound: bool) -> list[bytes]:
    with tempfile.TemporaryDirectory() as temporary:
        source, target = Path(temporary) / "in", Path(temporary) / "out"
        source.mkdir()
        for number in range(_SAVED_BY_OFFICE):
            values = _figures(form, random.Random(-1 - number), sound=sound)
            content = filled_content(form, values, unit=f"UNIT{number:02}")
            (source / f"{number}.xlsx").write_bytes(build_template(form, content))
        profile = f"-env:UserInstallation={(Path(temporary) / 'profile').as_uri()}"
        files = [str(path) for path in sorted(source.iterdir())]
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
        subprocess.run([*command, str(target), *files], check=True, capture_output=True)
        return [path.read_bytes() for path in sorted(target.iterdir())]


def _with_figures(base: bytes, places: dict[str, str], values: dict[str, int], unit: str) -> bytes:
    """The workbook with other numbers in the indicators' cells and another unit."""
    import io

    def figure(match: re.Match[bytes]) -> bytes:
        name = places.get(match[2].decode())
        return match[0] if name is None else match[1] + b"><v>" + str(values[name]).encode() + b"</v></c>"

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                data = _CELL.sub(figure, data)
            elif member.filename == "xl/sharedStrings.xml":
                data = re.sub(b"UNIT[0-9]+", unit.encode(), data)
            new.writestr(member.filename, data)
    return buffer.getvalue()


def _address(row: int, column: int) -> str:
    from xltools.reading.references import cell_name

    return cell_name(row, column)
