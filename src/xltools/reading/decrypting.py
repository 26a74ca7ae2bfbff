"""Opening a file that a password locks, through msoffcrypto. For the confined process: deriving keys may be slow."""

from __future__ import annotations

import io

from xltools.reading.package import Unreadable


def decrypt(data: bytes, password: str) -> bytes:
    """The workbook inside an encrypted .xlsx or .xls. Raises Unreadable F102 where the password does not open it."""
    import msoffcrypto
    from msoffcrypto.exceptions import (
        DecryptionError,
        FileFormatError,
        InvalidKeyError,
        ParseError,
    )

    plain = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(data))
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(plain)
    except InvalidKeyError as error:
        message = "文件有密码,给出的密码打不开它:请核对密码,或取消打开密码后重报"
        raise Unreadable("F102", message, "encrypted") from error
    except (DecryptionError, FileFormatError, ParseError, OSError, ValueError, LookupError) as error:
        raise Unreadable("F102", "文件有密码,加密的方式不支持:请取消打开密码后另存重报", "encrypted") from error
    return plain.getvalue()
