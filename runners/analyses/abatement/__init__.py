"""Abatement: what each measure costs and saves, stand-alone, last-in and by Shapley shares."""
