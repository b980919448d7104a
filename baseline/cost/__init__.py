"""What a plan costs: drivers × assumptions × list prices."""
