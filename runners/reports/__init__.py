"""What a person sees of a plan: tables first, all else a view of them."""
