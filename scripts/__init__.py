"""What the Makefile starts. Only the standard library is needed to begin."""
