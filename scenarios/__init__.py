"""What a case is: its tables, their meaning, their checks, and the Dataset made of them."""
