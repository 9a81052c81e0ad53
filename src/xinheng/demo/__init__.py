"""The demo city: an invented city whose departments hand in a year of decisions through the real pipeline."""
