"""The report and the table prove each other: every figure in a report's prose is held against the total.

    document = read_document(Path("年度报告.docx"))
    proof = prove(document, load_figures(Path("总表.xlsx"), form))

:mod:`documents` reads paragraphs, :mod:`quantities` finds the numbers, :mod:`passages` what stands around each,
:mod:`subjects` what it is about, :mod:`judging` whether it agrees. What words mean is data: the form's phrases and
:mod:`vocabulary`.
"""

from .claims import Claim, Proof, Verdict
from .documents import Document, read_document
from .figures import Figures, load_figures
from .proving import prove

__all__ = ["Claim", "Document", "Figures", "Proof", "Verdict", "load_figures", "prove", "read_document"]
