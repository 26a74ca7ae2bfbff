"""Excel's own side of the buttons: the workbooks that carry them, and what a live document needs beyond xlwings."""
