"""Accounts and departments: who may act, for whom."""
