"""Deployment of a written output to AWS, comparison and removal."""
