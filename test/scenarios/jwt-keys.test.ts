import { bearer } from '../support/clients';
import type { TestGateway } from '../support/gateway';
import { lastReason, startJwtGateways, type JwtGateways } from '../support/jwt-gateways';
import { viewerOf } from '../support/viewer';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let jwt: JwtGateways;
beforeEach(async () => (jwt = await startJwtGateways()));
afterEach(() => jwt.close());

const view = (at: TestGateway, token: string) => viewerOf(at, bearer(token));
const viewer = (at: TestGateway, sub: string) => jwt.viewer(at, { sub });
const failuresLogged = (at: TestGateway) =>
  at.logs().filter(({ msg }) => msg === 'issuer keys not fetched').length;

test('The gateway fetches the keys once for requests at the same time and later', async () => {
  const at = await jwt.start();
  const token = await jwt.issuer.sign({ sub: 'ou_a' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => view(at, token)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await viewer(at, 'ou_b')).status).toBe(200);
  expect(jwt.issuer.fetches()).toBe(1);
});

test('The gateway fetches a new key when a token needs it, and refuses tokens of the old one', async () => {
  const at = await jwt.start();
  const old = await jwt.issuer.sign({ sub: 'ou_a' });
  expect((await view(at, old)).status).toBe(200);

  await jwt.issuer.rotate();
  const next = await jwt.issuer.sign({ sub: 'ou_a' });
  // Tokens with unknown keys cannot make the gateway fetch again and again.
  for (let i = 0; i < 5; i += 1) expect((await view(at, next)).status).toBe(401);
  expect([jwt.issuer.fetches(), lastReason(at)]).toEqual([1, 'unknown-key']);

  jwt.clock.advance(31_000);
  expect((await view(at, next)).status).toBe(200);
  expect((await view(at, old)).status).toBe(401);
  expect(jwt.issuer.fetches()).toBe(2);
});

test.each([-60 * MINUTE_MS, -MINUTE_MS, 60 * MINUTE_MS])(
  'A wall clock that is set by %d ms neither delays a new key nor repeats the fetch',
  async (stepMs) => {
    const at = await jwt.start({ AUTH_JWT_CLOCK_SKEW_SECONDS: '300' });
    expect((await viewer(at, 'ou_a')).status).toBe(200);
    jwt.clock.stepWall(stepMs);
    await jwt.issuer.rotate();
    const next = await jwt.issuer.sign({ sub: 'ou_a' });
    expect([(await view(at, next)).status, jwt.issuer.fetches()]).toEqual([401, 1]);
    jwt.clock.advance(31_000);
    expect([(await view(at, next)).status, jwt.issuer.fetches()]).toEqual([200, 2]);
  },
);

test('A token without a key ID is valid if any published key fits', async () => {
  const { issuer } = jwt;
  const first = await issuer.signWithoutKid({ sub: 'ou_a' });
  await issuer.addKey();
  const second = await issuer.signWithoutKid({ sub: 'ou_b' });
  const expired = await issuer.signWithoutKid({ sub: 'ou_b', exp: 1 });
  const at = await jwt.start();
  expect((await view(at, first)).viewer).toEqual({ id: 'ou_a', idType: 'OPEN_ID' });
  expect((await view(at, second)).viewer).toEqual({ id: 'ou_b', idType: 'OPEN_ID' });
  expect([(await view(at, expired)).status, lastReason(at)]).toEqual([401, 'expired']);

  const [header = '', , signature = ''] = second.split('.');
  const [, payload = ''] = first.split('.');
  const forged = `${header}.${payload}.${signature}`;
  expect([(await view(at, forged)).status, lastReason(at)]).toEqual([401, 'wrong-signature']);
});

test('A key that the issuer has withdrawn is refused after ten minutes, without a new key being used', async () => {
  const at = await jwt.start();
  const exp = Math.floor(jwt.clock.unixMs() / 1_000) + 3_600;
  const old = await jwt.issuer.sign({ sub: 'ou_a', exp });
  expect((await view(at, old)).status).toBe(200);
  await jwt.issuer.rotate();
  jwt.clock.advance(10 * MINUTE_MS + 1);
  expect((await view(at, old)).status).toBe(401);
  expect([jwt.issuer.fetches(), lastReason(at)]).toEqual([2, 'unknown-key']);
});

describe('While the issuer is down', () => {
  test('tokens are answered with 503 rather than refused, with one line in the log', async () => {
    const at = await jwt.start();
    jwt.issuer.answerWith(500);
    for (let i = 0; i < 3; i += 1) {
      expect(await viewer(at, 'ou_a')).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' });
    }
    expect(failuresLogged(at)).toBe(1);
    expect(jwt.issuer.fetches()).toBe(1);
    expect(at.emulator.calls).toEqual([]);

    jwt.clock.advance(1_001);
    jwt.issuer.answerWith(200);
    expect((await viewer(at, 'ou_a')).status).toBe(200);
  });

  test('tokens of known keys stay valid for a day', async () => {
    const at = await jwt.start();
    const status = async () => (await viewer(at, 'ou_a')).status;
    expect(await status()).toBe(200);
    jwt.issuer.answerWith(500);

    jwt.clock.advance(11 * MINUTE_MS);
    for (let i = 0; i < 3; i += 1) expect(await status()).toBe(200);
    // The gateway asks the issuer once a minute.
    expect([jwt.issuer.fetches(), failuresLogged(at)]).toEqual([2, 1]);
    jwt.clock.advance(MINUTE_MS + 1);
    expect(await status()).toBe(200);
    expect(jwt.issuer.fetches()).toBe(3);

    jwt.clock.advance(DAY_MS);
    expect(await status()).toBe(503);
    jwt.issuer.answerWith(200);
    jwt.clock.advance(1_001);
    expect(await status()).toBe(200);
  });

  test('after ten minutes, the gateway fetches the next key as soon as the issuer is back', async () => {
    const at = await jwt.start();
    expect((await viewer(at, 'ou_a')).status).toBe(200);
    jwt.issuer.answerWith(500);
    jwt.clock.advance(11 * MINUTE_MS);
    expect((await viewer(at, 'ou_a')).status).toBe(200);
    await jwt.issuer.rotate();
    jwt.issuer.answerWith(200);
    expect((await viewer(at, 'ou_a')).status).toBe(200);
  });

  test('a token of an unknown key does not affect tokens of known ones', async () => {
    const at = await jwt.start();
    const good = await jwt.issuer.sign({ sub: 'ou_a' });
    expect((await view(at, good)).status).toBe(200);
    await jwt.issuer.rotate();
    jwt.issuer.answerWith(500);
    jwt.clock.advance(31_000);
    const unknown = await jwt.issuer.sign({ sub: 'ou_a' });

    for (let i = 0; i < 3; i += 1) {
      expect((await view(at, unknown)).status).toBe(503);
      expect((await view(at, good)).status).toBe(200);
    }
    expect(failuresLogged(at)).toBe(1);
  });

  test('unknown keys make the gateway fetch at most once a second', async () => {
    const at = await jwt.start();
    await viewer(at, 'ou_a');
    await jwt.issuer.rotate();
    jwt.issuer.answerWith(500);
    const unknown = await jwt.issuer.sign({ sub: 'ou_a' });
    jwt.clock.advance(31_000);
    const before = jwt.issuer.fetches();

    for (let i = 0; i < 100; i += 1) {
      expect(await view(at, unknown)).toMatchObject({ status: 503, retryAfter: '1' });
      jwt.clock.advance(5);
    }
    expect(jwt.issuer.fetches() - before).toBe(1);
    jwt.clock.advance(1_000);
    jwt.issuer.answerWith(200);
    expect((await view(at, unknown)).status).toBe(200);
  });
});
