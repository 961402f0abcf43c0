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

export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** TLS or loopback: nothing on the way can read or change what is sent. */
export function isSafeOrigin({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
