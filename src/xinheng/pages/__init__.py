"""What the pages of portal and workbench, and the API, have in common: the frame, the look, words, paging, public readings."""
