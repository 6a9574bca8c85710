"""Printable documents as PDF/A-2a, laid out and written without outside programs."""

from belsendi.documents.pdf.composing import compose, with_number_and_date
from belsendi.documents.pdf.metadata import Description

__all__ = ["Description", "compose", "with_number_and_date"]
