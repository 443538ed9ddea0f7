// Reaches into packages for what they do not offer. Each use says why; the versions are pinned.

/** A part of a part of … a thing, however private; undefined where there is none. */
export function inside(thing: unknown, ...path: string[]): unknown {
  return path.reduce((from, name) => (typeof from === "object" && from !== null ? (Reflect.get(from, name) as unknown) : undefined), thing);
}
