import { isIP } from 'node:net';
import { z } from 'zod';

/** What the process is told from outside, as it comes. */
export type Environment = Readonly<Record<string, string | undefined>>;

// In each schema, `error` is what was expected.

/** Digits only: `Number` alone would take "0x10", "1e3" and " ". */
export function wholeNumber(min: number, max: number, unit: string) {
  const error = `${unit} from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(/^\d{1,15}$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

export function oneOf<const T extends string>(...values: readonly T[]) {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

/** Texts between commas. */
export function listOf(isElement: (text: string) => boolean, error: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isElement), { error });
}

/** An IP address, or a CIDR. A prefix of 0 is refused: it would take every client for a proxy. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  // `::ffff:10.0.0.1` has two lengths of prefix; its IPv4 form has one.
  if (version === 0 || rest.length > 0 || /^::ffff:.*\./i.test(address)) return false;
  if (prefix === undefined) return true;
  const bits = version === 4 ? 32 : 128;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits;
}

export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** TLS or loopback: nothing on the way can read or change what is sent. */
export function isSafeOrigin({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
