"""A campaign of faults: files are damaged, processes killed, disks filled, and what must hold is counted.

``python -m benchmarks.faults`` attacks the program through what everybody uses: its command line, its pages,
and `lstm_core.runs`. One file a family; it is bounded in time and no part of the tests.
"""
