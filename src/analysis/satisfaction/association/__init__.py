"""With what an outcome goes: drivers, and importance beside performance."""
