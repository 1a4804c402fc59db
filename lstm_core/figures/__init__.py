"""What the pages show: one figure a file.

Mostly Plotly's, the data half (``…_info``) first, then the figure half; only data where a page draws itself.
"""
