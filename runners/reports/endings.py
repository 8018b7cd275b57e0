"""The files that a report can be, by how their names end."""

from __future__ import annotations

HTML, PDF, WORD = ".html", ".pdf", ".docx"
ENDINGS = (HTML, PDF, WORD)
