"""One check, one file: code, level, words, basis, whole-column rule, and two examples."""
