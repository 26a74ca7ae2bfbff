"""Measures how time and memory grow with the number of returns, and draws it: benchmarks/growth.svg.

    python benchmarks/growth.py [FOLDER]      # FOLDER: where to keep the returns made, for another run

100, 1,000 and 10,000 returns whose rules hold, and as many with figures at random (about twelve findings each), taken
from the same ten thousand files. Whole runs of `xltools consolidate`, everything included; the sizes take turns.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from returns import make_returns
from run import ROOT, megabytes, seconds

COUNTS = (100, 1_000, 10_000)
_ROUNDS = 3
_LIMIT = 300
_NAMES = {True: "审核公式都成立", False: "数字随机(每份约十二条审核结果)"}
_COLOURS = {True: "#1f6f8b", False: "#c8553d"}


def main(folder: Path) -> None:
    """Print a table and write the picture."""
    print("| returns | figures | wall | per return | peak MB, all processes |\n|---|---|---|---|---|")
    points: dict[bool, dict[int, tuple[float, float]]] = {True: {}, False: {}}
    for sound in (True, False):
        everything = folder / f"{COUNTS[-1]}-{sound}"
        if not everything.exists():
            make_returns(everything, COUNTS[-1], sound=sound)
        places = {count: _part(everything, count) for count in COUNTS}
        total = folder / "total"
        outputs = ["--quiet", "-o", f"{total}.xlsx", "--json", f"{total}.json"]
        commands = {
            count: [sys.executable, "-m", "xltools", "consolidate", str(place), *outputs]
            for count, place in places.items()
        }
        runs: dict[int, list[float]] = {count: [] for count in COUNTS}
        for _ in range(_ROUNDS):
            for count, command in commands.items():
                runs[count].append(seconds(command))
        for count, command in commands.items():
            wall, memory = statistics.median(runs[count]), megabytes(command)
            each = wall / count * 1000
            points[sound][count] = each, memory
            kind = "rules hold" if sound else "at random"
            print(f"| {count} | {kind} | {wall:.2f} s | {each:.2f} ms | {memory:.0f} |", flush=True)
    (ROOT / "benchmarks" / "growth.svg").write_text(_picture(points), encoding="utf-8")


def _part(everything: Path, count: int) -> Path:
    """A folder of the first so many of the files; the same files, not copies."""
    place = everything.parent / f"{everything.name}-{count}"
    if not place.exists():
        place.mkdir()
        for path in sorted(everything.iterdir())[:count]:
            os.link(path, place / path.name)
    return place


# --- the picture ---


def _picture(points: Mapping[bool, Mapping[int, tuple[float, float]]]) -> str:
    times = {sound: {count: at[0] for count, at in line.items()} for sound, line in points.items()}
    memory = {sound: {count: at[1] for count, at in line.items()} for sound, line in points.items()}
    most_time = max(value for line in times.values() for value in line.values())
    most_memory = max(_LIMIT, *(value for line in memory.values() for value in line.values()))
    legend = "".join(
        f'<rect x="{60 + 200 * at}" y="300" width="12" height="12" fill="{_COLOURS[sound]}"/>'
        f'<text x="{78 + 200 * at}" y="311">{_NAMES[sound]}</text>'
        for at, sound in enumerate((True, False))
    )
    limit = 250 - 200 * _LIMIT / (1.1 * most_memory)
    target = (
        f'<path d="M450 {limit:.1f}H740" stroke="#777" stroke-dasharray="4"/>'
        f'<text x="452" y="{limit - 4:.1f}">目标 300 MB</text>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="780" height="330" font-family="sans-serif" font-size="12">'
        '<rect width="780" height="330" fill="#fff"/>'
        f"{_panel(60, '每份报表用时(毫秒)', times, most_time, '{:.2f}')}"
        f"{_panel(450, '内存峰值,各进程合计(MB)', memory, most_memory, '{:.0f}')}{target}{legend}</svg>\n"
    )


def _panel(left: int, title: str, lines: Mapping[bool, Mapping[int, float]], most: float, shown: str) -> str:
    parts = [
        f'<text x="{left}" y="24" font-weight="bold">{title}</text>',
        f'<path d="M{left} 40V250H{left + 290}" fill="none" stroke="#333"/>',
        *(f'<text x="{left + 15 + 120 * at}" y="268">{count:,} 份</text>' for at, count in enumerate(COUNTS)),
    ]
    for sound, line in lines.items():
        spots = [(left + 30 + 120 * at, 250 - 200 * line[count] / (1.1 * most)) for at, count in enumerate(COUNTS)]
        parts.append(f'<polyline points="{_joined(spots)}" fill="none" stroke="{_COLOURS[sound]}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x}" cy="{y:.1f}" r="3" fill="{_COLOURS[sound]}"/>'
            f'<text x="{x - 12}" y="{y - 8 if sound is False else y + 18:.1f}" fill="{_COLOURS[sound]}">'
            f"{shown.format(line[count])}</text>"
            for (x, y), count in zip(spots, COUNTS, strict=True)
        ]
    return "".join(parts)


def _joined(spots: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y:.1f}" for x, y in spots)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
