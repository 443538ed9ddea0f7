"""The air of test/ble: Bluetooth controllers that share one link, each behind a pty that speaks HCI as a controller on a UART does.

Argument: how many. Prints one line of JSON, [{"path": pty, "address": of the controller}, ...]. Takes lines on stdin: "away N" puts the controller
at index N out of reach of the others, whose connections to it end as they do when nothing is heard any more; "back N" ends that. Ends when
stdin does.
"""

import asyncio
import json
import logging
import os
import pty
import sys
import tty

from bumble import hci
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport.common import StreamPacketSink, StreamPacketSource


class Radio(Controller):
    """Bumble's virtual controller, where it lacks what a real one does and noble and bleno build on."""

    # As the usual controllers on USB have them; Bumble's 27 bytes are those of Bluetooth 4.0.
    le_acl_data_packet_length = 251
    total_num_le_acl_data_packets = 8
    # Bumble says that it knows LE Set Data Length, and does not.
    le_features = Controller.le_features & ~hci.LeFeatureMask.LE_DATA_PACKET_LENGTH_EXTENSION
    away = False
    shown = b""

    def on_hci_reset_command(self, command):
        """Bumble's goes on advertising, scanning and being connected."""
        self.drop()
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        # Bumble's link delivers by the sender's random address, whatever it is connected as.
        self.random_address = self.public_address
        return super().on_hci_reset_command(command)

    def on_hci_le_create_connection_cancel_command(self, command):
        """Bumble's connects all the same, once the other one advertises, and never says that it has been cancelled."""
        pending = self.pending_le_connection
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.pending_le_connection = None
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )
        return super().on_hci_le_create_connection_cancel_command(command)

    def on_hci_le_set_advertising_data_command(self, command):
        self.shown = command.advertising_data
        return self.show()

    def on_hci_le_set_scan_response_data_command(self, command):
        self.le_legacy_advertiser.scan_response_data = command.scan_response_data
        return self.show()

    def show(self):
        """Bumble's never sends the scan response, but the advertisement once more: it gets both."""
        self.le_legacy_advertiser.advertising_data = self.shown + self.le_legacy_advertiser.scan_response_data
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def send_advertising_pdu(self, packet):
        if not self.away:
            super().send_advertising_pdu(packet)

    def on_ll_advertising_pdu(self, packet):
        if not self.away:
            super().on_ll_advertising_pdu(packet)

    def drop(self):
        """Ends each connection as both ends see it when nothing is heard for the supervision time-out."""
        for connection in list(self.le_connections.values()):
            other = self.link.find_le_controller(connection.peer_address)
            for each in list(other.le_connections.values()) if other else []:
                if each.peer_address == connection.self_address:
                    other.on_le_disconnected(each, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
            self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)


async def open_radio(index, link):
    """A radio behind a new pty, and the pty's path. The pty is held open here, so that a host may come and go."""
    primary, replica = pty.openpty()
    tty.setraw(primary)
    loop = asyncio.get_running_loop()
    _, source = await loop.connect_read_pipe(StreamPacketSource, open(primary, "rb", closefd=False))
    writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, open(primary, "wb", closefd=False))
    address = hci.Address(f"C0:00:00:00:00:{index + 1:02X}", hci.Address.PUBLIC_DEVICE_ADDRESS)
    radio = Radio(f"radio {index}", host_source=source, host_sink=StreamPacketSink(writing), link=link, public_address=address)
    return radio, os.ttyname(replica)


async def main(count):
    logging.disable(logging.WARNING)  # what is under way to a connection that has just ended
    link = LocalLink()
    opened = [await open_radio(index, link) for index in range(count)]
    print(json.dumps([{"path": path, "address": radio.public_address.to_string(False).lower()} for radio, path in opened]), flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode():
        word, index = line.split()
        radio = opened[int(index)][0]
        radio.away = word == "away"
        if radio.away:
            radio.drop()


asyncio.run(main(int(sys.argv[1])))
