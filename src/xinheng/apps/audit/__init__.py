"""The audit trail: who did what, when, under which rule."""
