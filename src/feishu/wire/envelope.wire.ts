import { z } from 'zod';
import { lenientList, lenientString } from './lenient';

/**
 * The envelope of every answer of the Open Platform. A `code` other than 0 is a failure, even with HTTP 200.
 * (fact 26) Unknown fields are kept, because the token endpoints put their data beside `code`.
 */
export const envelopeWire = z.looseObject({
  code: z.number().int(),
  msg: lenientString,
  data: z.unknown().optional(),
  error: z
    .object({
      log_id: lenientString,
      permission_violations: lenientList(z.object({ type: lenientString, subject: lenientString })),
      field_violations: lenientList(
        z.object({ field: lenientString, value: lenientString, description: lenientString }),
      ),
    })
    .optional()
    .catch(undefined),
});

export type EnvelopeWire = z.output<typeof envelopeWire>;

/** An answer by RFC 6749: a success may have no code, and `error` is a text. Failures have Feishu's code, too. (fact 21) */
export const oauthAnswerWire = envelopeWire.extend({ code: z.number().int().default(0) });
