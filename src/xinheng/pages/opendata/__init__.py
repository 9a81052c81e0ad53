"""Open data: each public item as a package of files anybody may take, free of what has run out."""
