import type { UserIdTypeWire } from '../feishu/wire/stage-task.wire';
import { paramInvalid, Refusal } from './envelope';
import { ErrorCode } from './error-codes';

/**
 * Feishu's codes for a call with an unknown or malformed user ID: the code of the endpoint's page, and the
 * codes of the platform's own checks. (facts 11, 31)
 */
export const USER_ID_REFUSAL_CODES = [
  1580102, 99992351, 99992352, 99992353, 99992354, 99992361, 99992402,
] as const;

export type UserIdRefusalCode = (typeof USER_ID_REFUSAL_CODES)[number];

/** @param expected completes the text "expected …" of codes with a field violation */
export function userIdRefused(
  code: UserIdRefusalCode,
  idType: UserIdTypeWire,
  id: unknown,
  expected: string,
): Refusal {
  const value = typeof id === 'string' ? id : JSON.stringify(id);
  switch (code) {
    case ErrorCode.paramInvalid:
      return paramInvalid('user_id_lists', expected, id);
    case ErrorCode.fieldInvalid:
      return new Refusal(400, code, {
        error: {
          field_violations: [
            { field: 'user_id_lists', value, description: `expected ${expected}` },
          ],
        },
      });
    case ErrorCode.openIdOfOtherApp:
      return new Refusal(400, code);
    default:
      return new Refusal(400, code, {
        message: `The request you send is not a valid {${idType}} or not exists. Invalid ids: [${value}] .`,
      });
  }
}
