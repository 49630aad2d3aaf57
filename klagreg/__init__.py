"""klagreg: a Swedish municipality's register of synpunkter och klagomål."""

__version__ = "0.2.0"
