"""The verifier: money, accounts and every rule of the page, recomputed in numpy without the builder's code."""
