"""How a notice reaches its person: carriers, attempts, receipts, budgets."""
