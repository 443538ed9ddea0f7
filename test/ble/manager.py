"""What a client of the Simple Management Protocol that is not ours makes of a clip over the air: smpclient, by its own transport over Bumble.

Arguments: pty of a controller, name of the clip. Prints one object.
"""

import asyncio
import hashlib
import json
import sys

from smpclient import SMPClient
from smpclient.generics import success
from smpclient.requests.file_management import FileHashChecksum
from smpclient.requests.image_management import ImageStatesRead
from smpclient.requests.os_management import EchoWrite, MCUMgrParametersRead
from smpclient.transport.bumble import SMPBumbleTransport


async def ask(client, request):
    """The answer, or an exception that shows what came instead."""
    answer = await client.request(request)
    if not success(answer):
        raise RuntimeError(f"{request} was answered with {answer}")
    return answer


async def main(path, name):
    async with SMPClient(SMPBumbleTransport(hci=f"file:{path}"), name) as client:
        echo = (await ask(client, EchoWrite(d="hop, hop"))).r
        parameters = await ask(client, MCUMgrParametersRead())
        images = (await ask(client, ImageStatesRead())).images
        index = (await client.download_file("/log")).decode()
        newest = f"/log/{int(index.splitlines()[-1][:10])}"
        log = await client.download_file(newest)
        digest = await ask(client, FileHashChecksum(name=newest, type="sha256"))
        print(
            json.dumps(
                {
                    "echo": echo,
                    "parameters": [parameters.buf_size, parameters.buf_count],
                    "images": [[image.slot, image.version, bytes(image.hash).hex(), image.active, image.confirmed] for image in images],
                    "log": [len(log), hashlib.sha256(log).hexdigest(), digest.len, bytes(digest.output).hex()],
                }
            )
        )


asyncio.run(main(*sys.argv[1:]))
