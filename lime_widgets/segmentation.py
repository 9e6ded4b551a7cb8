"""Dividing images into superpixels: what lime has in ``lime.wrappers.scikit_image``."""

from lime_widgets.images.algorithms import BaseWrapper, SegmentationAlgorithm

__all__ = ["BaseWrapper", "SegmentationAlgorithm"]
