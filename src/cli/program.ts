import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addCheck } from './check/command';
import { addEmulator } from './emulator/command';
import { addWarm } from './warm/command';

const AFTER_HELP = `
Exit codes:
  0    done
  1    a fault was found, or the work could not be finished
  2    the command line, a file or the environment is invalid
  3    some users have no answer
  130  ended by Ctrl-C

The environment configures it like the gateway, see docs/configuration.md.
docs/command-line.md explains all subcommands.`;
const HELP_COLUMNS = 100;

/** The command line, with one subcommand for each task of an operator. */
export function createProgram(): Command {
  const program = new Command('stage-task-gateway')
    .description('Tools for operators of the stage task gateway.')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand(false)
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('Try --help.')
    .configureOutput({
      getOutHelpWidth: () =>
        Math.min(process.stdout.isTTY ? process.stdout.columns : HELP_COLUMNS, HELP_COLUMNS),
    })
    .exitOverride();
  addCheck(program);
  addWarm(program);
  addEmulator(program);
  return program;
}

/** The compiled file and its source are equally deep below the root. */
function readVersion(): string {
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
