// A process that connects to a clip, says who that is, and has nothing left that keeps it alive. Argument: name or address.
import { Client } from "../../host/clip/client.ts";
import { Failure } from "../../host/failure.ts";
import { openBle } from "../../host/link/ble.ts";

try {
  const link = await openBle(process.argv[2]!);
  try {
    const { serial } = await new Client(link).greet();
    console.log(JSON.stringify({ serial, about: link.about }));
  } finally {
    await link.close();
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = error.exit;
}
