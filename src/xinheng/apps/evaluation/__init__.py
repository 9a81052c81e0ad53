"""Evaluations (评价) as stored: the lake, runs, results with their history, notices before a bad result is published."""
