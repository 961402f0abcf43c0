import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenText } from '../../src/emulator/token-text';
import { startGateway, type TestGateway } from '../support/gateway';

const KIB = 1_024;
const SRC = join(__dirname, '../../src');

describe('A token may be a JWT of 4 KB (fact 21)', () => {
  let gateway: TestGateway;
  afterEach(() => gateway.close());

  test('The emulator issues such tokens', async () => {
    gateway = await startGateway({ emulator: { tokenFormat: 'jwt' } });
    const token = gateway.emulator.issueUserToken(gateway.person(0));

    expect(token).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(token.length).toBeGreaterThan(3.9 * KIB);
    expect(token.length).toBeLessThanOrEqual(4 * KIB);
  });

  test('as the token of the app, for each API', async () => {
    gateway = await startGateway({ emulator: { tokenFormat: 'jwt' } });
    const { semesterId } = gateway;
    const everyone = await gateway.query(
      `query ($semesterId: ID!) {
        semesters { id }
        semester(id: $semesterId) { allUserStageTasks(first: 1) { nodes { id } } }
      }`,
      { semesterId },
    );
    const one = await gateway.readTasks([gateway.person(0).openId]);

    expect([...everyone.codes, ...one.codes]).toEqual([]);
    expect(gateway.emulator.calls.map(({ status }) => status)).not.toContain(400);
    expect(gateway.emulator.callsOf('tenant_token')).toHaveLength(1);
  });

  test.each(['app', 'caller'])('as the token of a user, asked for as the %s', async (identity) => {
    gateway = await startGateway({
      emulator: { tokenFormat: 'jwt' },
      env: { AUTH_ANONYMOUS: '', AUTH_FEISHU_USERS: 'on', UPSTREAM_IDENTITY: identity },
    });
    const token = gateway.emulator.issueUserToken(gateway.person(0));
    const { codes, data } = await gateway.readTasks([gateway.person(0).openId], {
      authorization: `Bearer ${token}`,
    });

    expect(codes).toEqual([]);
    expect(data?.users).toHaveLength(1);
    // `close` fails if a line of the log contains the token.
    expect(gateway.logText()).toContain('"operation');
  });
});

test('The gateway tells no token by its prefix', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('emulator'))
    .filter((path) => /['"`/^(|][tua]-['"`$|)/]/.test(readFileSync(join(SRC, path), 'utf8')));

  expect(files).toEqual([]);
  expect(tokenText('t-', 'jwt')).not.toMatch(/^[tu]-/);
});
