"""Tables of the user's own: a file or a copied text in, named columns out.

    table = read_table("grades.csv")
    table.names                     ("hours", "passed")
    table.columns["hours"]          a float64 array; NaN where a number is missing
    table.format                    what was recognised; each part can be given instead
    table.left_out                  [(row number, reason)]: rows that could not be read
    table.chosen(["hours"], "passed").X

No Qt, no engine: a table is read in the helper's process too, piece by piece (table_pieces).
"""

from playground.tables.choice import Chosen
from playground.tables.errors import TableError
from playground.tables.reader import parse_table, read_table, table_pieces
from playground.tables.recognition import Format
from playground.tables.table import Table

__all__ = ["Chosen", "Format", "Table", "TableError", "parse_table", "read_table", "table_pieces"]
