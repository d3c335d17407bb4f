"""What threads freed is given back, seen from outside in processes of their own."""

import platform
import subprocess
import sys

import pytest

# Eight threads at once, each with its pool: they take many pieces, which glibc comes to think large, and free all.
THREADS = """
import ctypes, re, threading
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]

def take_and_free():
    libc.free(libc.malloc(8 << 20))  # The first of its size is mapped anyhow, and teaches glibc to keep the next.
    together.wait()
    taken = [libc.malloc(1 << 20) for _ in range(10)]
    for one in taken:
        ctypes.memset(one, 1, 1 << 20)
    together.wait()
    for one in taken:
        libc.free(one)

together = threading.Barrier(8)
threads = [threading.Thread(target=take_and_free) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(int(re.search(r"Anonymous:\\s+(\\d+)", open("/proc/self/smaps_rollup").read())[1]) // 1024)
"""
GUARD = "from chassis.malloc import give_back_freed\nassert give_back_freed()\n"


def held_at_last(source: str) -> int:
    """Megabytes."""
    done = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_what_threads_have_freed_is_held_no_longer_and_would_be_without_the_guard() -> None:
    assert held_at_last(GUARD + THREADS) < 40
    assert held_at_last(THREADS) > 60
