from integrations.exports.datasets import DATASETS, Dataset
from integrations.exports.formats import FORMATS

__all__ = ["DATASETS", "FORMATS", "Dataset"]
