"""What things cost on this machine, beside the budgets and beside lime: ``python -m benchmarks``."""
