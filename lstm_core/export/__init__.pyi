from .keras_script import standalone_script as standalone_script
from .onnx_model import as_onnx as as_onnx
from .trace_file import trace_arrays as trace_arrays
from .trace_file import write_trace as write_trace
