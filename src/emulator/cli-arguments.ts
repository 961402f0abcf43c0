import { parseArgs } from 'node:util';
import { FAULT_HELP, readFault } from './cli-faults';
import { DEFAULT_CLI_PORT, type Flag, FLAG_GROUPS } from './cli-flags';
import type { Fault } from './faults';
import type { EmulatorOptions } from './options';

/** The options and faults of the emulator, or a request for help. */
export type CliArguments =
  | { readonly help: true }
  | { readonly options: EmulatorOptions; readonly faults: readonly Fault[] };

const FLAGS = Object.values(FLAG_GROUPS).flat();
/** The column in which the flags' explanations start. */
const HELP_COLUMN = 38;
const MANY = { type: 'string', multiple: true } as const;

export const CLI_HELP = `Usage: npm run emulator -- [options]

An emulated Feishu on loopback: people, review cycles, stage tasks, tokens and rate limits.
Dates depend on the current day. A flag with * can be repeated, or take values separated by commas.

${Object.entries(FLAG_GROUPS)
  .map(([title, flags]) => `${title}:\n\n${flags.map(helpOf).join('\n')}\n`)
  .join('\n')}
${FAULT_HELP}
  --help  print this help
`;

/** Reads the command line. @throws Error that says what is expected and given */
export function readArguments(args: readonly string[]): CliArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(FLAGS.map(({ name }) => [name, MANY])),
      fault: MANY,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return { help: true };
  return { options: readOptions(values), faults: (values.fault ?? []).map(readFault) };
}

function readOptions(values: Readonly<Record<string, unknown>>): EmulatorOptions {
  const options: EmulatorOptions = { port: DEFAULT_CLI_PORT };
  for (const { name, apply } of FLAGS) {
    const texts = values[name];
    if (texts !== undefined) apply(options, texts as readonly string[]);
  }
  return options;
}

/** Puts the explanation on a line of its own if the flag is too long. */
function helpOf({ name, placeholder, help }: Flag): string {
  const usage = `  --${name} <${placeholder}>`;
  return usage.length < HELP_COLUMN - 1
    ? `${usage.padEnd(HELP_COLUMN)}${help}`
    : `${usage}\n${' '.repeat(HELP_COLUMN)}${help}`;
}
