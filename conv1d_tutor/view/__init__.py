"""Pictures: rich renderables made from plain data. Nothing here prints."""
