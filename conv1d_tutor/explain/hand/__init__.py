"""A sum typed by hand, held term by term against the element that it aims at."""
