"""A central that nobody here wrote, by Bumble: what a watch or a phone would read of a clip.

Arguments: pty of a controller, name of the clip, and for cadence measurements how many, the line that begins a set and the line that ends it,
after which one more is waited for. Prints one object: bytes as hexadecimal figures.
"""

import asyncio
import json
import sys

from bumble.core import UUID, AdvertisingData
from host import connect, open_device


async def main(path, name, measurements, begin, end):
    device = await open_device(path, "reader")
    peer, advertisement = await connect(device, name)

    def characteristic(service, uuid):
        (found,) = [each for one in peer.get_services_by_uuid(UUID(service)) for each in one.get_characteristics_by_uuid(UUID(uuid))]
        return found

    async def read(service, uuid):
        return (await characteristic(service, uuid).read_value()).hex()

    uart = "6E400001-B5A3-F393-E0A9-E50E24DCCA9E"
    written = characteristic(uart, "6E400002-B5A3-F393-E0A9-E50E24DCCA9E")
    # The simulated wearer hears what the clip says, where it says it to anybody.
    await characteristic(uart, "6E400003-B5A3-F393-E0A9-E50E24DCCA9E").subscribe(lambda value: None)
    told = asyncio.Queue()
    await characteristic("1814", "2A53").subscribe(lambda value: told.put_nowait(value.hex()))
    await written.write_value(begin.encode(), with_response=True)
    measured = [await told.get() for _ in range(measurements)]
    await written.write_value(end.encode(), with_response=True)
    measured.append(await told.get())
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
                "measured": measured,
            }
        )
    )
    await peer.connection.disconnect()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:]))
