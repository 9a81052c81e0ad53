"""A witness (见证方): co-signs the checkpoints of logs it knows, if and only if they continue what it has seen. Needs no database of ours."""
