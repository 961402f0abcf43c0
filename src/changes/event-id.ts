import { hash } from 'node:crypto';
import { DIGEST_LENGTH } from './content-digest';

/**
 * The ID of an event says what the client of a stream knows: the digest of the last content of each of its users. Any
 * replica can resume the stream with it, and none keeps what it has sent.
 */
export interface EventIds {
  /** @param digests one for each user of the stream; `undefined`: the client knows none */
  format(digests: readonly (string | undefined)[]): string;
  /** @returns `undefined` for an ID that is not of this stream */
  parse(id: string | undefined): (string | undefined)[] | undefined;
}

/** Stands for a user of which the client knows nothing. A digest has no dot. */
const UNKNOWN = '.'.repeat(DIGEST_LENGTH);
const NAME_LENGTH = 11;
const DIGESTS = new RegExp(`.{${DIGEST_LENGTH}}`, 'g');

/** @param keys what the stream is about. The IDs of another stream are not understood. */
export function createEventIds(keys: readonly string[]): EventIds {
  const name = hash('sha256', JSON.stringify(keys), 'base64url').slice(0, NAME_LENGTH);
  const length = NAME_LENGTH + keys.length * DIGEST_LENGTH;
  return {
    format: (digests) => name + digests.map((digest) => digest ?? UNKNOWN).join(''),
    parse(id) {
      if (id?.length !== length || !id.startsWith(name)) return undefined;
      const digests = id.slice(NAME_LENGTH).match(DIGESTS) ?? [];
      return digests.map((digest) => (digest === UNKNOWN ? undefined : digest));
    },
  };
}
