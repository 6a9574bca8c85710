"""The synchronous SOAP envelope of the national gateway (ШЭП/ЭҮШ) as a second form of the same questions."""

from belsendi.registries.soap.form import SoapForm

__all__ = ["SoapForm"]
