"""Returned rows mended on a page: each change of a cell kept, taken back step by step, until the row is handed in again."""
