"""Who may do what: one table of roles, departments, items and purposes, and when a door stays shut after wrong passwords."""
