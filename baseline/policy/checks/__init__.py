"""What is wrong with service and resource control policies, a file for each concern."""
