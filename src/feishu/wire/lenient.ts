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
 * A list whose unreadable elements are left out instead of failing their neighbours. An absent list is
 * empty; anything else in its place is refused, since "nothing" would be a wrong answer.
 */
export function listOf<T>(element: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .nullish()
    .transform((values) =>
      (values ?? []).flatMap((value) => {
        const read = element.safeParse(value);
        return read.success ? [read.data] : [];
      }),
    );
}

/** The same for lists that matter less than the answer around them. */
export function lenientList<T>(element: z.ZodType<T>) {
  return listOf(element).catch([]);
}
