"""Standing weaknesses of sites and their life."""
