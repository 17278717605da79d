"""Territories too big for one search: cut into districts, routed side by side, joined, and routed again over the borders.

``cutting``: which stops make a district. ``sharing``: which vehicles, drivers and baskets it gets. ``engine``: the router
around another one.
"""
