"""Submissions: one hand-in by one officer, from receipt to register."""
