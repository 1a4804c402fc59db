from .news import News as News
from .news import bring_home as bring_home
from .node_training import NodeTraining as NodeTraining
from .on_option import on_option as on_option
