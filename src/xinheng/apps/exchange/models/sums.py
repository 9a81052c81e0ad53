"""The maintained sums of a channel: for each item a tree of two levels, pages over leaves."""

from django.db import models
from django.db.models import Q

from xinheng.apps.exchange.models.counterparts import Channel
from xinheng.apps.privacy import privacy


@privacy(internal="id channel item form bits count low high active")
class Tree(models.Model):
    """Sums of one item of a channel, kept up as records come and go. Halves of sums are hexadecimal: databases lack 64 bits."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="trees")
    item = models.CharField(max_length=64)
    form = models.CharField(max_length=16)  # digest of the form compared in
    bits = models.PositiveSmallIntegerField()  # length of the ranges that leaves hold; pages hold those of 8 bits
    count = models.BigIntegerField(default=0)
    low = models.CharField(max_length=16, default="0" * 16)
    high = models.CharField(max_length=16, default="0" * 16)
    active = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "item"], condition=Q(active=True), name="exchange_one_active_tree"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel_id} {self.item}"


@privacy(internal="id tree prefix sums")
class Page(models.Model):
    """The sums of all leaves of one range of 8 bits."""

    tree = models.ForeignKey(Tree, on_delete=models.CASCADE, related_name="pages", db_index=False)
    prefix = models.PositiveSmallIntegerField()
    sums = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tree", "prefix"], name="exchange_page_once"),)

    def __str__(self) -> str:
        return f"{self.tree_id} {self.prefix}"


@privacy(internal="id tree prefix held")
class Leaf(models.Model):
    """The elements of one small range, packed, in order."""

    tree = models.ForeignKey(Tree, on_delete=models.CASCADE, related_name="leaves", db_index=False)
    prefix = models.BigIntegerField()
    held = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tree", "prefix"], name="exchange_leaf_once"),)

    def __str__(self) -> str:
        return f"{self.tree_id} {self.prefix}"
