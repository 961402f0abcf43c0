import { bearer } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type Claims, type TestIssuer } from '../support/issuer';
import { MovableClock } from '../support/movable-clock';

let issuer: TestIssuer;
let clock: MovableClock;
let gateway: TestGateway | undefined;
beforeEach(async () => {
  clock = new MovableClock();
  issuer = await startIssuer(clock.unixMs);
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await issuer.close();
});

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  gateway = await startGateway({ clock, env: { AUTH_ANONYMOUS: '', ...issuer.env, ...env } });
  return gateway;
}

const viewer = async (at: TestGateway, claims: Claims) => view(at, await issuer.sign(claims));

async function view(at: TestGateway, token: string) {
  const { status, data, errors, headers } = await at.query<{ viewer: object }, object>(
    '{ viewer { id idType } }',
    {},
    bearer(token),
  );
  const retryAfter = headers.get('retry-after');
  return { status, viewer: data?.viewer, code: errors[0]?.extensions.code, retryAfter };
}

/** Time passes, for the gateway as for the issuer; timers go on by themselves. */
function later(ms: number): void {
  clock.advance(ms);
}

/** The line that says why the last credentials were refused. */
function lastReason(at: TestGateway): unknown {
  return at.logs().findLast(({ msg }) => msg === 'credentials refused')?.['reason'];
}

test('The claims that hold the user, its type and the scopes are the operator’s to name', async () => {
  const at = await start({
    AUTH_JWT_USER_CLAIM: 'https://example.com/feishu_id',
    AUTH_JWT_USER_ID_TYPE_CLAIM: 'feishu_id_type',
    AUTH_JWT_SCOPE_CLAIM: 'permissions',
  });
  const [self, other] = at.emulator.people;
  const claims: Claims = {
    sub: 'auth0|1',
    'https://example.com/feishu_id': self?.peopleAdminId,
    feishu_id_type: 'PEOPLE_ADMIN_ID',
  };
  expect(await viewer(at, claims)).toMatchObject({
    status: 200,
    viewer: { id: self?.peopleAdminId, idType: 'PEOPLE_ADMIN_ID' },
  });

  const readOther = async (more: Claims) => {
    const query = `{ user(id: "${other?.openId ?? ''}") { stageTasks(semesterId: "${at.semesterId}") { id } } }`;
    const token = await issuer.sign({ ...claims, ...more });
    return (await at.query(query, {}, bearer(token))).errors.map(
      ({ extensions }) => extensions.code,
    );
  };
  expect(await readOther({ permissions: ['openid', issuer.allScope] })).toEqual([]);
  expect(await readOther({ scope: issuer.allScope })).toEqual(['FORBIDDEN']);
  expect(await readOther({ permissions: [[issuer.allScope]] as never })).toEqual(['FORBIDDEN']);
});

test('An ID without a type is what its prefix says, or else what the operator says', async () => {
  const at = await start({ ENTITY_USER_ID_TYPE: 'PEOPLE_ADMIN_ID' });
  expect((await viewer(at, { sub: 'ou_a' })).viewer).toEqual({ id: 'ou_a', idType: 'OPEN_ID' });
  expect((await viewer(at, { sub: 'on_a' })).viewer).toEqual({ id: 'on_a', idType: 'UNION_ID' });
  expect((await viewer(at, { sub: '61' })).viewer).toEqual({ id: '61', idType: 'PEOPLE_ADMIN_ID' });
  await at.close();

  const told = await start({ AUTH_JWT_USER_ID_TYPE: 'USER_ID' });
  expect((await viewer(told, { sub: 'ou_a' })).viewer).toEqual({ id: 'ou_a', idType: 'USER_ID' });
});

test.each<[string, Claims]>([
  ['is no text', { sub: 42 as never }],
  ['has spaces in it', { sub: 'a b' }],
  ['is empty', { sub: '' }],
  ['has a type that there is none of', { sub: 'a', type: 'EMAIL' }],
  ['has another prefix than its type', { sub: 'a', type: 'OPEN_ID' }],
])('A user who %s cannot be let in', async (_, claims) => {
  const at = await start({ AUTH_JWT_USER_ID_TYPE_CLAIM: 'type' });
  expect(await viewer(at, claims)).toMatchObject({ status: 401 });
  expect(lastReason(at)).toBe('unusable-user');
});

test('Without a scope named by the operator, none grants more than one’s own tasks', async () => {
  const at = await start({ AUTH_JWT_ALL_SCOPE: '' });
  const [self, other] = at.emulator.people;
  const { errors } = await at.query(
    `{ user(id: "${other?.openId ?? ''}") { stageTasks(semesterId: "${at.semesterId}") { id } } }`,
    {},
    bearer(await issuer.sign({ sub: self?.openId ?? '', scope: 'all tasks:all undefined null' })),
  );
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('Clocks may differ a little, and algorithms are the operator’s choice', async () => {
  const at = await start({ AUTH_JWT_CLOCK_SKEW_SECONDS: '60' });
  const now = Math.floor(clock.unixMs() / 1_000);
  expect((await viewer(at, { sub: 'ou_a', exp: now - 50 })).status).toBe(200);
  expect((await viewer(at, { sub: 'ou_a', exp: now - 70 })).status).toBe(401);
  expect(lastReason(at)).toBe('expired');
  expect((await viewer(at, { sub: 'ou_a', nbf: now + 50 })).status).toBe(200);
  expect((await viewer(at, { sub: 'ou_a', nbf: now + 70 })).status).toBe(401);
  expect(lastReason(at)).toBe('not-yet-valid');
  await at.close();

  const strict = await start({ AUTH_JWT_ALGORITHMS: 'ES256, PS256' });
  expect((await viewer(strict, { sub: 'ou_a' })).status).toBe(401);
  expect(lastReason(strict)).toBe('wrong-algorithm');
});

test('The keys are fetched once, for all who come at the same time and after', async () => {
  const at = await start();
  const token = await issuer.sign({ sub: 'ou_a' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => view(at, token)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await viewer(at, { sub: 'ou_b' })).status).toBe(200);
  expect(issuer.fetches()).toBe(1);
});

test('A new key is fetched when a token needs it, and the old one opens nothing any more', async () => {
  const at = await start();
  const old = await issuer.sign({ sub: 'ou_a' });
  expect((await view(at, old)).status).toBe(200);

  await issuer.rotate();
  const next = await issuer.sign({ sub: 'ou_a' });
  // Keys that nobody has published cannot make the gateway fetch again and again.
  for (let i = 0; i < 5; i += 1) expect((await view(at, next)).status).toBe(401);
  expect([issuer.fetches(), lastReason(at)]).toEqual([1, 'unknown-key']);

  later(31_000);
  expect((await view(at, next)).status).toBe(200);
  expect((await view(at, old)).status).toBe(401);
  expect(issuer.fetches()).toBe(2);
});

test('An issuer that is down makes nobody’s token a bad one, and is one line in the log', async () => {
  const at = await start();
  issuer.answerWith(500);
  for (let i = 0; i < 3; i += 1) {
    expect(await viewer(at, { sub: 'ou_a' })).toMatchObject({
      status: 503,
      code: 'UPSTREAM_UNAVAILABLE',
    });
  }
  const lines = () => at.logs().filter(({ msg }) => msg === 'issuer keys not fetched');
  expect(lines()).toHaveLength(1);
  expect(issuer.fetches()).toBe(1);
  expect(at.emulator.calls).toEqual([]);

  later(1_001);
  issuer.answerWith(200);
  expect((await viewer(at, { sub: 'ou_a' })).status).toBe(200);
});

test('An issuer that is down for long locks nobody out whose key is known, for a day', async () => {
  const at = await start();
  const status = async () => (await viewer(at, { sub: 'ou_a' })).status;
  const lines = () => at.logs().filter(({ msg }) => msg === 'issuer keys not fetched');
  expect(await status()).toBe(200);
  issuer.answerWith(500);

  later(11 * 60_000);
  for (let i = 0; i < 3; i += 1) expect(await status()).toBe(200);
  // It was asked, once for a minute.
  expect([issuer.fetches(), lines().length]).toEqual([2, 1]);
  later(60_001);
  expect(await status()).toBe(200);
  expect(issuer.fetches()).toBe(3);

  later(24 * 60 * 60_000);
  expect(await status()).toBe(503);
  issuer.answerWith(200);
  later(1_001);
  expect(await status()).toBe(200);
});

test('A key that the issuer has taken back opens nothing after ten minutes, without a new one being shown', async () => {
  const at = await start();
  const old = await issuer.sign({ sub: 'ou_a', exp: Math.floor(clock.unixMs() / 1_000) + 3_600 });
  expect((await view(at, old)).status).toBe(200);
  await issuer.rotate();
  later(10 * 60_000 + 1);
  expect((await view(at, old)).status).toBe(401);
  expect([issuer.fetches(), lastReason(at)]).toEqual([2, 'unknown-key']);
});

test('While the issuer is down after ten minutes, its next key is fetched as soon as it is back', async () => {
  const at = await start();
  expect((await viewer(at, { sub: 'ou_a' })).status).toBe(200);
  issuer.answerWith(500);
  later(11 * 60_000);
  expect((await viewer(at, { sub: 'ou_a' })).status).toBe(200);
  await issuer.rotate();
  issuer.answerWith(200);
  expect((await viewer(at, { sub: 'ou_a' })).status).toBe(200);
});

test('While the issuer is down, a token of a key that nobody knows does not close the door for others', async () => {
  const at = await start();
  const good = await issuer.sign({ sub: 'ou_a' });
  expect((await view(at, good)).status).toBe(200);
  await issuer.rotate();
  issuer.answerWith(500);
  later(31_000);
  const unknown = await issuer.sign({ sub: 'ou_a' });

  for (let i = 0; i < 3; i += 1) {
    expect((await view(at, unknown)).status).toBe(503);
    expect((await view(at, good)).status).toBe(200);
  }
  expect(at.logs().filter(({ msg }) => msg === 'issuer keys not fetched')).toHaveLength(1);
});

test('While the issuer is down, unknown keys make the gateway fetch at most once a second', async () => {
  const at = await start();
  const good = await issuer.sign({ sub: 'ou_a' });
  await view(at, good);
  await issuer.rotate();
  issuer.answerWith(500);
  const unknown = await issuer.sign({ sub: 'ou_a' });
  later(31_000);
  const before = issuer.fetches();

  for (let i = 0; i < 100; i += 1) {
    expect(await view(at, unknown)).toMatchObject({ status: 503, retryAfter: '1' });
    later(5);
  }
  expect(issuer.fetches() - before).toBe(1);
  later(1_000);
  issuer.answerWith(200);
  expect((await view(at, unknown)).status).toBe(200);
});

test.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', 'application/JWT'])(
  'A token of type %s may be an access token',
  async (typ) => {
    const at = await start();
    expect((await view(at, await issuer.signAs(typ, { sub: 'ou_a' }))).status).toBe(200);
  },
);

test.each(['logout+jwt', 'id_token+jwt', 'dpop+jwt', 'secevent+jwt', 'JWE', ''])(
  'A token of type "%s" is for another purpose, and opens nothing',
  async (typ) => {
    const at = await start();
    expect((await view(at, await issuer.signAs(typ, { sub: 'ou_a' }))).status).toBe(401);
    expect(lastReason(at)).toBe('wrong-type');
  },
);

describe('A token that a client was issued for itself', () => {
  const readsOther = async (at: TestGateway, claims: Claims) => {
    const id = at.emulator.people[0]?.openId ?? '';
    const { errors } = await at.query(
      `{ user(id: "${id}") { stageTasks(semesterId: "${at.semesterId}") { id } } }`,
      {},
      bearer(await issuer.sign(claims)),
    );
    return errors.length === 0;
  };

  test.each<[string, (sub: string) => Claims]>([
    ['client_id (RFC 9068)', (sub) => ({ client_id: sub })],
    ['azp', (sub) => ({ azp: sub })],
    ['cid', (sub) => ({ cid: sub })],
    ['appid', (sub) => ({ appid: sub })],
    ['gty', () => ({ gty: 'client-credentials', azp: 'reports' })],
    ['idtyp', () => ({ idtyp: 'app', azp: 'reports' })],
  ])('is no person’s, as %s says, whatever it is called', async (_, claimsOf) => {
    const at = await start();
    const sub = at.emulator.people[0]?.openId ?? '';
    const claims = { sub, ...claimsOf(sub) };

    expect(await viewer(at, claims)).toMatchObject({ status: 200, code: 'FORBIDDEN' });
    expect(await readsOther(at, claims)).toBe(false);
    expect(await readsOther(at, { ...claims, scope: issuer.allScope })).toBe(true);
  });

  test('is told from one that a client was issued for a person', async () => {
    const at = await start();
    const answer = await viewer(at, { sub: 'ou_a', client_id: 'app', azp: 'app' });
    expect(answer.viewer).toEqual({ id: 'ou_a', idType: 'OPEN_ID' });
  });

  test('names the person whom a claim of the operator’s choice names', async () => {
    const at = await start({ AUTH_JWT_USER_CLAIM: 'feishu_id' });
    const answer = await viewer(at, { sub: 'app', client_id: 'app', feishu_id: 'ou_a' });
    expect(answer.viewer).toEqual({ id: 'ou_a', idType: 'OPEN_ID' });
  });
});

test('A token that does not say which key it is of is one of any that fit, and of no other', async () => {
  const first = await issuer.signWithoutKid({ sub: 'ou_a' });
  await issuer.addKey();
  const second = await issuer.signWithoutKid({ sub: 'ou_b' });
  const expired = await issuer.signWithoutKid({ sub: 'ou_b', exp: 1 });
  const at = await start();
  expect((await view(at, first)).viewer).toEqual({ id: 'ou_a', idType: 'OPEN_ID' });
  expect((await view(at, second)).viewer).toEqual({ id: 'ou_b', idType: 'OPEN_ID' });
  expect([(await view(at, expired)).status, lastReason(at)]).toEqual([401, 'expired']);

  const [header = '', , signature = ''] = second.split('.');
  const [, payload = ''] = first.split('.');
  const forged = `${header}.${payload}.${signature}`;
  expect([(await view(at, forged)).status, lastReason(at)]).toEqual([401, 'wrong-signature']);
});

test('A token that only says that it is of this issuer is nobody’s', async () => {
  const at = await start();
  const token = await issuer.sign({ sub: 'ou_a' });
  const [header = '', payload = '', signature = ''] = token.split('.');
  const other = Buffer.from(JSON.stringify({ ...decode(payload), sub: 'ou_b' })).toString(
    'base64url',
  );
  for (const [forged, reason] of [
    [`${header}.${other}.${signature}`, 'wrong-signature'],
    [`${header}.${payload}.`, 'wrong-signature'],
    [`${header}.${payload}.${signature.slice(0, -10)}`, 'wrong-signature'],
    [`${Buffer.from('{}').toString('base64url')}.${payload}.${signature}`, 'malformed'],
    [`${header}.${payload}`, 'unknown-credentials'],
    [`${header}.${Buffer.from('[1]').toString('base64url')}.${signature}`, 'unknown-credentials'],
  ] as const) {
    expect((await view(at, forged)).status).toBe(401);
    expect(lastReason(at)).toBe(reason);
  }
});

function decode(part: string): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
}

test.each([-3_600_000, -60_000, 3_600_000])(
  'A wall clock that is set by %d ms delays no new key, and fetches none again and again',
  async (stepMs) => {
    const at = await start({ AUTH_JWT_CLOCK_SKEW_SECONDS: '300' });
    expect((await viewer(at, { sub: 'ou_a' })).status).toBe(200);
    clock.stepWall(stepMs);
    await issuer.rotate();
    const next = await issuer.sign({ sub: 'ou_a' });
    expect([(await view(at, next)).status, issuer.fetches()]).toEqual([401, 1]);
    later(31_000);
    expect([(await view(at, next)).status, issuer.fetches()]).toEqual([200, 2]);
  },
);
