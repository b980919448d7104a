"""Our own checks, one file each, for problems that cfn-lint does not find."""
