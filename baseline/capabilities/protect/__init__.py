"""Protection of workloads against attacks."""
