"""Explaining models of tables: what lime has in ``lime.lime_tabular``."""

from lime_widgets.tables.explainer import LimeTabularExplainer
from lime_widgets.tables.mapper import TableDomainMapper
from lime_widgets.tables.recurrent import RecurrentTabularExplainer

__all__ = ["LimeTabularExplainer", "RecurrentTabularExplainer", "TableDomainMapper"]
