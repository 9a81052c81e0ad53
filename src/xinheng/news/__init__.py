"""News, policies, typical cases and special columns: pages people write, reviewed before they are public."""
