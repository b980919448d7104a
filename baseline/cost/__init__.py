"""The cost of a plan: drivers × assumptions × list prices."""
