"""A central that nobody here wrote, by Bumble: what a watch or a phone would read of a clip.

Arguments: pty of a controller, name of the clip, how many cadence measurements to wait for. Prints one object: bytes as hexadecimal figures.
"""

import asyncio
import json
import sys

from bumble.core import UUID, AdvertisingData
from host import connect, open_device


async def main(path, name, measurements):
    device = await open_device(path, "reader")
    peer, advertisement = await connect(device, name)

    def characteristic(service, uuid):
        (found,) = [each for one in peer.get_services_by_uuid(UUID(service)) for each in one.get_characteristics_by_uuid(UUID(uuid))]
        return found

    async def read(service, uuid):
        return (await characteristic(service, uuid).read_value()).hex()

    told = asyncio.Queue()
    if measurements > 0:
        await characteristic("1814", "2A53").subscribe(lambda value: told.put_nowait(value.hex()))
    shown = advertisement.data.get_all(AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS)
    shown += advertisement.data.get_all(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS)
    print(
        json.dumps(
            {
                "shown": sorted({uuid.to_hex_str().lower() for each in shown for uuid in each}),
                "services": sorted(service.uuid.to_hex_str().lower() for service in peer.services),
                "feature": await read("1814", "2A54"),
                "location": await read("1814", "2A5D"),
                "battery": await read("180F", "2A19"),
                "manufacturer": await read("180A", "2A29"),
                "model": await read("180A", "2A24"),
                "version": await read("180A", "2A26"),
                "serial": await read("180A", "2A25"),
                "measured": [await told.get() for _ in range(measurements)],
            }
        )
    )
    await peer.connection.disconnect()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
