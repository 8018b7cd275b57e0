"""The register of decisions: how a run is adopted, and the history of adopted plans."""
