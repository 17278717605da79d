"""How long it takes from public files of a big territory to a choice of sites, and how good the choice is."""
