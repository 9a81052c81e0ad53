"""What a department has to hand in by when, and which periods were left out."""
