"""Documents and pictures made of the product's own data."""
