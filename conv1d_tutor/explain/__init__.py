"""Where a number came from, and what a mistake means: plain frozen data, no colour."""
