"""What lies in a workspace: settings, contracts, units over time, catalogue, sources, figures, provenance."""

from analysis.workspace.catalogue import Catalogue, Indicator
from analysis.workspace.contracts import Contract, Field, Rule, check_tables
from analysis.workspace.observations import observation_contract, read_observations
from analysis.workspace.provenance import content_hash, hash_files
from analysis.workspace.schools import school_contract
from analysis.workspace.settings import Settings
from analysis.workspace.tables import RawTable, read_table
from analysis.workspace.units import Units
from analysis.workspace.workspace import Workspace

__all__ = [
    "Catalogue",
    "Contract",
    "Field",
    "Indicator",
    "RawTable",
    "Rule",
    "Settings",
    "Units",
    "Workspace",
    "check_tables",
    "content_hash",
    "hash_files",
    "observation_contract",
    "read_observations",
    "read_table",
    "school_contract",
]
