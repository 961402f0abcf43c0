import { groupBy } from '../../domain/collections';
import { REQUESTABLE_OPTIONS } from '../../domain/stage-task-filter';
import type { Arguments, Load, Party, PriceRules } from './price-rules';

/** What loading one user's tasks costs beside the call, in fields: a place in line, an answer to align. */
export const FIELDS_PER_LOAD = 25;
/** One digit more than the ID of a cycle has; what is longer is refused by its field. */
const SEMESTER_ID_LENGTH = 21;

/** A field's load of the tasks of one party. */
export function loadOf(
  { strategy }: PriceRules,
  { filter, maxAgeSeconds }: Arguments,
  { after, idType, userIds, semesterId }: Party,
): Load & { readonly below: Party } {
  // Filters that select the same but look different are counted apart here: the price is never too low.
  const view = viewOf(filter);
  const cycle = `${semesterId.slice(0, SEMESTER_ID_LENGTH)} ${idType}`;
  // Those who wait for one call hear of it together only if they asked for the same.
  const asked = `${after}${cycle} ${view} ${JSON.stringify(maxAgeSeconds ?? null)}\n`;
  return {
    scope: `${after}${cycle} ${strategy === 'pushdown' ? view : ''}`,
    cycle,
    view,
    userIds,
    below: { after: asked, idType, userIds, semesterId },
  };
}

/** A filter with more options than there are is refused by its field, and too long to be written out. */
function viewOf(filter: unknown): string {
  const options = (filter as { options?: readonly unknown[] | null } | null | undefined)?.options;
  return options && options.length > REQUESTABLE_OPTIONS.length
    ? ''
    : JSON.stringify(filter ?? null);
}

/** Objects that arrive at the same moment are one party, whatever asks for them. */
export function joinParties(parties: readonly Party[]): Party[] {
  const joined = groupBy(parties, ({ after }) => after);
  return [...joined.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, userIds: [first, ...others].flatMap(({ userIds }) => userIds) }] : [],
  );
}
