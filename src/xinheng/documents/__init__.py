"""Workbooks: the sender's own file back with every error marked, and templates to fill in."""
