"""Plans made anew after their first years: what is known of them is held, and the rest planned again."""
