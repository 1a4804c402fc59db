from .keras_script import standalone_script as standalone_script
