import { parseArgs } from 'node:util';
import type { EmulatorOptions } from './options';

export const DEFAULT_CLI_PORT = 4010;

export const CLI_HELP = `Usage: npm run emulator -- [options]

A Feishu on loopback: people, review cycles and stage tasks, with Feishu's tokens and rate limits.

  --port <number>                  where it listens (default ${DEFAULT_CLI_PORT}; 0 is any free port)
  --host <address>                 default 127.0.0.1
  --seed <number>                  another seed, other people and cycles (default 1)
  --quota-calls <number>           calls in any window (default 20)
  --quota-window-seconds <number>  length of the window (default 60)
  --help                           print this
`;

/** What to start, or that only help is wanted. */
export type CliArguments = { readonly help: true } | { readonly options: EmulatorOptions };

/** Throws an `Error` that says what was expected and what was given. */
export function readArguments(args: readonly string[]): CliArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: String(DEFAULT_CLI_PORT) },
      host: { type: 'string' },
      seed: { type: 'string' },
      'quota-calls': { type: 'string' },
      'quota-window-seconds': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return { help: true };
  return {
    options: {
      ...(values.host !== undefined && { host: values.host }),
      ...readNumber('port', '--port', values.port),
      ...readNumber('seed', '--seed', values.seed),
      ...readNumber('quotaCalls', '--quota-calls', values['quota-calls']),
      ...readNumber('quotaWindowSeconds', '--quota-window-seconds', values['quota-window-seconds']),
    },
  };
}

/** Digits only: `Number` alone would take an empty string for 0. Ranges are the options' own matter. */
function readNumber<K extends keyof EmulatorOptions>(
  key: K,
  flag: string,
  text: string | undefined,
): Partial<Record<K, number>> {
  if (text === undefined) return {};
  if (!/^\d+$/.test(text)) throw new Error(`${flag}: expected a whole number, got '${text}'`);
  return { [key]: Number(text) } as Partial<Record<K, number>>;
}
