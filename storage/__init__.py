"""What is true, and what may become true. Imports nobody of ours."""
