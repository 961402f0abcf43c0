import type { Policy } from '../domain/principal';
import { UserIdType, type UserKey } from '../domain/user';
import { authenticated, rejected, type Outcome } from './authenticator';
import { parseUser, toManagerPrincipal, toUserPrincipal } from './person';

/** The list of a manager's reports as an issuer or a router sends it, before it is checked. */
export interface SentReports {
  /** A list of texts, or one text with spaces between the IDs. `undefined`: the credentials have no list. */
  readonly list: unknown;
  /** The type of IDs that state none; `undefined`: the ID's prefix decides. */
  readonly idType: unknown;
  /** The type of an ID that neither states a type nor has a known prefix. */
  readonly unprefixed: UserIdType;
}

/**
 * The most reports of one manager. As open IDs they fit into the 8 KB that nginx allows for a header, and in a JWT
 * into the 16 KB that Node allows for all headers; see docs/decisions/0030-listed.md.
 */
export const MAX_REPORTS = 200;

/**
 * The outcome for a verified person. One entry that cannot be used rejects the whole list: without it, the person
 * would be told "not allowed" about a user whom the issuer allows.
 */
export function toPersonOutcome(user: UserKey, policy: Policy, sent: SentReports): Outcome {
  // The list adds nothing to `all`, so it is not read.
  if (policy === 'all') return authenticated(toUserPrincipal([user], policy));
  const entries = entriesOf(sent.list);
  if (!entries) return rejected('unusable-reports');
  if (entries.length > MAX_REPORTS) return rejected('too-many-reports');
  const reports = parseAll(entries, sent);
  if (!reports) return rejected('unusable-reports');
  const hasReports = reports.length > 0;
  return authenticated(
    hasReports ? toManagerPrincipal([user], reports) : toUserPrincipal([user], policy),
  );
}

/** @returns `undefined` if it is no list of texts */
function entriesOf(list: unknown): readonly string[] | undefined {
  if (list === undefined || list === '') return [];
  if (typeof list === 'string') return list.split(/ +/);
  const isList = Array.isArray(list) && list.every((entry) => typeof entry === 'string');
  return isList ? list : undefined;
}

/** @returns `undefined` if one of them is unusable */
function parseAll(entries: readonly string[], sent: SentReports): UserKey[] | undefined {
  const reports: UserKey[] = [];
  for (const entry of entries) {
    const report = parseReport(entry, sent);
    if (!report) return undefined;
    reports.push(report);
  }
  return reports;
}

/**
 * `ID` or `TYPE:ID`, in visible ASCII. A comma is refused because a proxy that joins two headers leaves one, and
 * another colon because a misspelt type would become part of an ID that matches no user.
 */
const ENTRY = new RegExp(
  `^(?:(?<type>${Object.keys(UserIdType).join('|')}):)?(?<id>[\\x21-\\x2b\\x2d-\\x39\\x3b-\\x7e]+)$`,
);

function parseReport(entry: string, { idType, unprefixed }: SentReports): UserKey | undefined {
  const { type, id } = ENTRY.exec(entry)?.groups ?? {};
  return parseUser(id, type ?? idType, unprefixed);
}
