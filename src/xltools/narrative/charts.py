"""Bar charts as Word draws them itself: a chart part whose figures can be read, no picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_COLOURS = ("2F5597", "C55A11", "548235", "7F6000", "7030A0")
_WIDTH = 5_400_000  # EMU: 15 cm
_FRAME_HEIGHT, _BAR_HEIGHT, _LEAST, _MOST = 936_000, 180_000, 1_872_000, 3_600_000
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_CHART_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a figure for each category, None where there is no bar to draw."""

    name: str
    values: tuple[Decimal | None, ...]


def chart_element(
    document: WordDocument, number: int, title: str, names: Sequence[str], series: Sequence[Series]
) -> Any:
    """A ``w:r`` that shows a chart, whose part is added to the document."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    package = document.part.package
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, _chart_xml(title, names, series), package)
    relation = document.part.relate_to(part, _CHART_RELATION)
    height = min(max(_FRAME_HEIGHT + _BAR_HEIGHT * len(names) * len(series), _LEAST), _MOST)
    quoted = escape(title, {'"': "&quot;"})
    return parse_xml(_FRAME.format(number=100 + number, title=quoted, relation=relation, height=height))


_FRAME = f"""<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:drawing>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{_WIDTH}" cy="{{height}}"/>
<wp:docPr id="{{number}}" name="图{{number}}" descr="{{title}}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{{relation}}"/>
</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"""


def _chart_xml(title: str, names: Sequence[str], series: Sequence[Series]) -> bytes:
    drawn = "".join(_series_xml(index, each, names) for index, each in enumerate(series))
    legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_font(900)}</c:legend>' if len(series) > 1 else ""
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:roundedCorners val="0"/><c:chart>
<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="0"/></a:pPr>
<a:r><a:rPr lang="zh-CN" sz="1200" b="0"/><a:t>{escape(title)}</a:t></a:r></a:p></c:rich></c:tx>
<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>
<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{drawn}
<c:gapWidth val="60"/><c:axId val="111"/><c:axId val="222"/></c:barChart>
<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>
<c:axPos val="l"/>{_TICKS}{_font(900)}<c:crossAx val="222"/><c:crosses val="autoZero"/></c:catAx>
<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="0"/>
<c:axPos val="b"/>{_GRID}{_TICKS}{_font(900)}<c:crossAx val="111"/><c:crosses val="max"/></c:valAx>
</c:plotArea>{legend}<c:plotVisOnly val="1"/></c:chart></c:chartSpace>""".encode()


_TICKS = (
    '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    '<c:tickLblPos val="nextTo"/>'
)
_GRID = (
    '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr>'
    "</c:majorGridlines>"
)


def _series_xml(index: int, series: Series, names: Sequence[str]) -> str:
    colour = _COLOURS[index % len(_COLOURS)]
    labels = "".join(f'<c:pt idx="{at}"><c:v>{escape(name)}</c:v></c:pt>' for at, name in enumerate(names))
    points = [(at, value) for at, value in enumerate(series.values) if value is not None]
    values = "".join(f'<c:pt idx="{at}"><c:v>{value:f}</c:v></c:pt>' for at, value in points)
    return (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:v>{escape(series.name)}</c:v></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f'<c:dLbls>{_font(800)}<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f'<c:cat><c:strLit><c:ptCount val="{len(names)}"/>{labels}</c:strLit></c:cat>'
        f'<c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(names)}"/>{values}</c:numLit>'
        "</c:val></c:ser>"
    )


def _font(size: int) -> str:
    return f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
