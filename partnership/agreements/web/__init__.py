"""Pages of agreements: reading, writing the text, and the steps from consultation to the end."""
