/** The exit codes of all subcommands. They are part of the public contract: docs/command-line.md. */
export const EXIT = {
  ok: 0,
  /** `check` found a fault, or a subcommand could not finish its work. */
  failed: 1,
  /** The command line, a file that it names, or the environment is invalid. Nothing was started. */
  usage: 2,
  /** `warm` went through all users, and some of them have no answer. */
  incomplete: 3,
  /** Ended by Ctrl-C: 128 and the number of SIGINT, as shells do. */
  interrupted: 130,
} as const;

/** Ends the process with a message for the operator and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws CliError with the message of a faulty argument */
export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, `${message}\nTry --help.`);
}
