from integrations.exporting.datasets import DATASETS, Dataset
from integrations.exporting.formats import FORMATS

__all__ = ["DATASETS", "FORMATS", "Dataset"]
