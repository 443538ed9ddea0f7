// Rules of style that a machine can check, over sources as text. Each takes a file's path and source and returns what is wrong
// with it, one line a finding.
import { dirname, posix } from "node:path";
import { MAY_IMPORT } from "./imports.ts";

/** A rule over one source file: findings, empty when it is tidy. */
export type Rule = (path: string, source: string) => string[];

const under = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`) || (top.endsWith(":") && path.startsWith(top));

/** Source without comments; strings stay. */
function code(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*/gu, (comment) => comment.replaceAll(/[^\n]/gu, " "));
}

function lineOf(source: string, index: number): number {
  return source.slice(0, index).split("\n").length;
}

/** Findings for every match of a pattern in the code. */
function matches(path: string, source: string, pattern: RegExp, what: string): string[] {
  const text = code(source);
  return [...text.matchAll(pattern)].map((match) => `${path}:${lineOf(text, match.index)}: ${what}: ${match[0].trim()}`);
}

/** What a file imports, as paths from the top, `node:…` or `npm:…`. */
export function imported(path: string, source: string): string[] {
  const specifiers = [...code(source).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/gu)].map((match) => match[1]!);
  return specifiers.map((specifier) => {
    if (specifier.startsWith("node:")) return specifier;
    if (!specifier.startsWith(".")) return `npm:${specifier}`;
    const target = posix.join(dirname(path), specifier);
    return path.startsWith("firmware/") ? `${target}.ts` : target;
  });
}

/** Imports that the table of imports.ts does not allow. */
export const imports: Rule = (path, source) => {
  const owner = Object.keys(MAY_IMPORT).filter((top) => under(path, top)).toSorted((a, b) => b.length - a.length)[0];
  if (owner === undefined) return [`${path}: no entry in test/rules/imports.ts`];
  return imported(path, source)
    .filter((target) => !MAY_IMPORT[owner]!.some((allowed) => under(target, allowed)))
    .map((target) => `${path}: may not import ${target}`);
};

/** A file is one lower-case noun; dots part suffixes from it. Units in test/unit say the folder first: `base-ring.as.ts`. */
export const named: Rule = (path) =>
  (/^(?:[a-z0-9]+\/)*(?:(?<=test\/unit\/)[a-z0-9]+-)?[a-z0-9]+(?:\.[a-z0-9]+)+$/u.test(path) ? [] : [`${path}: not one lower-case noun`]);

/** A file starts with a sentence on what it is. */
export const headed: Rule = (path, source) => (/^(?:#!.*\n)?(?:\/\/ |\/\*\*? )\S/u.test(source) ? [] : [`${path}:1: no head comment`]);

/**
 * Each exported thing has a comment right above it or behind it on its line. The thing that bears its file's name, or is the only one of
 * its file, has the head comment; one-line constants and types may share a comment anywhere in their paragraph; imports of hal have boards/HAL.md.
 */
export const documented: Rule = (path, source) => {
  const lines = source.split("\n");
  const noun = posix.basename(path).split(".")[0];
  const comment = (line: string | undefined): boolean => line !== undefined && /^\s*(?:\/\/ \S|\/\*\*|\*\/)|; \/\/ \S|\{ \/\/ \S/u.test(line);
  const paragraph = (index: number): string[] => {
    let from = index;
    let to = index;
    while (from > 0 && lines[from - 1]!.trim() !== "") from -= 1;
    while (to < lines.length && lines[to]!.trim() !== "") to += 1;
    return lines.slice(from, to);
  };
  const only = lines.filter((line) => /^(?:@\w+ )?export (?!\{|\*)/u.test(line)).length === 1;
  return lines.flatMap((line, index) => {
    if (only || line.startsWith("@external")) return [];
    const [, name] = /^(?:@\w+ )?export (?:default )?(?:async )?(?:abstract )?(?:const|function|class|interface|type) (\w+)/u.exec(line) ?? [];
    if (name === undefined || name.toLowerCase() === noun || comment(line)) return [];
    let above = index - 1;
    while (/^@\w+/u.test(lines[above] ?? "")) above -= 1; // decorators
    if (comment(lines[above])) return [];
    if (/^export (?:const|type) .*;$/u.test(line) && paragraph(index).some(comment)) return [];
    return [`${path}:${index + 1}: ${name} has no docstring`];
  });
};

const QUANTITY = "duration|timeout|latency|delay|interval|period|elapsed|deadline|frequency|voltage";
/** A number that has a unit ends in it. */
export const units: Rule = (path, source) =>
  matches(path, source, new RegExp(`\\b(?:\\w+_)?(?:${QUANTITY})\\??(?:: (?:number|[iu](?:32|64))\\b| = -?[0-9])`, "gu"), "a quantity without its unit");

/** Virtual time and one seeded generator: the simulator reads neither the clock nor chance of the machine. */
export const virtual: Rule = (path, source) => [
  ...matches(path, source, /\bDate\b|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\b|\bhrtime\b|\brandom(?:Bytes|UUID|Int)\b|["']node:timers/gu, "real time or chance"),
];

/** Firmware: integers, no heap, no mutable global, no exception, memory laid out once, and no question whether it is simulated. */
export const bare: Rule = (path, source) => [
  ...matches(path, source, /\b[fF](?:32|64)\b|: number\b|\bMathf?\.|\b\d+\.\d+\b/gu, "a float"),
  ...matches(path, source, /\bnew\b|\b(?:Static|Typed|Uint8)?Array\b|\bMap\b|\bSet\b|\bheap\.|\bmemory\.(?:grow|size)\b/gu, "the heap"),
  ...matches(path, source, /^(?:export )?(?:let|var)\b.*/gmu, "a mutable global"),
  ...matches(path, source, /\b(?:throw|try|catch)\b/gu, "an exception"),
  ...matches(path, source, /^(?!(?:export )?const [A-Z0-9_]+_AT: usize = ).*memory\.data\(.*/gmu, "memory.data outside a module-level NAME_AT constant"),
  ...matches(path, source, /isSimulat\w*|\bsimulat\w*/giu, "product code asks whether it is simulated"),
];
