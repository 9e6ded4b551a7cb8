"""How near an explanation is to what lime would say of infinitely many samples, and what it takes to get there."""
