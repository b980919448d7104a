"""Dated list prices, the amounts that are assumed, and what each capability is billed for."""
