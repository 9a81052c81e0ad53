"""Changes of the catalogue: a new edition built from the old, what differs, whom that hits, and whether it may be."""
