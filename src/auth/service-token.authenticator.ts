import { authenticated, SKIP, type Authenticator } from './authenticator';
import { digestOf, sameDigest } from './digest';
import type { ServiceToken } from './trust';

type Entry = Pick<ServiceToken, 'name' | 'policy'> & { readonly digest: Buffer };

export function createServiceTokenAuthenticator(tokens: readonly ServiceToken[]): Authenticator {
  const entries = tokens.map(({ sha256, ...rest }) => ({
    ...rest,
    digest: Buffer.from(sha256, 'hex'),
  }));
  return {
    name: 'service-token',
    authenticate({ bearer }) {
      const entry = bearer === undefined ? undefined : findEntry(entries, digestOf(bearer));
      if (!entry) return SKIP;
      return authenticated({ kind: 'service', name: entry.name, policy: entry.policy, ids: [] });
    },
  };
}

/** Compares every entry, also after a match, so that the time reveals nothing about the tokens. */
export function findEntry(
  entries: readonly Entry[],
  digest: Buffer,
  isSame = sameDigest,
): Entry | undefined {
  let found: Entry | undefined;
  for (const entry of entries) {
    if (isSame(entry.digest, digest)) found = entry;
  }
  return found;
}
