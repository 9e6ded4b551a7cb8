"""Explain single predictions of any classifier, in a widget that answers back."""
