"""Dated list prices, assumed amounts, and the cost drivers of each capability."""
