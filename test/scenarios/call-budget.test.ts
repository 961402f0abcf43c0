import { bearer, everyWayIn } from '../support/callers';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startGateway({
    env: everyWayIn(issuer),
    emulator: { quotaCalls: 20, quotaWindowSeconds: 60, unknownUsers: 'refused' },
  });
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

async function askAsPerson(nth: number, query: string) {
  const sub = gateway.emulator.people[nth]?.openId ?? '';
  const answer = await gateway.query<object, object>(query, {}, bearer(await issuer.sign({ sub })));
  return answer.errors.map(({ extensions }) => extensions.code);
}

const madeUp = (from: number, count: number) =>
  `{ viewer { ${Array.from({ length: count }, (_, i) => `a${i}: stageTasks(semesterId: "${from + i}") { id }`).join(' ')} } }`;

test('One person with made-up cycles spends half of the quota at most, and the next one is answered', async () => {
  expect(await askAsPerson(0, madeUp(1_000, 11))).toEqual(['OPERATION_TOO_EXPENSIVE']);
  await askAsPerson(0, madeUp(1_000, 10));
  expect(await askAsPerson(0, madeUp(2_000, 1))).toEqual(['RATE_LIMITED']);
  expect(listCalls()).toHaveLength(10);

  const own = `{ viewer { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`;
  expect(await askAsPerson(1, own)).toEqual([]);
});
