"""Findings back into the units' own files: 退回件 (the annotated copy) and 退回通知 (the words that go with it)."""

from xltools.annotating.copies import Annotated as Annotated
from xltools.annotating.copies import annotate as annotate
from xltools.annotating.copies import annotated_files as annotated_files
from xltools.annotating.notice import cover_text as cover_text
