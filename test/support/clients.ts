import { createHash } from 'node:crypto';
import type { TestGateway } from './gateway';
import { expiredAt, type TestIssuer } from './issuer';

export const SERVICE_TOKEN = 'svc-3f9c2b7a61d84e0f9b5d';
export const ROUTER_SECRET = 'a-router-secret-of-more-than-32-characters';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const bearer = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
});

/** Enables every authenticator, and refuses requests without credentials. */
export function everyWayIn(issuer: TestIssuer): Record<string, string> {
  return {
    AUTH_ANONYMOUS: '',
    AUTH_SERVICE_TOKENS: `reports:${sha256(SERVICE_TOKEN)}`,
    AUTH_FEISHU_USERS: 'on',
    AUTH_ROUTER_SECRET: ROUTER_SECRET,
    AUTH_ROUTER_ALL_SCOPE: 'tasks:all',
    AUTH_ROUTER_REPORTS_HEADER: 'x-user-reports',
    AUTH_JWT_REPORTS_CLAIM: 'reports',
    ...issuer.env,
  };
}

/** What a client may read: `out` is not authenticated, `none` reads no user, `listed` reads one report, too. */
export type Grant = 'out' | 'none' | 'self' | 'listed' | 'all';

/** The highest index of the emulator's people whom a client may read. */
const LAST_READABLE: Readonly<Record<Grant, number>> = {
  out: -1,
  none: -1,
  self: 0,
  listed: 1,
  all: Infinity,
};

/** Whether a client may read the person with this index: the oracle, which does not use `src/auth`. */
export function mayReadPerson(grant: Grant, index: number): boolean {
  return index <= LAST_READABLE[grant];
}

/** An operation on one of the first three people: the clients' own person, a report, and another user. */
export const PEOPLE = [
  ['their own tasks', 0],
  ['the tasks of a report', 1],
  ['the tasks of another user', 2],
] as const;

export interface TestClient {
  readonly name: string;
  readonly grant: Grant;
  /** Whether it acts for a person, whom `viewer` returns. */
  readonly isPerson: boolean;
  readonly headers: Record<string, string>;
}

/** Every kind of client. Those that act for a person act for the first of the emulator's people. */
export async function everyClient(
  { emulator, person }: TestGateway,
  issuer: TestIssuer,
): Promise<TestClient[]> {
  const self = person(0);
  const { openId: sub } = self;
  const client = (name: string, grant: Grant, headers: Record<string, string>): TestClient => ({
    name,
    grant,
    isPerson:
      grant === 'self' || grant === 'listed' || (grant === 'all' && !name.startsWith('a service')),
    headers,
  });
  const jwt = async (name: string, grant: Grant, token: Promise<string> | string) =>
    client(name, grant, bearer(await token));
  const identity = { 'x-user-id': sub };
  const report = person(1).openId;
  const ofReports = { 'x-user-reports': report };
  const router = { 'x-router-secret': ROUTER_SECRET };
  return [
    client('no credentials', 'out', {}),
    client('a bad token', 'out', bearer('made-up')),
    client('a password', 'out', { authorization: 'Basic YTpi' }),
    await jwt('an expired JWT', 'out', issuer.sign({ sub, exp: expiredAt(60) })),
    await jwt('a JWT that never expires', 'out', issuer.sign({ sub, exp: null })),
    await jwt('a JWT for another audience', 'out', issuer.sign({ sub, aud: 'https://other' })),
    await jwt('a JWT of another issuer', 'out', issuer.sign({ sub, iss: 'https://other' })),
    await jwt('a JWT with alg none', 'out', issuer.unsigned({ sub, scope: issuer.allScope })),
    await jwt(
      'a JWT signed with the public key as a secret',
      'out',
      issuer.signWithPublicKey({ sub, scope: issuer.allScope }),
    ),
    await jwt('a JWT without a subject', 'out', issuer.sign({ sub: null })),
    client('a Feishu token that has expired', 'out', {
      ...bearer(emulator.issueUserToken(self, { lifeSeconds: -1 })),
    }),
    await jwt(
      'a manager’s JWT with an unusable entry',
      'out',
      issuer.sign({ sub, reports: [report, ''] }),
    ),
    client('the router for a manager with joined headers', 'out', {
      ...{ ...router, ...identity },
      'x-user-reports': `${report}, ${person(2).openId}`,
    }),
    client('identity headers with a wrong router secret', 'out', {
      ...identity,
      'x-router-secret': `${ROUTER_SECRET}x`,
    }),
    client('identity headers without the router secret', 'out', identity),
    client('a good token behind a wrong router secret', 'out', {
      ...bearer(SERVICE_TOKEN),
      'x-router-secret': 'wrong',
    }),
    client('the router without a user', 'none', router),
    client('the router without a user, with reports', 'none', { ...router, ...ofReports }),
    await jwt(
      'a client application with reports',
      'none',
      issuer.sign({ sub: 'app', client_id: 'app', reports: [report] }),
    ),
    await jwt('a user’s own JWT', 'self', issuer.sign({ sub })),
    await jwt('a JWT with other scopes', 'self', issuer.sign({ sub, scope: 'openid tasks:allx' })),
    client('a user’s own Feishu token', 'self', bearer(emulator.issueUserToken(self))),
    client('a user’s own Feishu token with identity headers of another', 'self', {
      ...bearer(emulator.issueUserToken(self)),
      'x-user-id': person(1).openId,
      'x-user-scopes': 'tasks:all',
      ...ofReports,
    }),
    client('the router for a user', 'self', { ...router, ...identity }),
    await jwt('a JWT with an empty list of reports', 'self', issuer.sign({ sub, reports: [] })),
    await jwt('a manager’s JWT', 'listed', issuer.sign({ sub, reports: ['ou_gone', report] })),
    await jwt(
      'a manager’s JWT with a text of typed IDs',
      'listed',
      issuer.sign({ sub, reports: `USER_ID:a OPEN_ID:${report}` }),
    ),
    client('the router for a manager', 'listed', { ...router, ...identity, ...ofReports }),
    await jwt('a JWT with the scope', 'all', issuer.sign({ sub, scope: `a ${issuer.allScope}` })),
    client('the router for a user with the scope', 'all', {
      ...router,
      ...identity,
      'x-user-scopes': 'openid tasks:all',
    }),
    client('a service', 'all', bearer(SERVICE_TOKEN)),
  ];
}
