"""How an autoencoder is trained: what it sees, what counts, what is fitted afterwards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evoscope.multitask.flags.flag import FlagSettings
from evoscope.multitask.settings import Settings

Share = Annotated[float, Field(ge=0.0, le=1.0)]
NotNegative = Annotated[float, Field(ge=0.0)]


class Seeing(Settings):
    """What training recordings are, and how they are varied.

    Attributes:
        target: ``clean`` learns simulated truth; ``measured`` a clinic's own averages, with the
            noise that is left in them.
        noise_uv: SD of the noise put on what goes in, at most; never on what should come out.
        shift_ms: a recording and the latencies in it move by up to this much.
        hidden: mean share of known features hidden from the encoder, which should come out all the
            same; it differs from recording to recording, from none to twice this share.
        one_dropped: share of single conditions that are not told.
        all_dropped: share of recordings of which none are.
    """

    target: Literal["clean", "measured"] = "clean"
    noise_uv: NotNegative = 0.01
    shift_ms: Annotated[float, Field(ge=0.0, le=2.0)] = 0.2
    hidden: Annotated[float, Field(ge=0.0, le=0.5)] = 0.3
    one_dropped: Share = 0.0
    all_dropped: Share = 0.0


class Bound(Settings):
    """The evidence bound that is minimised: reconstruction + beta * divergence, per recording.

    Attributes:
        beta: weight of the divergence, once the curriculum's switch ``kl`` is on.
        free_bits: nats of each latent unit that cost nothing (Kingma et al. 2016); 0 for none.
        features: weight of latencies, amplitudes and presence beside the samples.
    """

    beta: NotNegative = 0.005
    free_bits: NotNegative = 0.0
    features: NotNegative = 1.0


class PosteriorCollapseSettings(FlagSettings):
    """See `PosteriorCollapse`.

    Attributes:
        least: share of the latent units that should be active.
        from_epoch: earlier epochs are not looked at.
    """

    least: Share = 0.5
    from_epoch: Annotated[int, Field(ge=0)] = 1


class Prior(Settings):
    """A normalising flow fitted to the latent space after training; see `LatentFlow`.

    Attributes:
        couplings: how many; each moves half of z.
        width: of what is between.
        steps, batch_size, learning_rate: of its fit.
    """

    couplings: Annotated[int, Field(ge=2)] = 8
    width: Annotated[int, Field(ge=1)] = 64
    steps: Annotated[int, Field(ge=1)] = 3000
    batch_size: Annotated[int, Field(ge=2)] = 256
    learning_rate: Annotated[float, Field(gt=0.0)] = 2e-3
