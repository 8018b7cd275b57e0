"""Recipes: what is published of a municipality, made into stock, demand, potential, pace and reference path."""
