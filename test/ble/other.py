"""A peripheral that is no clip, by Bumble.

Arguments: pty of a controller, name; "echo" to have a clip's services and say everything back, and "locked" to do so for who is paired only.
"""

import asyncio
import sys

from bumble.core import AdvertisingData
from bumble.gatt import GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR, Characteristic, CharacteristicValue, Service
from host import open_device

NUS = "6E400001-B5A3-F393-E0A9-E50E24DCCA9E"
SMP = "8D53DC1D-1DB7-4CD3-868B-8A527460AA84"


async def main(path, name, echo, locked):
    device = await open_device(path, name)
    if echo:
        may = Characteristic.WRITEABLE
        if locked:
            may |= Characteristic.Permissions.WRITE_REQUIRES_ENCRYPTION
        said = Characteristic("6E400003-B5A3-F393-E0A9-E50E24DCCA9E", Characteristic.Properties.NOTIFY, Characteristic.READABLE)

        async def hear(connection, value):
            await device.notify_subscribers(said, value)

        written = Characteristic.Properties.WRITE_WITHOUT_RESPONSE
        heard = Characteristic("6E400002-B5A3-F393-E0A9-E50E24DCCA9E", written, may, CharacteristicValue(write=hear))
        both = Characteristic("DA2E7828-FBCE-4E01-AE9E-261174997C48", written | Characteristic.Properties.NOTIFY, Characteristic.WRITEABLE)
        device.add_services([Service(NUS, [heard, said]), Service(SMP, [both])])
        for attribute in device.gatt_server.attributes if locked else []:
            if attribute.type == GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR:
                attribute.permissions |= Characteristic.Permissions.WRITE_REQUIRES_ENCRYPTION
    shown = AdvertisingData([(AdvertisingData.FLAGS, bytes([6])), (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())])
    await device.start_advertising(advertising_data=bytes(shown), auto_restart=True)
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], sys.argv[2], "echo" in sys.argv[3:], "locked" in sys.argv[3:]))
