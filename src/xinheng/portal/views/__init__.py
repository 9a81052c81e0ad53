"""The pages of the public's site."""
