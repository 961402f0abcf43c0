import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/** What a failure means to the reader. */
export type ProblemKind =
  | 'rate-limited'
  | 'quota-exhausted'
  | 'unavailable'
  | 'forbidden'
  | 'signed-out'
  | 'rejected'
  | 'offline'
  | 'other';

export interface Problem {
  readonly kind: ProblemKind;
  /** The gateway's code; `null` if the gateway gave none. */
  readonly code: string | null;
  /** The time from which a retry makes sense, in Unix milliseconds; `null` if the gateway named none. */
  readonly retryAtMs: number | null;
}

interface AnsweredError {
  readonly extensions?: unknown;
}

const KINDS: Readonly<Record<string, ProblemKind>> = {
  RATE_LIMITED: 'rate-limited',
  UPSTREAM_RATE_LIMITED: 'rate-limited',
  UPSTREAM_QUOTA_EXHAUSTED: 'quota-exhausted',
  UPSTREAM_TIMEOUT: 'unavailable',
  UPSTREAM_UNAVAILABLE: 'unavailable',
  UPSTREAM_MALFORMED: 'unavailable',
  FORBIDDEN: 'forbidden',
  UPSTREAM_PERMISSION_DENIED: 'forbidden',
  UNAUTHENTICATED: 'signed-out',
  UPSTREAM_REJECTED: 'rejected',
  BAD_USER_INPUT: 'rejected',
};

/** A proxy answers with these when it gets no answer from the gateway, which says nothing about Feishu. */
const BEFORE_GATEWAY = new Set([502, 503, 504]);

/** One error of the gateway's answer. */
export function problemOf({ extensions }: AnsweredError, nowMs: number): Problem {
  const { code, retryAfterMs } = (extensions ?? {}) as { code?: unknown; retryAfterMs?: unknown };
  const name = typeof code === 'string' ? code : null;
  return {
    kind: (name === null ? undefined : KINDS[name]) ?? 'other',
    code: name,
    retryAtMs: typeof retryAfterMs === 'number' ? nowMs + retryAfterMs : null,
  };
}

/** A whole answer that failed. A refusal before GraphQL is JSON with an HTTP status. */
export function problemOfFailure(error: unknown, nowMs: number): Problem {
  if (CombinedGraphQLErrors.is(error)) return problemOf(error.errors[0] ?? {}, nowMs);
  if (error === undefined) return { kind: 'other', code: null, retryAtMs: null };
  if (!ServerError.is(error)) return { kind: 'offline', code: null, retryAtMs: null };
  const { bodyText, statusCode } = error;
  const [first] = errorsIn(bodyText);
  if (first) return problemOf(first, nowMs);
  const kind = BEFORE_GATEWAY.has(statusCode) ? 'offline' : 'other';
  return { kind, code: `HTTP ${statusCode}`, retryAtMs: null };
}

function errorsIn(text: string): readonly AnsweredError[] {
  try {
    return (JSON.parse(text) as { errors?: AnsweredError[] }).errors ?? [];
  } catch {
    return [];
  }
}
