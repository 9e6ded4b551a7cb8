"""The progress bar of a long inquiry, in a terminal or a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lime_widgets.engine.prediction import Progress

_PATIENCE = 1.0
"""Seconds before a bar appears: most inquiries are over by then."""


@contextmanager
def progress_bar(shown: bool, n_answered: int, n_rows: int) -> Iterator[Progress | None]:
    """Give a callback that moves a bar, or None where no bar is wanted.

    Parameters
    ----------
    shown : bool
        Whether to show one, once the inquiry has taken a second.
    n_answered, n_rows : int
        Where the inquiry stands, and where it ends.
    """
    if not shown:
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(
        desc="asking the model", unit=" rows", initial=n_answered, total=n_rows, delay=_PATIENCE, leave=False
    ) as bar:
        yield lambda n_answered, _: bar.update(n_answered - bar.n)
