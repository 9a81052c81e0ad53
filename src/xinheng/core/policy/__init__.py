"""Policy as dated data: what is collected, from whom, on what basis, and what was in force on a day."""

from xinheng.core.policy.due import Due, due
from xinheng.core.policy.errors import PolicyError, Problem
from xinheng.core.policy.loader import default_policy, load_policy
from xinheng.core.policy.model import (
    Basis,
    Certainty,
    CodeEntry,
    CodeList,
    DenyWord,
    Department,
    Field,
    FieldType,
    Item,
    Policy,
    Privacy,
    Reading,
    Required,
    Status,
    SubjectKind,
    UnknownItem,
)

__all__ = [
    "Basis",
    "Certainty",
    "CodeEntry",
    "CodeList",
    "DenyWord",
    "Department",
    "Due",
    "Field",
    "FieldType",
    "Item",
    "Policy",
    "PolicyError",
    "Privacy",
    "Problem",
    "Reading",
    "Required",
    "Status",
    "SubjectKind",
    "UnknownItem",
    "default_policy",
    "due",
    "load_policy",
]
