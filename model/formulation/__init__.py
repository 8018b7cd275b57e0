"""The formulation: the program as table of contents, and a module for each chapter of docs/mathematics.md."""
