"""What a client of the Simple Management Protocol that is not ours makes of a clip on a serial port: the PyPI package smpclient, as its
documentation uses it. Arguments: the port, a file with an app for the other slot. Prints one JSON object; test/boards/smpclient.spec.ts
judges it."""

import asyncio
import hashlib
import json
import sys

from smpclient import SMPClient
from smpclient.generics import success
from smpclient.requests.file_management import FileHashChecksum, FileStatus
from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite
from smpclient.requests.os_management import EchoWrite, MCUMgrParametersRead, ResetWrite
from smpclient.transport.serial import SMPSerialTransport


async def ask(client, request):
    """The answer, or an exception that shows what came instead."""
    answer = await client.request(request)
    if not success(answer):
        raise RuntimeError(f"{request} was answered with {answer}")
    return answer


def plain(images):
    """Images as JSON can hold them."""
    return [{**image.model_dump(exclude_none=True, exclude={"hash"}), "hash": bytes(image.hash).hex()} for image in images]


async def main(port, path):
    seen = {}
    app = open(path, "rb").read()
    async with SMPClient(SMPSerialTransport(), port) as client:
        seen["echo"] = (await ask(client, EchoWrite(d="hop, hop"))).r
        parameters = await ask(client, MCUMgrParametersRead())
        seen["parameters"] = [parameters.buf_size, parameters.buf_count]
        index = await client.download_file("/log")
        seen["index"] = index.decode()
        name = f"/log/{int(index[:10])}"
        log = await client.download_file(name)
        status = await ask(client, FileStatus(name=name))
        digest = await ask(client, FileHashChecksum(name=name, type="sha256"))
        seen["log"] = {
            "name": name,
            "bytes": len(log),
            "status": status.len,
            "hashed": digest.len,
            "here": hashlib.sha256(log).hexdigest(),
            "there": bytes(digest.output).hex(),
        }
        seen["before"] = plain((await ask(client, ImageStatesRead())).images)
        seen["offsets"] = [offset async for offset in client.upload(app)]
        wanted = hashlib.sha256(app).digest()
        seen["uploaded"] = plain((await ask(client, ImageStatesRead())).images)
        seen["tested"] = plain((await ask(client, ImageStatesWrite(hash=wanted))).images)
        await ask(client, ResetWrite())
    await asyncio.sleep(1)
    async with SMPClient(SMPSerialTransport(), port) as client:
        seen["trial"] = plain((await ask(client, ImageStatesRead())).images)
        seen["confirmed"] = plain((await ask(client, ImageStatesWrite(hash=wanted, confirm=True))).images)
        await ask(client, ResetWrite())
    await asyncio.sleep(1)
    async with SMPClient(SMPSerialTransport(), port) as client:
        seen["after"] = plain((await ask(client, ImageStatesRead())).images)
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
