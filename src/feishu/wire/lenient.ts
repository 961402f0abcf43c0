import { z } from 'zod';

/**
 * Readers for an upstream whose answers drift: every field of Feishu's answer is optional, so a field
 * of the wrong type is read as absent and never fails a call. (feishu-facts 7 and 8)
 */

/** A string; 64-bit IDs travel as strings and are never parsed, since a double would round them. */
export const lenientString = z
  .union([z.string(), z.number().int().transform(String)])
  .optional()
  .catch(undefined);

/** A whole number that fits GraphQL's 32-bit `Int`, also when it arrives as digits in a string. */
export const lenientInt = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .pipe(z.int32())
  .optional()
  .catch(undefined);

/**
 * A list, in which `null` stands for an element that cannot be read: it fails none of its neighbours, and
 * is not lost. An absent list is empty; anything else in its place is refused.
 */
export function listOf<T>(element: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .nullish()
    .transform((values) => (values ?? []).map((value) => element.safeParse(value).data ?? null));
}

/** The same, where the rest of the answer is worth reading without it: `null` for what is no list. */
export function listOrNull<T>(element: z.ZodType<T>) {
  return listOf(element).or(z.unknown().transform(() => null));
}

/** A list that matters less than what is around it: what cannot be read is left out. */
export function lenientList<T>(element: z.ZodType<T>) {
  return listOf(element)
    .catch([])
    .transform((elements) => elements.filter((one) => one !== null));
}
