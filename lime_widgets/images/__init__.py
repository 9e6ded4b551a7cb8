"""What images are made of: formats, superpixels, what hides them, and the way back to what a model is asked."""
