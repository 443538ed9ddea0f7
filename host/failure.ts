// What ends a command early, and with which exit code.

/** All went well. */
export const EXIT_OK = 0;
/** Something that is not the user's input failed. */
export const EXIT_FAILURE = 1;
/** The command line or a file given is wrong. */
export const EXIT_INPUT = 2;
/** Ended by Ctrl-C before there was anything to keep. */
export const EXIT_STOPPED = 130;

/** A failure to be told in one line, without a stack. */
export class Failure extends Error {
  override name = "Failure";
  readonly exit: number = EXIT_FAILURE;
}

/** The command line or a file given is wrong. */
export class InputError extends Failure {
  override name = "InputError";
  override readonly exit = EXIT_INPUT;
}

/** Ended by Ctrl-C before there was anything to keep. */
export class Stopped extends Failure {
  override name = "Stopped";
  override readonly exit = EXIT_STOPPED;
}
