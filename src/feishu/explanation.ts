import type { EnvelopeWire } from './wire/envelope.wire';

/** What upstream says of a failure in words. It may quote what was sent: no client and no log sees it as it is. */
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

/** As many as an operator reads; all the scopes that would do are among them. */
const MOST_VIOLATIONS = 10;
const MOST_CHARACTERS = 200;
/** Enough to find a quotation in, wherever it stands; more is not looked through. */
const MOST_CHARACTERS_READ = 2_000;

/** IDs that were not sent, or that are quoted in part: open and union IDs, and numbers in the size of one. */
const LOOKS_LIKE_ID = /\b(?:ou|on)_\w+|\d{6,}/g;
const MASK = '…';

export function explanationOf({ msg, error }: EnvelopeWire): Explanation {
  return {
    message: msg,
    fieldViolations: (error?.field_violations ?? []).slice(0, MOST_VIOLATIONS),
    permissionViolations: (error?.permission_violations ?? [])
      .slice(0, MOST_VIOLATIONS)
      .map(({ type, subject }) => ({ type: short(type), subject: short(subject) })),
  };
}

/** The violations for the operator's log: few, short, and without any value that was sent. */
export function describeViolations(
  { fieldViolations, permissionViolations }: Explanation,
  sentBody: unknown,
) {
  const sent = textsIn(sentBody);
  return {
    ...(fieldViolations.length > 0 && {
      fieldViolations: fieldViolations.map(({ field, value = '', description }) => ({
        field: masked(field, [...sent, value]),
        value: `${value.length} characters`,
        description: masked(description, [...sent, value]),
      })),
    }),
    ...(permissionViolations.length > 0 && { permissionViolations }),
  };
}

/** The longest first, so that what is left of a long one is not shown. */
function masked(text: string | undefined, secrets: readonly string[]): string | undefined {
  const longestFirst = secrets.filter(Boolean).sort((a, b) => b.length - a.length);
  const withoutSecrets = longestFirst.reduce<string | undefined>(
    (left, secret) => left?.replaceAll(secret, MASK),
    text?.slice(0, MOST_CHARACTERS_READ),
  );
  return short(withoutSecrets?.replace(LOOKS_LIKE_ID, MASK));
}

function short(text: string | undefined): string | undefined {
  return text?.slice(0, MOST_CHARACTERS);
}

/** All strings of a request's body, whose depth and size are our own. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
