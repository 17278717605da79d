"""Engines that allocate and route, behind one-method protocols."""
