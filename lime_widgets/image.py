"""Explaining classifiers of images, under lime's names; `lime_widgets.images` is what it is made of."""

from lime_widgets.images.dry_run import DryRun
from lime_widgets.images.explainer import LimeImageExplainer
from lime_widgets.images.explanation import ImageExplanation

__all__ = ["DryRun", "ImageExplanation", "LimeImageExplainer"]
