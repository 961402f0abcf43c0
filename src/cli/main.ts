#!/usr/bin/env node
import { CommanderError } from 'commander';
import { CliError, EXIT } from './exit';
import { createProgram } from './program';

/** The process of `stage-task-gateway`. Sets the exit code and lets open resources close. */
function exitWith(error: unknown): void {
  process.exitCode = EXIT.failed;
  // Commander has printed its help or its message.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (error instanceof CliError) {
    process.exitCode = error.exitCode;
    process.stderr.write(`${error.message}\n`);
  } else {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

createProgram().parseAsync().catch(exitWith);
