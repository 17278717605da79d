"""Public files of a territory into the tables of a dataset: outlines, cells of need, candidate sites."""
