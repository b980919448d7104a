"""The kinds of problems that a profile can have, by subject; `problem_ids.PROBLEMS` contains all of them."""
