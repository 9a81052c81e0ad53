"""How many records may be shown on a day, kept up with every change instead of being counted anew.

``difference`` works out what a step of the register changes, ``keeping`` writes it down in the transaction that takes the step,
``reading`` answers. See ``docs/decisions/0050-counts-are-kept.md``.
"""
