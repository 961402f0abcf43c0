import { REQUESTABLE_OPTIONS } from '../../domain/stage-task-filter';
import { UserIdType, type UserKey } from '../../domain/user';
import type { Consequence, FieldCall, Party, PriceRules } from './subject';

/** What loading one user's tasks costs beside the call, in fields: a place in line, an answer to align. */
const FIELDS_PER_LOAD = 25;
/** One digit more than the ID of a cycle has; what is longer is refused by its field. */
const SEMESTER_ID_LENGTH = 21;

/** The tasks of each party's users in each of its cycles. */
export function load(
  rules: PriceRules,
  { filter, maxAgeSeconds }: FieldCall['args'],
  parties: readonly Party[],
  count: number,
): Consequence {
  // Filters that select the same but look different are asked for apart here: the price is never too low.
  const view = viewOf(filter);
  const shared = rules.strategy === 'pushdown' ? view : '';
  // Callers of one call hear of it together only if they asked for the same.
  const asked = `${view} ${JSON.stringify(maxAgeSeconds ?? null)}`;
  const found = () => parties.flatMap(splitByScope);
  return {
    weight: count * FIELDS_PER_LOAD,
    loads: () =>
      found().map(({ after, users }) => ({
        scope: `${after} ${shared}`,
        userIds: users.map(({ id }) => id),
      })),
    children: () => [
      { count, parties: found().map((one) => ({ ...one, after: `${one.after} ${asked}\n` })) },
    ],
  };
}

/** By what keeps users from sharing a call, filters apart. */
function splitByScope({ after, users, semesterIds }: Party): Party[] {
  return semesterIds.flatMap((semesterId) =>
    Object.values(UserIdType).flatMap((idType) => {
      const alike = users.filter((user) => user.idType === idType);
      const scope = `${after}${semesterId.slice(0, SEMESTER_ID_LENGTH)} ${idType}`;
      return alike.length > 0 ? [{ after: scope, users: alike, semesterIds: [semesterId] }] : [];
    }),
  );
}

/** Those that are there at the same moment are one party, whoever asks for them. */
export function joinParties(parties: readonly Party[]): Party[] {
  const usersBy = new Map<string, UserKey[]>();
  for (const { after, users } of parties) {
    const joined = usersBy.get(after) ?? [];
    usersBy.set(after, joined);
    joined.push(...users);
  }
  const first = new Map(parties.map((party) => [party.after, party]));
  return [...first.values()].map((party) => ({ ...party, users: usersBy.get(party.after) ?? [] }));
}

/** A filter with more options than there are is refused by its field, and too long to be written out. */
function viewOf(filter: unknown): string {
  const options = (filter as { options?: readonly unknown[] | null } | null | undefined)?.options;
  return options && options.length > REQUESTABLE_OPTIONS.length
    ? ''
    : JSON.stringify(filter ?? null);
}
