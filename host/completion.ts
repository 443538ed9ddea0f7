// Completion scripts for shells from commander's tree: commands, options, choices. Pure.
import type { Argument, Command, Option } from "commander";

/** Shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What may stand in a place: these words, or a file. */
interface Values {
  readonly words: readonly string[];
  readonly file: boolean;
}

interface Flag {
  readonly names: readonly string[];
  readonly about: string;
  /** null where it takes no value. */
  readonly value: Values | null;
}

/** One command: "config get". */
interface Entry {
  readonly path: string;
  readonly about: string;
  readonly commands: readonly Entry[];
  readonly flags: readonly Flag[];
  /** Its first argument. */
  readonly argument: Values;
}

/** Names of values and arguments that are files or folders. */
const FILES = /file|folder|path|trace|ledger|image|wasm/iu;

const valuesOf = (words: readonly string[] | undefined, name: string): Values => ({ words: words ?? [], file: words === undefined && FILES.test(name) });

function flagOf(option: Option): Flag {
  const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
  const takes = option.required || option.optional;
  return { names, about: option.description, value: takes ? valuesOf(option.argChoices, /[<[](.*?)[>\]]/u.exec(option.flags)?.[1] ?? "") : null };
}

function entryOf(command: Command, path: string): Entry {
  const argument: Argument | undefined = command.registeredArguments[0];
  const help = command.createHelp();
  return {
    path,
    about: command.summary() || command.description(),
    commands: command.commands.map((each) => entryOf(each, `${path} ${each.name()}`.trim())),
    flags: help.visibleOptions(command).map(flagOf),
    argument: argument === undefined ? { words: [], file: false } : valuesOf(argument.argChoices, argument.name()),
  };
}

const all = (entry: Entry): Entry[] => [entry, ...entry.commands.flatMap(all)];
const nameOf = ({ path }: Entry): string => path.slice(path.lastIndexOf(" ") + 1);
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const firstLine = (text: string): string => text.split(/\n|(?<=\.) /u)[0]?.replace(/\s+/gu, " ") ?? "";

/** The script. */
export function scriptOf(root: Command, shell: Shell): string {
  const entry = entryOf(root, "");
  const name = root.name();
  return { bash, zsh, fish }[shell](name, entry);
}

function bash(name: string, root: Entry): string {
  const cases = all(root).map((entry) => {
    const valued = entry.flags.filter(({ value }) => value !== null);
    const after = valued.map(({ names, value }) => `        ${names.join("|")}) ${offer(value as Values)}; return ;;`);
    const { argument, commands, flags } = entry;
    const words = [...commands.map(nameOf), ...argument.words];
    return [
      `    ${quote(entry.path)})`,
      ...(after.length === 0 ? [] : ["      case $previous in", ...after, "      esac"]),
      `      if [[ $word == -* ]]; then words=${quote(flags.flatMap(({ names }) => names).join(" "))}; else words=${quote(words.join(" "))}${argument.file ? "; files=1" : ""}; fi ;;`,
    ];
  });
  const commands = all(root).slice(1).map(({ path }) => quote(path)).join("|");
  return `${[
    `# bash completion for ${name}`,
    `_${name}() {`,
    `  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= words= files= i`,
    "  for ((i = 1; i < COMP_CWORD; i++)); do",
    `    case "\${path:+$path }\${COMP_WORDS[i]}" in ${commands}) path="\${path:+$path }\${COMP_WORDS[i]}" ;; esac`,
    "  done",
    "  COMPREPLY=()",
    "  case $path in",
    ...cases.flat(),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '  if [[ -n $files ]]; then compopt -o filenames; COMPREPLY+=($(compgen -f -- "$word")); fi',
    "}",
    `complete -F _${name} ${name}`,
  ].join("\n")}\n`;
}

/** Bash: offers a value. */
function offer({ words, file }: Values): string {
  if (file) return 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$word"))';
  return words.length === 0 ? ":" : `COMPREPLY=($(compgen -W ${quote(words.join(" "))} -- "$word"))`;
}

function zsh(name: string, root: Entry): string {
  const text = (about: string): string => firstLine(about).replace(/[[\]:\\]/gu, String.raw`\$&`);
  const action = ({ words, file }: Values): string => (file ? "_files" : words.length === 0 ? " " : `(${words.join(" ")})`);
  const named = (path: string): string => `_${name}${path === "" ? "" : `_${path.replaceAll(/[ -]/gu, "_")}`}`;
  const functions = all(root).map((entry) => {
    const flags = entry.flags.flatMap(({ names, about, value }) => {
      const others = names.length > 1 ? `(${names.join(" ")})` : "";
      return names.map((flag) => `    ${quote(`${others}${flag}[${text(about)}]${value === null ? "" : `:value:${action(value)}`}`)}`);
    });
    const rest = entry.commands.length === 0 ? [`    ${quote(`*:argument:${action(entry.argument)}`)}`] : ["    '1:command:->command'", "    '*::argument:->argument'"];
    const commands = entry.commands.map((each) => `      ${quote(`${nameOf(each)}:${text(each.about)}`)}`);
    return [
      `${named(entry.path)}() {`,
      ...(entry.commands.length === 0 ? [] : ["  local state line", "  local -a commands"]),
      `  _arguments -s ${entry.commands.length === 0 ? "" : "-C "}\\`,
      [...flags, ...rest].join(" \\\n"),
      ...(entry.commands.length === 0
        ? []
        : [
            "  case $state in",
            "    command) commands=(",
            ...commands,
            "    ); _describe command commands ;;",
            `    argument) case $line[1] in ${entry.commands.map((each) => `${nameOf(each)}) ${named(each.path)} ;;`).join(" ")} esac ;;`,
            "  esac",
          ]),
      "}",
    ].join("\n");
  });
  return `#compdef ${name}\n${functions.join("\n")}\nif [ "$funcstack[1]" = _${name} ]; then _${name} "$@"; else compdef _${name} ${name}; fi\n`;
}

function fish(name: string, root: Entry): string {
  const lines = [`# fish completion for ${name}`, `complete -c ${name} -f`];
  for (const entry of all(root)) {
    const words = entry.path === "" ? [] : entry.path.split(" ");
    const here = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const names = entry.commands.map(nameOf).join(" ");
    const none = names === "" ? [] : [entry.path === "" ? "__fish_use_subcommand" : `not __fish_seen_subcommand_from ${names}`];
    const when = (parts: readonly string[]): string => (parts.length === 0 ? "" : ` -n ${quote(parts.join("; and "))}`);
    for (const each of entry.commands) lines.push(`complete -c ${name}${when([...here, ...none])} -a ${nameOf(each)} -d ${quote(firstLine(each.about))}`);
    for (const { names: flags, about, value } of entry.flags) {
      const spelled = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
      const takes = value === null ? "" : value.file ? " -r -F" : value.words.length === 0 ? " -x" : ` -x -a ${quote(value.words.join(" "))}`;
      lines.push(`complete -c ${name}${when([...here, ...none])} ${spelled}${takes} -d ${quote(firstLine(about))}`);
    }
    const { argument } = entry;
    if (argument.words.length > 0) lines.push(`complete -c ${name}${when(here)} -a ${quote(argument.words.join(" "))}`);
    if (argument.file) lines.push(`complete -c ${name}${when(here)} -F`);
  }
  return `${lines.join("\n")}\n`;
}
