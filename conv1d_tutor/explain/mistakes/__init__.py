"""Wrong answers that have names: numbers, outputs, lengths and shapes that another rule gives."""
