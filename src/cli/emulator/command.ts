import { Option, type Command } from 'commander';
import type { Fault } from '../../emulator/faults';
import type { EmulatorOptions } from '../../emulator/options';
import { checked } from '../options';
import { FAULT_HELP, readFault } from './faults';
import { DEFAULT_CLI_PORT, type Flag, FLAG_GROUPS } from './flags';

/** What the command line says about the emulator. */
export interface EmulatorArguments {
  readonly options: EmulatorOptions;
  readonly faults: readonly Fault[];
}

const DESCRIPTION =
  'Run an emulated Feishu on loopback: people, review cycles, stage tasks, tokens and rate limits. Dates depend on ' +
  'the current day. A flag with * can be repeated, or take values separated by commas.';

/** @param run starts the emulator */
export function addEmulator(program: Command, run = runEmulator): void {
  const command = program
    .command('emulator')
    .summary('run an emulated Feishu, to try things out')
    .description(DESCRIPTION)
    .addHelpText('after', FAULT_HELP);
  for (const [title, flags] of Object.entries(FLAG_GROUPS)) {
    for (const flag of flags) command.addOption(optionOf(flag).helpGroup(`${title}:`));
  }
  command.addOption(collecting('--fault <fault>', 'a fault to play, see below *'));
  command.action((given: Record<string, readonly string[]>) => run(readArguments(given)));
}

async function runEmulator(given: EmulatorArguments): Promise<void> {
  // Loaded only if it is used, like all that a subcommand needs.
  const { startAndPrint } = await import('./run.js');
  await startAndPrint(given);
}

/** @throws CliError that says what is expected and given */
function readArguments(given: Readonly<Record<string, readonly string[]>>): EmulatorArguments {
  const options: EmulatorOptions = { port: DEFAULT_CLI_PORT };
  return checked(() => {
    for (const flag of Object.values(FLAG_GROUPS).flat()) {
      const texts = given[optionOf(flag).attributeName()];
      if (texts) flag.apply(options, texts);
    }
    return { options, faults: (given['fault'] ?? []).map(readFault) };
  });
}

function optionOf({ name, placeholder, help }: Flag): Option {
  return collecting(`--${name} <${placeholder}>`, help);
}

/** Keeps all values of a repeated flag. */
function collecting(flags: string, help: string): Option {
  return new Option(flags, help).argParser<string[] | undefined>((text, earlier) => [
    ...(earlier ?? []),
    text,
  ]);
}
