"""From a written output to AWS and back."""
