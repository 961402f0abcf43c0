import { GatewayError } from '../../domain/errors';
import { requireUser } from '../../domain/input-rules';
import type { UserIdType } from '../../domain/user';
import { usageError } from '../exit';

/** Enough to see what is wrong with a file. */
const MAX_FAULTS = 20;

/**
 * Reads one ID a line, each once, in the order of the file. Blank lines, and all after a `#`, are ignored.
 * @throws CliError that lists the invalid lines
 */
export function readUserList(text: string, file: string, idType: UserIdType): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const id = line.replace(/#.*$/, '').trim();
    if (id === '') continue;
    try {
      ids.add(requireUser(`${file}:${i + 1}`, id, idType).id);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length > 0) {
    const more = faults.length - MAX_FAULTS;
    const shown = [...faults.slice(0, MAX_FAULTS), ...(more > 0 ? [`and ${more} more lines`] : [])];
    throw usageError(shown.join('\n'));
  }
  if (ids.size === 0) throw usageError(`${file}: expected one user ID a line, got none`);
  return [...ids];
}
