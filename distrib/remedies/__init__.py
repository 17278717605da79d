"""What would raise a neighbourhood: changes to a dataset, tried one by one by solving again, with what each of them does.

``Change`` is what somebody could decide; ``find`` the search for the cheapest one that helps.
"""
