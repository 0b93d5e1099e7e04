"""From a value back along its recorded history: its convolution, its input, and their names."""
