// A way to a served clip, whatever it goes over.

export interface Wire {
  /** What a client opens: a path, tcp:PORT. */
  readonly address: string;
  close(): Promise<void>;
}

/** Bytes/s at a rate in baud: a byte takes ten bits of a serial line. */
export const bytesOf = (baud: number): number => baud / 10;
