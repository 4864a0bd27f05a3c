"""What every table that leaves the portal keeps in mind: a spreadsheet runs some texts."""

# a spreadsheet takes a cell that begins like this for a formula, and runs it
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
