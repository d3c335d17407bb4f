"""What is freed goes back to the system, whichever thread it was for."""

import ctypes

LARGE = 256 * 1024  # Bytes; as much and more is mapped by itself, and unmapped as soon as it is freed.
KEPT = 512 * 1024  # Bytes that a pool keeps at its end for what is asked of it next.

# Numbers of <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def give_back_freed() -> bool:
    """Holds for the whole process, from now on. False where the C library is not glibc, and nothing is done.

    Left alone, glibc raises both limits to the size of whatever was freed, up to 32 MB, and does so in every pool it
    makes for threads, eight for each core: the process then holds as often as that what one thread needed once.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all([mallopt(_MMAP_THRESHOLD, LARGE), mallopt(_TRIM_THRESHOLD, KEPT)])
