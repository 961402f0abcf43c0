import { z } from 'zod';

/**
 * Feishu's answers change over time. All fields are optional, and a field of the wrong type counts as
 * absent, so that it never fails a call. (facts 7 and 8)
 */

/** A string. 64-bit IDs stay strings, because a double would round them. */
export const lenientString = z
  .union([z.string(), z.number().int().transform(String)])
  .optional()
  .catch(undefined);

/** A number, or a string of digits, that fits GraphQL's 32-bit `Int`. */
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

export const lenientBoolean = z.boolean().optional().catch(undefined);

/**
 * A list in which an unreadable element becomes `null`, so that the other elements stay readable. An absent
 * list is empty. Any other value is an error.
 */
export function listOf<T>(element: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .nullish()
    .transform((values) => (values ?? []).map((value) => element.safeParse(value).data ?? null));
}

/** A list without its unreadable elements; empty if the value is not a list. */
export function lenientList<T>(element: z.ZodType<T>) {
  return listOf(element)
    .catch([])
    .transform((elements) => elements.filter((one) => one !== null));
}
