import { Refusal } from './envelope';
import { ErrorCode } from './error-codes';

/** Each of these permits the performance APIs. The page lists only the first two. (facts 1, 13, 33) */
export const PERFORMANCE_SCOPES = [
  'performance:performance',
  'performance:performance:readonly',
  'performance:semester:read',
] as const;

/** Without this scope, answers omit `user_id` values and report no error. (facts 4, 32) */
const USER_ID_SCOPE = 'contact:user.employee_id:readonly';

export const SCOPES: readonly string[] = [...PERFORMANCE_SCOPES, USER_ID_SCOPE];

/** @throws Refusal 99991672 if the app has none of the accepted scopes (facts 23, 26) */
export function assertScope(acceptedScopes: readonly string[], missing: readonly string[]): void {
  if (acceptedScopes.length === 0) return;
  if (acceptedScopes.some((scope) => !missing.includes(scope))) return;
  const violations = acceptedScopes.map((subject) => ({
    type: 'action_scope_required',
    subject,
    description: `the app lacks the scope ${subject}`,
  }));
  throw new Refusal(400, ErrorCode.appLacksScope, {
    message: `Access denied. One of the following scopes is required: [${acceptedScopes.join(', ')}].`,
    error: { permission_violations: violations },
  });
}

export function mayReadUserIds(missing: readonly string[]): boolean {
  return !missing.includes(USER_ID_SCOPE);
}
