"""From a written output to AWS and back: the only room that talks to AWS."""
