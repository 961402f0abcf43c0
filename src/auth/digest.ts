import { hash, timingSafeEqual } from 'node:crypto';
import type { UserKey } from '../domain/user';

/** Digests have equal lengths, so that the time of a comparison reveals nothing about the secret. */
export function digestOf(text: string): Buffer {
  // A buffer that `hash` makes has memory of its own, which costs more than the hash.
  return Buffer.from(hash('sha256', text, 'hex'), 'hex');
}

export function sameDigest(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(a, b);
}

const PSEUDONYM_LENGTH = 12;

/**
 * Names a user in the log. The pseudonym is the same each time, so lines can be correlated. Only a reader who
 * has the ID can match it.
 */
export function pseudonymOf({ idType, id }: UserKey): string {
  return `${idType} ${shortDigestOf(JSON.stringify([idType, id]))}`;
}

/** Names a client address in the log. The pseudonym does not depend on the credentials that the client tries. */
export function addressPseudonymOf(address: string): string {
  return shortDigestOf(address);
}

/** Names a client application in the log, by the ID that its issuer gave it. */
export function clientPseudonymOf(clientId: string): string {
  return shortDigestOf(clientId);
}

function shortDigestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, PSEUDONYM_LENGTH);
}
