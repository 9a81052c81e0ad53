"""Exchange (交换): how two nodes know each other, and what a message between them must be to be believed."""
