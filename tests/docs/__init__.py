"""README and docs say what is true: links lead somewhere, code runs, generated pages are fresh."""
