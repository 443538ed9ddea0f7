// `npm run build`: builds build/clip.wasm, however old it is.
import { Failure } from "./failure.ts";
import { build } from "./wasm.ts";

try {
  build();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = error.exit;
}
