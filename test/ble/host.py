"""What the programs of test/ble share: a Bumble host on a controller behind a pty."""

import asyncio
import logging

from bumble.core import AdvertisingData
from bumble.device import Device, Peer
from bumble.hci import Address
from bumble.transport import open_transport

ADDRESS = Address("F0:F1:F2:F3:F4:F5")
FIND_S = 10


async def open_device(path, name):
    """A device that is switched on."""
    logging.disable(logging.ERROR)  # what goes wrong shows in what is printed
    transport = await open_transport(f"file:{path}")
    device = Device.with_hci(name, ADDRESS, transport.source, transport.sink)
    await device.power_on()
    return device


async def connect(device, name):
    """Connects to whatever shows that name, and discovers all that it has."""
    found = asyncio.get_running_loop().create_future()

    def hear(advertisement):
        # bleno calls every name shortened.
        if advertisement.data.get(AdvertisingData.SHORTENED_LOCAL_NAME) == name and not found.done():
            found.set_result(advertisement)

    device.on("advertisement", hear)
    await device.start_scanning(active=True)
    advertisement = await asyncio.wait_for(found, FIND_S)
    await device.stop_scanning()
    peer = Peer(await device.connect(advertisement.address))
    await peer.request_mtu(256)
    await peer.discover_all()
    return peer, advertisement
