"""The one kind of exception that a user may cause: why something could not be done, in a sentence for the user."""

from __future__ import annotations

import errno


class CouldNotRun(Exception):  # noqa: N818 -- it says what the user sees
    """Nothing was done, and ``message`` says why and what to do, in Chinese. Commands end with exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def reason_of(error: OSError) -> str:
    """Why the system refused, and what to do, in Chinese."""
    return _REASONS.get(error.errno or 0, "系统不允许或磁盘有问题,请换一个位置再试")


_REASONS = {
    errno.ENOENT: "找不到文件或文件夹,请核对路径",
    errno.EACCES: "没有权限,或文件正在 Excel/WPS 中打开;请关闭后再试,或换一个位置",
    errno.EPERM: "没有权限,或文件正在 Excel/WPS 中打开;请关闭后再试,或换一个位置",
    errno.EISDIR: "这是一个文件夹,请给出文件名",
    errno.ENOTDIR: "路径中间有一段是文件而不是文件夹,请核对",
    errno.ENOSPC: "磁盘满了,请腾出空间再试",
    errno.EDQUOT: "磁盘配额满了,请腾出空间再试",
    errno.EROFS: "这个位置只能读,请换一个位置",
    errno.ENAMETOOLONG: "文件名太长,请改短",
    errno.EBUSY: "文件正被占用,请关闭正在使用它的程序",
    errno.ELOOP: "链接绕成了圈,请换一个位置",
    errno.EIO: "磁盘读写出错,请换一个位置再试",
}
