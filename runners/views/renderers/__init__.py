"""One module per medium: how sections are shown, whatever they are about."""
