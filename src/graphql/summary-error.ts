import { getOrCreate } from '../domain/collections';
import { GatewayError, type ErrorCode } from '../domain/errors';

const DEFECT: ErrorCode = 'INTERNAL_SERVER_ERROR';
const NO_DETAILS = {};

/**
 * One error for all users that a summary could not load: thousands of errors would say the same. It has the code and
 * the details of the failure that the most users have; a defect comes first, so that it is logged.
 * @param failures at least one
 * @param users how many users there are
 */
export function summaryError(failures: readonly Error[], users: number): GatewayError {
  const byCode = new Map<ErrorCode, Error[]>();
  for (const failure of failures) getOrCreate(byCode, codeOf(failure), () => []).push(failure);
  const codes = [...byCode].sort((a, b) => rankOf(b) - rankOf(a));
  const [code = DEFECT, [cause] = []] = codes[0] ?? [];
  const reasons = codes.map(([name, { length }]) => `${name} (${length})`).join(', ');
  const message = `summary: expected the tasks of ${users} users, got those of ${users - failures.length}: ${reasons}`;
  const details = cause instanceof GatewayError ? cause.details : NO_DETAILS;
  return new GatewayError(code, message, details, { cause });
}

const codeOf = (error: Error) => (error instanceof GatewayError ? error.code : DEFECT);

function rankOf([code, { length }]: readonly [ErrorCode, readonly Error[]]): number {
  return code === DEFECT ? Infinity : length;
}
