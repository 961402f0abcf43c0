import type { Policy, Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';

type Rule = (principal: Principal, user: UserKey) => boolean;

/** Which users' tasks a principal may read, by policy. No other code decides this. */
export const RULES: Readonly<Record<Policy, Rule>> = {
  all: () => true,
  listed: (principal, user) => isOwn(principal, user) || principal.reports?.has(user) === true,
  self: isOwn,
};

export function mayRead(principal: Principal, user: UserKey): boolean {
  return RULES[principal.policy](principal, user);
}

/** Whether the principal may read users that no request names. */
export function mayReadEveryone({ policy }: Principal): boolean {
  return policy === 'all';
}

/** The policy that these scopes grant. A list of reports makes `listed` of `self`. @param allScope the scope that grants `all`; `null`: none does */
export function policyOf(scopes: readonly string[], allScope: string | null): Policy {
  return allScope !== null && scopes.includes(allScope) ? 'all' : 'self';
}

/** Compares types too: the same ID of another type may be another person. A principal has up to three IDs. */
function isOwn({ ids }: Principal, { id, idType }: UserKey): boolean {
  return ids.some((own) => own.idType === idType && own.id === id);
}
