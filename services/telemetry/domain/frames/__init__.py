"""From the bytes of a frame to values by name, by the codec of the device's model."""

from __future__ import annotations

from services.telemetry.domain.frames import decentlab, milesight
from services.telemetry.domain.frames.frame import Frame, Read
from shared.model.codecs import ChannelCodec, Codec

__all__ = ["Frame", "Read", "reader"]


def reader(codec: Codec) -> Read:
    """What reads the frames of a codec; made once for each model."""
    return milesight.reader(codec) if isinstance(codec, ChannelCodec) else decentlab.reader(codec)
