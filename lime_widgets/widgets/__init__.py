"""How an explanation is shown: live, as a page of its own, and where nothing runs."""
