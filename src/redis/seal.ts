import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../domain/secret';

/**
 * Signs values in Redis (HMAC-SHA-256), so that gateways reject what others have written. A signature is valid for
 * one place only, a key or a channel. It does not encrypt.
 */
export interface Seal {
  seal(place: string, text: string): string;
  /** The text; `undefined` if no gateway with this secret has written it to this place. */
  open(place: string, sealed: string): string | undefined;
}

/** Characters of an HMAC-SHA-256 in base64url. */
const MAC_LENGTH = 43;

/** @param secret known only to the replicas, such as the app's secret; the signing key is derived from it */
export function createSeal(secret: Secret): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'stage-task-gateway redis', 32));

  function macOf(place: string, text: string): string {
    return createHmac('sha256', key)
      .update(`${place.length}:${place}`)
      .update(text)
      .digest('base64url');
  }

  return {
    seal: (place, text) => macOf(place, text) + text,
    open(place, sealed) {
      const text = sealed.slice(MAC_LENGTH);
      const given = Buffer.from(sealed.slice(0, MAC_LENGTH));
      const expected = Buffer.from(macOf(place, text));
      return given.length === expected.length && timingSafeEqual(given, expected)
        ? text
        : undefined;
    },
  };
}
