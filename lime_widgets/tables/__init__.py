"""Tables: the ways from a frame, an array or a sparse matrix to numbers and back, and how rows are perturbed."""
