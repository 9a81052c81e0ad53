"""Long work done behind the page: how far it is, and the notice at its end."""
