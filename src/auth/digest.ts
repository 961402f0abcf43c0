import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserKey } from '../domain/user';

/** Equal lengths, whatever was presented: what takes time to compare says nothing of the secret. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export function sameDigest(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(a, b);
}

const PSEUDONYM_LENGTH = 12;

/**
 * A person in the log: the same one each time, so that lines can be put together, and only
 * a reader who has the ID can match it.
 */
export function pseudonymOf({ idType, id }: UserKey): string {
  return `${idType} ${shortDigestOf(JSON.stringify([idType, id]))}`;
}

/** A client address in the log: the same pseudonym in each line, whatever credentials the client tries. */
export function addressPseudonymOf(address: string): string {
  return shortDigestOf(address);
}

/** A client application in the log, by the ID that its issuer gave it. */
export function clientPseudonymOf(clientId: string): string {
  return shortDigestOf(clientId);
}

function shortDigestOf(text: string): string {
  return digestOf(text).toString('hex').slice(0, PSEUDONYM_LENGTH);
}
