"""What is stored: one Django app for each capability."""
