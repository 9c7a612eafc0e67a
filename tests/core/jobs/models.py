"""A queue that does nothing but leave receipts, to test `core.jobs` with."""

from django.db import models

from core.jobs import LeasedJob


class Errand(LeasedJob):
    script = models.CharField(max_length=40, default="write", help_text="See errands.py.")

    class Meta(LeasedJob.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.script} {self.state}"


class Receipt(models.Model):
    """That an errand was done. A second one for the same errand is what must not happen."""

    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="receipts")

    def __str__(self) -> str:
        return f"of {self.errand_id}"
