import type { Policy, Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';

type Rule = (principal: Principal, user: UserKey) => boolean;

/** What each policy lets its holder read. The only place that says so. */
export const RULES: Readonly<Record<Policy, Rule>> = {
  all: () => true,
  self: ({ ids }, user) => ids.some((own) => isSame(own, user)),
};

export function mayRead(principal: Principal, user: UserKey): boolean {
  return RULES[principal.policy](principal, user);
}

/** The policy of a principal that was granted these scopes. Without a scope configured, none has `all`. */
export function policyOf(scopes: readonly string[], allScope: string | null): Policy {
  return allScope !== null && scopes.includes(allScope) ? 'all' : 'self';
}

/** An ID means nothing without its type: the same text of another type may be another person. */
function isSame(a: UserKey, b: UserKey): boolean {
  return a.idType === b.idType && a.id === b.id;
}
