import { isIP } from 'node:net';
import { z } from 'zod';

/** Environment variables as strings. */
export type Environment = Readonly<Record<string, string | undefined>>;

// The `error` of each schema completes "expected …".

/** Accepts only digits: `Number` alone accepts "0x10", "1e3" and " ". */
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

/** Comma-separated texts. */
export function listOf(isElement: (text: string) => boolean, error: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isElement), { error });
}

/** Accepts an IP address or a CIDR. Rejects a prefix length of 0, which would trust every client as a proxy. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  // Rejects IPv4-mapped addresses such as `::ffff:10.0.0.1`: their prefix length could mean IPv6 or IPv4.
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

/** Whether an origin uses TLS or loopback, so that the network cannot read or change requests. */
export function isSafeOrigin({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
