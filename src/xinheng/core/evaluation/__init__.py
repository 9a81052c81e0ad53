"""Evaluation (评价) of organisations by published models: every point has a reason, and natural persons are never evaluated."""
