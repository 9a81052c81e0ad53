"""What travelled: messages heard, conversations, statements that came in and were sent back."""

from django.db import models

from xinheng.apps.accounts.models import Department
from xinheng.apps.exchange.models.counterparts import Channel, Counterpart, Way
from xinheng.apps.intake.models import Submission
from xinheng.apps.privacy import privacy


@privacy(public="id channel ref at first_entry last_entry declared arrived", internal="sha256 way submission refused")
class Arrival(models.Model):
    """What came in one go (交付): entries of their log, taken in under a submission of ours. Never changed but counted."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="arrivals")
    ref = models.CharField(max_length=80)  # their reference of the submission it was there
    at = models.DateTimeField()
    way = models.CharField(max_length=5, choices=Way.choices)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    declared = models.BigIntegerField()  # statements they said there are
    arrived = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="arrivals")
    refused = models.CharField(max_length=80, blank=True, default="")  # code, where the whole could not be used

    class Meta:
        constraints = (models.UniqueConstraint(fields=["channel", "first_entry"], name="exchange_arrival_once"),)

    def __str__(self) -> str:
        return f"{self.channel} {self.ref}"


@privacy(public="id channel arrival item name code at")
class Rejection(models.Model):
    """A statement that came and was sent back by our checks: its name and the code of the reason, for the one who sent it."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="rejections")
    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="rejections")
    item = models.CharField(max_length=64)
    name = models.BinaryField(max_length=16, db_index=True)
    code = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item} {self.code}"


@privacy(internal="id counterpart nonce at")
class Heard(models.Model):
    """A message once heard is not heard again: its nonce is remembered for as long as it could be repeated."""

    counterpart = models.ForeignKey(Counterpart, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["counterpart", "nonce"], name="exchange_heard_once"),)

    def __str__(self) -> str:
        return self.nonce


@privacy(internal="id counterpart session channel step asked answer position event at statement")
class Session(models.Model):
    """A conversation in which we answer: as of which state, and how far it is. Steps come in order, each once."""

    counterpart = models.ForeignKey(Counterpart, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=32)
    step = models.PositiveIntegerField(default=0)
    asked = models.CharField(
        max_length=64, blank=True, default=""
    )  # SHA-256 of the last question: a lost answer may be asked again
    answer = models.BinaryField(default=b"")
    position = models.BigIntegerField()
    event = models.BigIntegerField()
    at = models.DateTimeField()
    statement = models.TextField(blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["counterpart", "session"], name="exchange_session_once"),)

    def __str__(self) -> str:
        return self.session


@privacy(internal="id channel size edge checkpoint batch")
class Feed(models.Model):
    """How far their log has been read: verified up to ``size`` entries, whose tree has this edge. Reading goes on from here."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="feed")
    size = models.BigIntegerField(default=0)
    edge = models.JSONField(default=list)  # hashes of complete subtrees, hexadecimal, the largest first
    checkpoint = models.TextField(blank=True, default="")  # their newest, as they signed it
    batch = models.JSONField(default=dict)  # the submission being read, where its end has not come yet

    def __str__(self) -> str:
        return f"{self.channel} {self.size}"


class ReturnKind(models.TextChoices):
    """What came back about a statement of ours."""

    REJECTED = "rejected", "对方退回"
    RETURNED = "returned", "对方回流"


@privacy(public="id channel item name kind code fields at", internal="submission department theirs arrival")
class Returned(models.Model):
    """Something came back about a statement of ours (退回、回流): told to the department that had sent the original."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="returned")
    kind = models.CharField(max_length=8, choices=ReturnKind.choices)
    item = models.CharField(max_length=64)
    name = models.BinaryField(max_length=16)
    code = models.CharField(max_length=80, blank=True, default="")  # of the rejection
    fields = models.JSONField(default=list)  # returned: names of the fields that differ from the original
    at = models.DateTimeField()
    theirs = models.BigIntegerField(null=True)  # their number of the rejection: none is fetched twice
    arrival = models.ForeignKey(Arrival, null=True, on_delete=models.PROTECT, related_name="returned")
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+")  # the original
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["channel", "theirs"], name="exchange_rejection_told_once"),
            models.UniqueConstraint(fields=["arrival", "name"], name="exchange_return_told_once"),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.kind}"
