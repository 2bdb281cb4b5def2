"""What the processes of one submission use, all together, as /proc tells it."""

import contextlib
import os
import resource
import signal
import stat

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MOST_FILES = 20_000  # a scratch folder with more of them, of whatever kind, counts as full
FEW, BUFFER = 32, 1 << 18  # open files of a process; what each one beyond these counts for: see memory_above


class Family:
    """The processes that descend from this one; orphans do, too, as long as it collects them."""

    def __init__(self, proc):
        """`proc` is an open /proc in which this process and its family can be seen."""
        self.proc, self.me = proc, os.getpid()
        self.members, self.peak = {}, 0

    def look(self):
        """Find the members, each with its parent, CPU ticks and pages; `peak` is the most bytes that one has had."""
        everybody = dict(self._everybody())
        children = {}
        for pid, (parent, *_) in everybody.items():
            children.setdefault(parent, []).append(pid)
        self.members, new = {}, [self.me]
        while new:
            new = [child for pid in new for child in children.get(pid, ())]
            self.members |= {pid: everybody[pid] for pid in new}
        self.peak = max([self.peak, *(pages * PAGE for *_, pages in self.members.values())])

    @property
    def cpu_seconds(self):
        """Of those that live, of those that they have waited for, and of those that we have."""
        mine = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(ticks for _, ticks, _ in self.members.values()) / TICKS + mine.ru_utime + mine.ru_stime

    def memory_above(self, limit):
        """Whether they use more memory than that. What two of them share counts once.

        What waits in sockets and pipes is the kernel's memory, up to 200 KB for each end, and shows nowhere.
        """
        limit -= BUFFER * sum(max(0, self._open_files(pid) - FEW) for pid in self.members)
        if sum(pages for *_, pages in self.members.values()) * PAGE <= limit:
            return False  # quick, and right although shared pages count twice here
        return sum(self._proportional(pid, pages) for pid, (*_, pages) in self.members.items()) > limit

    def kill(self):
        """SIGKILL to all members that the last look found."""
        for pid in self.members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def files(self):
        """{(device, inode): bytes} of their open regular files, among them the deleted ones that no folder shows."""
        return {key: size for pid in self.members for key, size in self._files_of(pid).items()}

    def _files_of(self, pid):
        found = {}
        with contextlib.suppress(OSError):
            folder = os.open(f"{pid}/fd", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.proc)
            try:
                for status in (os.stat(name, dir_fd=folder) for name in os.listdir(folder)):
                    found |= _size(status) if stat.S_ISREG(status.st_mode) else {}
            finally:
                os.close(folder)
        return found

    def _everybody(self):
        for name in filter(str.isdigit, os.listdir(self.proc)):
            with contextlib.suppress(OSError):
                fields = self._read(f"{name}/stat").rpartition(b")")[2].split()  # the name before it may hold anything
                yield int(name), (int(fields[1]), sum(map(int, fields[11:15])), int(fields[21]))

    def _open_files(self, pid):
        """How many they are; without a look at them where the kernel says it, since Linux 6.2."""
        with contextlib.suppress(OSError):
            return os.stat(f"{pid}/fd", dir_fd=self.proc).st_size or self._listed(pid)
        return 0

    def _listed(self, pid):
        folder = os.open(f"{pid}/fd", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.proc)
        try:
            return len(os.listdir(folder))
        finally:
            os.close(folder)

    def _proportional(self, pid, pages):
        with contextlib.suppress(OSError, StopIteration):
            lines = self._read(f"{pid}/smaps_rollup").split(b"\n")
            return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(b"Pss:"))
        return pages * PAGE

    def _read(self, path):
        file = os.open(path, os.O_RDONLY, dir_fd=self.proc)
        try:
            return os.read(file, 4096)
        finally:
            os.close(file)


def scratch_bytes(folder, family):
    """What a submission's files take up on the disk, folders and links among them; infinite where they are too many
    or hidden from us."""
    found, folders, seen = dict(family.files()), [folder], 0
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    seen += 1
                    found |= _size(entry.stat(follow_symlinks=False))
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if seen > MOST_FILES:
                        return float("inf")
        except FileNotFoundError:
            continue  # deleted while we looked
        except OSError:
            return float("inf")  # closed to us, or nested too deep to look into
    return sum(found.values())


def _size(status):
    return {(status.st_dev, status.st_ino): status.st_blocks * 512}
