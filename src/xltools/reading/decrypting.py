"""Opening a file that a password locks, through msoffcrypto. For the confined process: deriving keys may be slow."""

from __future__ import annotations

import io
import struct
from typing import Any, Final

from xltools.reading.package import Unreadable

# Excel locks a workbook whose sheets are protected against changes with this password, and opens it without asking
# ([MS-OFFCRYPTO] 2.4.2.3).
_EXCELS_OWN: Final = "VelvetSweatshop"


def decrypt(data: bytes, password: str) -> bytes:
    """The workbook inside an encrypted .xlsx or .xls; the password that Excel itself uses is tried as well.

    Raises Unreadable F102 where neither opens it.
    """
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    try:
        for attempt in dict.fromkeys((password, _EXCELS_OWN)):
            try:
                if attempt:
                    return _opened(msoffcrypto.OfficeFile(io.BytesIO(data)), attempt)
            except InvalidKeyError:
                continue
    except (
        DecryptionError, FileFormatError, ParseError, OSError, ValueError, LookupError, AssertionError, struct.error,
    ) as error:  # fmt: skip
        raise Unreadable("F102", "文件有密码,加密的方式不支持:请取消打开密码后另存重报", "encrypted") from error
    raise Unreadable("F102", "文件有密码,给出的密码打不开它:请核对密码,或取消打开密码后重报", "encrypted")


def _opened(locked: Any, password: str) -> bytes:
    plain = io.BytesIO()
    if locked.format == "ooxml":
        locked.load_key(password=password, verify_password=True)
    else:
        locked.load_key(password=password)  # an .xls is verified always
    locked.decrypt(plain)
    return plain.getvalue()
