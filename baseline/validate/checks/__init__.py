"""Checks of our own, one file each: what cfn-lint does not see."""
