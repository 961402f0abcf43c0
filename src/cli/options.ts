import { Option } from 'commander';
import { toError } from '../domain/to-error';
import { UserIdType } from '../domain/user';
import { usageError } from './exit';

export function idTypeOption(explanation: string): Option {
  return new Option('--id-type <type>', explanation)
    .choices(Object.keys(UserIdType))
    .default('OPEN_ID');
}

/** Reads an argument. @throws CliError with the message of the rule that it breaks */
export function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usageError(toError(error).message);
  }
}
