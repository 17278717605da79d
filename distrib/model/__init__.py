"""Frozen types: territory, goods, fleet, dataset, allocation, routing, plan."""
