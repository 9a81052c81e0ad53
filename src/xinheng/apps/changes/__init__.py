"""Change proposals: a department proposes an edition of an item, a report is made, another officer decides, a dated edition takes force."""
