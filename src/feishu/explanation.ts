import type { EnvelopeWire } from './wire/envelope.wire';

/**
 * Feishu's words about a failure. They may quote the request, so clients and logs never get them as they
 * are.
 */
export interface Explanation {
  readonly message: string | undefined;
  readonly fieldViolations: readonly FieldViolation[];
  readonly permissionViolations: readonly PermissionViolation[];
}

export interface FieldViolation {
  readonly field?: string | undefined;
  readonly value?: string | undefined;
  readonly description?: string | undefined;
}

export interface PermissionViolation {
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
}

/** Enough for an operator: Feishu lists all scopes that would permit the call. */
const MAX_VIOLATIONS = 10;
const MAX_CHARACTERS = 200;
/** Only the start of a text is searched for quoted values; the rest is cut off. */
const MAX_CHARACTERS_READ = 2_000;

/**
 * Matches IDs that the request did not contain or that are quoted in part: open and union IDs, long
 * numbers.
 */
const LOOKS_LIKE_ID = /\b(?:ou|on)_\w+|\d{6,}/g;
const MASK = '…';

export function explanationOf({ msg, error }: EnvelopeWire): Explanation {
  return {
    message: msg,
    fieldViolations: (error?.field_violations ?? []).slice(0, MAX_VIOLATIONS),
    permissionViolations: (error?.permission_violations ?? [])
      .slice(0, MAX_VIOLATIONS)
      .map(({ type, subject }) => ({ type: shorten(type), subject: shorten(subject) })),
  };
}

/** Returns the violations for the log: few, short, and with all values of the request masked. */
export function describeViolations(
  { fieldViolations, permissionViolations }: Explanation,
  sentBody: unknown,
) {
  const sent = textsIn(sentBody);
  return {
    ...(fieldViolations.length > 0 && {
      fieldViolations: fieldViolations.map(({ field, value = '', description }) => ({
        field: maskSecrets(field, [...sent, value]),
        value: `${value.length} characters`,
        description: maskSecrets(description, [...sent, value]),
      })),
    }),
    ...(permissionViolations.length > 0 && { permissionViolations }),
  };
}

/** Masks the longest secrets first: a short one inside a long one would leave the rest visible. */
function maskSecrets(text: string | undefined, secrets: readonly string[]): string | undefined {
  const longestFirst = secrets.filter(Boolean).sort((a, b) => b.length - a.length);
  const withoutSecrets = longestFirst.reduce<string | undefined>(
    (left, secret) => left?.replaceAll(secret, MASK),
    text?.slice(0, MAX_CHARACTERS_READ),
  );
  return shorten(withoutSecrets?.replace(LOOKS_LIKE_ID, MASK));
}

function shorten(text: string | undefined): string | undefined {
  return text?.slice(0, MAX_CHARACTERS);
}

/** Returns all strings in a request's body. The gateway builds the body, so its depth is safe. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
