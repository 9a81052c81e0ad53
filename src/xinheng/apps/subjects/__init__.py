"""Subjects: organisations with dated identifiers and names."""
