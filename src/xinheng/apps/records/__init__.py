"""Records: statements and their versions, never overwritten."""
