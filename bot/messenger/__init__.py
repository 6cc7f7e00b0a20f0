"""What only Telegram needs, and the seam (port.py, errors.py) for another. The only importer of ``telegram``."""
