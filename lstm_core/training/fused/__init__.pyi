from .layer import FusedLSTM as FusedLSTM
