"""Exchange and reconciliation with other nodes: counterparts, what travels, whether both sides hold the same."""
