import { bearer } from '../support/clients';
import type { TestGateway } from '../support/gateway';
import type { Claims } from '../support/issuer';
import { lastReason, startJwtGateways, type JwtGateways } from '../support/jwt-gateways';
import { viewerOf } from '../support/viewer';

let jwt: JwtGateways;
beforeAll(async () => (jwt = await startJwtGateways()));
afterAll(() => jwt.close());

const view = (at: TestGateway, token: string) => viewerOf(at, bearer(token));
const user = (id: string, idType = 'OPEN_ID') => ({ id, idType });

/** The codes of the errors of reading the second person's tasks with a token of these claims. */
async function codesOfReadingOther(at: TestGateway, claims: Claims) {
  const token = bearer(await jwt.issuer.sign(claims));
  return (await at.readTasks([at.person(1).openId], token)).codes;
}

test('The operator names the claims that hold the user, the ID type and the scopes', async () => {
  const at = await jwt.start({
    AUTH_JWT_USER_CLAIM: 'https://example.com/feishu_id',
    AUTH_JWT_USER_ID_TYPE_CLAIM: 'feishu_id_type',
    AUTH_JWT_SCOPE_CLAIM: 'permissions',
  });
  const { peopleAdminId } = at.person(0);
  const { allScope } = jwt.issuer;
  const claims: Claims = {
    sub: 'auth0|1',
    'https://example.com/feishu_id': peopleAdminId,
    feishu_id_type: 'PEOPLE_ADMIN_ID',
  };
  expect(await jwt.viewer(at, claims)).toMatchObject({
    status: 200,
    viewer: user(peopleAdminId, 'PEOPLE_ADMIN_ID'),
  });

  const read = (more: Claims) => codesOfReadingOther(at, { ...claims, ...more });
  expect(await read({ permissions: ['openid', allScope] })).toEqual([]);
  expect(await read({ scope: allScope })).toEqual(['FORBIDDEN']);
  expect(await read({ permissions: [[allScope]] as never })).toEqual(['FORBIDDEN']);
});

test('The prefix of an ID without a type decides its type, or else the configuration does', async () => {
  const at = await jwt.start({ ENTITY_USER_ID_TYPE: 'PEOPLE_ADMIN_ID' });
  const viewer = async (sub: string) => (await jwt.viewer(at, { sub })).viewer;
  expect(await viewer('ou_a')).toEqual(user('ou_a', 'OPEN_ID'));
  expect(await viewer('on_a')).toEqual(user('on_a', 'UNION_ID'));
  expect(await viewer('61')).toEqual(user('61', 'PEOPLE_ADMIN_ID'));

  const configured = await jwt.start({ AUTH_JWT_USER_ID_TYPE: 'USER_ID' });
  expect((await jwt.viewer(configured, { sub: 'ou_a' })).viewer).toEqual(user('ou_a', 'USER_ID'));
});

test.each<[string, Claims]>([
  ['is not a string', { sub: 42 as never }],
  ['contains a space', { sub: 'a b' }],
  ['is empty', { sub: '' }],
  ['has an unknown type', { sub: 'a', type: 'EMAIL' }],
  ['has the prefix of another type', { sub: 'a', type: 'OPEN_ID' }],
])('A token is refused if its user %s', async (_, claims) => {
  const at = await jwt.start({ AUTH_JWT_USER_ID_TYPE_CLAIM: 'type' });
  expect(await jwt.viewer(at, claims)).toMatchObject({ status: 401 });
  expect(lastReason(at)).toBe('unusable-user');
});

test('Without a configured scope, no scope grants more than a user’s own tasks', async () => {
  const at = await jwt.start({ AUTH_JWT_ALL_SCOPE: '' });
  const sub = at.person(0).openId;
  const scope = 'all tasks:all undefined null';
  expect(await codesOfReadingOther(at, { sub, scope })).toEqual(['FORBIDDEN']);
});

test('Clocks may differ by the configured skew', async () => {
  const at = await jwt.start({ AUTH_JWT_CLOCK_SKEW_SECONDS: '60' });
  const now = Math.floor(jwt.clock.unixMs() / 1_000);
  const status = async (claims: Claims) =>
    (await jwt.viewer(at, { sub: 'ou_a', ...claims })).status;
  expect(await status({ exp: now - 50 })).toBe(200);
  expect(await status({ exp: now - 70 })).toBe(401);
  expect(lastReason(at)).toBe('expired');
  expect(await status({ nbf: now + 50 })).toBe(200);
  expect(await status({ nbf: now + 70 })).toBe(401);
  expect(lastReason(at)).toBe('not-yet-valid');
});

test('The operator chooses the accepted algorithms', async () => {
  const at = await jwt.start({ AUTH_JWT_ALGORITHMS: 'ES256, PS256' });
  expect((await jwt.viewer(at, { sub: 'ou_a' })).status).toBe(401);
  expect(lastReason(at)).toBe('wrong-algorithm');
});

test.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', 'application/JWT'])(
  'A token of type %s may be an access token',
  async (typ) => {
    const at = await jwt.start();
    expect((await view(at, await jwt.issuer.signAs(typ, { sub: 'ou_a' }))).status).toBe(200);
  },
);

test.each(['logout+jwt', 'id_token+jwt', 'dpop+jwt', 'secevent+jwt', 'JWE', ''])(
  'A token of type "%s" is for another purpose and is refused',
  async (typ) => {
    const at = await jwt.start();
    expect((await view(at, await jwt.issuer.signAs(typ, { sub: 'ou_a' }))).status).toBe(401);
    expect(lastReason(at)).toBe('wrong-type');
  },
);

describe('A token that the issuer gave to a client for itself', () => {
  test.each<[string, (sub: string) => Claims]>([
    ['client_id (RFC 9068)', (sub) => ({ client_id: sub })],
    ['azp', (sub) => ({ azp: sub })],
    ['cid', (sub) => ({ cid: sub })],
    ['appid', (sub) => ({ appid: sub })],
    ['gty', () => ({ gty: 'client-credentials', azp: 'reports' })],
    ['idtyp', () => ({ idtyp: 'app', azp: 'reports' })],
  ])('is recognised by %s and names no user, whatever its subject', async (_, claimsOf) => {
    const at = await jwt.start();
    const sub = at.person(1).openId;
    const claims = { sub, ...claimsOf(sub) };

    expect(await jwt.viewer(at, claims)).toMatchObject({ status: 200, code: 'FORBIDDEN' });
    expect(await codesOfReadingOther(at, claims)).toEqual(['FORBIDDEN']);
    expect(await codesOfReadingOther(at, { ...claims, scope: jwt.issuer.allScope })).toEqual([]);
  });

  test('differs from one that the issuer gave to a client for a user', async () => {
    const at = await jwt.start();
    const { viewer } = await jwt.viewer(at, { sub: 'ou_a', client_id: 'app', azp: 'app' });
    expect(viewer).toEqual(user('ou_a'));
  });

  test('names the user of the claim that the operator configured', async () => {
    const at = await jwt.start({ AUTH_JWT_USER_CLAIM: 'feishu_id' });
    const claims = { sub: 'app', client_id: 'app', feishu_id: 'ou_a' };
    expect((await jwt.viewer(at, claims)).viewer).toEqual(user('ou_a'));
  });

  test('is a service if it lacks the claim that the operator configured', async () => {
    const at = await jwt.start({ AUTH_JWT_USER_CLAIM: 'feishu_id' });
    const claims = { sub: 'app', client_id: 'app' };
    expect(await jwt.viewer(at, claims)).toMatchObject({ status: 200, code: 'FORBIDDEN' });
    expect(await codesOfReadingOther(at, claims)).toEqual(['FORBIDDEN']);
    expect(await codesOfReadingOther(at, { ...claims, scope: jwt.issuer.allScope })).toEqual([]);

    // The subject is a user of the issuer, and not known to Feishu.
    expect((await jwt.viewer(at, { sub: 'ou_a', client_id: 'app' })).status).toBe(401);
    expect(lastReason(at)).toBe('missing-claim');
  });
});

test.each<[string, string, Claims]>([
  ['missing-claim', 'without an audience', { aud: null as never }],
  ['missing-claim', 'without an end', { exp: null }],
  ['missing-claim', 'without a subject', { sub: null }],
  ['missing-claim', 'without a subject, of a client', { sub: null, gty: 'client-credentials' }],
  ['wrong-audience', 'with another audience', { aud: 'other' }],
  ['malformed', 'with an end that is text', { exp: 'soon' as never }],
  ['malformed', 'with a start that is text', { nbf: 'now' as never }],
])('The log says %s of a token %s', async (reason, _, claims) => {
  const at = await jwt.start();
  expect((await jwt.viewer(at, { sub: 'ou_a', ...claims })).status).toBe(401);
  expect(lastReason(at)).toBe(reason);
});

test('A token that only claims this issuer is refused', async () => {
  const at = await jwt.start();
  const token = await jwt.issuer.sign({ sub: 'ou_a' });
  const [header = '', payload = '', signature = ''] = token.split('.');
  const other = encode({ ...decode(payload), sub: 'ou_b' });
  for (const [forged, reason] of [
    [`${header}.${other}.${signature}`, 'wrong-signature'],
    [`${header}.${payload}.`, 'wrong-signature'],
    [`${header}.${payload}.${signature.slice(0, -10)}`, 'wrong-signature'],
    [`${encode({})}.${payload}.${signature}`, 'malformed'],
    [`${header}.${payload}`, 'unknown-credentials'],
    [`${header}.${encode([1])}.${signature}`, 'unknown-credentials'],
  ] as const) {
    expect((await view(at, forged)).status).toBe(401);
    expect(lastReason(at)).toBe(reason);
  }
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decode(part: string): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
}
