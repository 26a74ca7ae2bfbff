"""Workbooks we write: the canonical template, filled copies of it, and the prefecture's total."""
