import type { Policy, Principal } from '../../src/domain/principal';
import { Secret } from '../../src/domain/secret';
import type { UserKey } from '../../src/domain/user';
import { createUserSet } from '../../src/domain/user-set';

const open = (id: string): UserKey => ({ id, idType: 'OPEN_ID' });
const byUserId = (id: string): UserKey => ({ id, idType: 'USER_ID' });

/** One text is the open ID of Ana and the user ID of Ben, which can happen if a company chooses its IDs. */
export const USERS: readonly UserKey[] = [
  ...['ana', 'ben', 'cao', 'stranger'].map(open),
  ...['ben-1', 'ana', 'cao'].map(byUserId),
];

/** Each has the same clients and the same users as the other, and one key is the beginning of the other. */
export const TENANTS = ['acme', 'acme-2'] as const;
export type TenantKey = (typeof TENANTS)[number];

export interface ModelClient {
  readonly principal: Principal & { readonly tenantKey: TenantKey };
  /** The users of its company that it may read: the oracle, which does not use `src/auth`. */
  readonly mayRead: readonly UserKey[];
}

function clientsOf(tenantKey: TenantKey): readonly ModelClient[] {
  const service = (name: string, policy: Policy): ModelClient => ({
    principal: { kind: 'service', name, policy, ids: [], tenantKey },
    mayRead: policy === 'all' ? USERS : [],
  });
  const person = (name: string, ids: readonly UserKey[], token?: string): ModelClient => ({
    principal: {
      ...{ kind: 'user', name, policy: 'self', ids, tenantKey },
      ...(token !== undefined && { accessToken: new Secret(`${token} in ${tenantKey}`) }),
    },
    mayRead: ids,
  });
  /** Has no token of Feishu, as no credentials with a list have one. */
  const manager = (name: string, ids: readonly UserKey[], reports: readonly UserKey[]) => ({
    principal: {
      ...{ kind: 'user' as const, name, policy: 'listed' as const, ids, tenantKey },
      reports: createUserSet(reports),
    },
    mayRead: [...ids, ...reports],
  });
  return [
    service('all', 'all'),
    service('router', 'self'),
    person('ana by JWT', [open('ana')]),
    person('ana', [open('ana'), byUserId('ana-1')], 'token of ana'),
    person('ana again', [open('ana')], 'another token of ana'),
    manager('ana the manager', [open('ana')], [byUserId('ben-1'), open('stranger')]),
    // Ben by the same text as Ana's open ID, which the list does not hold.
    manager('cao the manager', [open('cao'), byUserId('cao')], [open('ben'), byUserId('ana')]),
    person('ben', [open('ben'), byUserId('ben-1'), byUserId('ana')], 'token of ben'),
    {
      principal: { kind: 'user', name: 'cao of HR', policy: 'all', ids: [open('cao')], tenantKey },
      mayRead: USERS,
    },
  ];
}

export const CLIENTS = TENANTS.flatMap(clientsOf);
