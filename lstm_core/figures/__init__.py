"""What the pages show: one Plotly figure a file, its data half (``…_info``) first, then the figure half."""
