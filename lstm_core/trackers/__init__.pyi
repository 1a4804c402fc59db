from .curves_csv import curves_csv as curves_csv
from .mlflow_run import log_to_mlflow as log_to_mlflow
from .scalars import Scalar as Scalar
from .scalars import scalars as scalars
from .subject import Subject as Subject
from .subject import subject_of as subject_of
from .tensorboard_events import write_event_file as write_event_file
