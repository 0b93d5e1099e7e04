"""What a tensor is: memory, element type, place in the graph; and how arguments are read."""
