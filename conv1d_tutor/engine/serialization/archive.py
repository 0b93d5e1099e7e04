"""PyTorch's zip archive: one folder with the pickle, the numbers, and what says how to read them.

    model/data.pkl    the object, pickled; tensors refer to data/0, data/1, …
    model/byteorder   "little"
    model/data/0      the numbers of one storage
    model/version     "3"

The numbers stand as they are, at places that are multiples of 64.
"""

import io
import struct
import zipfile
from typing import IO

from ..core import guard

VERSION = b"3\n"
_NEWEST_VERSION = 10
_OLDEST_VERSION = 1
_ALIGNMENT = 64
_SHORTEST = 22
"""The bytes of the end of an archive, which even an empty one has."""

_HEADER = 30
"""The bytes of a record's header, without its name and what is put in to align it."""

_CORRUPTED = (
    ". This is an internal miniz error. If you are seeing this error, there is a high likelihood "
    "that your checkpoint file is corrupted. This can happen if the checkpoint was not saved "
    "properly, was transferred incorrectly, or the file was modified after saving."
)


def archived(folder: str, records: dict[str, bytes | memoryview]) -> memoryview:
    """Return the archive of records by name, in one folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in records.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            gap = -(made.tell() + _HEADER + len(entry.filename.encode()) + 4) % _ALIGNMENT
            entry.extra = b"FB" + struct.pack("<H", gap) + b"Z" * gap
            archive.writestr(entry, content)
    return made.getbuffer()


class Archive:
    """An archive that is read."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, EOFError, struct.error, NotImplementedError, ValueError):
            whole = file.seek(0, io.SEEK_END) >= _SHORTEST
            what = "failed finding central directory" if whole else "not a ZIP archive"
            raise RuntimeError(
                f"PytorchStreamReader failed reading zip archive: {what}{_CORRUPTED}"
            ) from None
        names = self._zip.namelist()
        first = names[0] if names else ""
        self._folder, slash, _ = first.partition("/")
        if not slash:
            raise RuntimeError(f"file in archive is not in a subdirectory: {first}")
        self._check_version()

    def _check_version(self) -> None:
        if not self.has("version"):
            raise RuntimeError(
                'Expected hasRecord("version") to be true, but got false.  (Could this error '
                "message be improved?  If so, please report an enhancement request to PyTorch.)"
            )
        text = self.read("version").decode("ascii", "replace").strip()
        try:
            version = int(text)
        except ValueError:
            raise RuntimeError(f"Couldn't parse the version {text} as Long Long.") from None
        if version > _NEWEST_VERSION:
            raise RuntimeError(
                f"Attempted to read a PyTorch file with version {version}, but the maximum "
                f"supported version for reading is {_NEWEST_VERSION}. The version of your PyTorch "
                "installation may be too old, please upgrade PyTorch to latest version to "
                "mitigate this issue."
            )
        if version < _OLDEST_VERSION:
            raise RuntimeError(
                f"Attempted to read a PyTorch file with version {version}, but the minimum "
                f"supported version for reading is {_OLDEST_VERSION}. Your PyTorch script module "
                "file is too old. Please regenerate it with latest version of PyTorch to mitigate "
                "this issue."
            )

    def has(self, name: str) -> bool:
        """Return whether there is a record of this name."""
        return f"{self._folder}/{name}" in self._zip.NameToInfo

    def size(self, name: str) -> int:
        """Return how many bytes a record says that it has."""
        self._find(name)
        return self._zip.getinfo(f"{self._folder}/{name}").file_size

    def _find(self, name: str) -> None:
        if not self.has(name):
            raise RuntimeError(
                f"PytorchStreamReader failed locating file {name}: file not found{_CORRUPTED}"
            )

    def read(self, name: str) -> bytes:
        """Return a record; RuntimeError where it is not there, too large or damaged."""
        size = self.size(name)
        guard.check_bytes(size, (size,))
        try:
            with self._zip.open(f"{self._folder}/{name}") as record:
                content = record.read(size)
        except (
            zipfile.BadZipFile,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            content = b""
        if len(content) != size:
            raise RuntimeError(
                f"PytorchStreamReader failed reading file {name}: file read failed{_CORRUPTED}"
            )
        return content


def is_archive(file: IO[bytes]) -> bool:
    """Return whether a file goes on as a zip archive does; its place is left as it was."""
    start = file.tell()
    begun = file.read(4)
    file.seek(start)
    return begun == b"PK\x03\x04"
