import { ROUTER_SECRET } from '../clients';
import { openIds } from '../expected';
import { startGateway, type GraphQLAnswerError, type TestGateway } from '../gateway';
import { requestOf, type Legal, type LegalWorld } from './legal-operation';

const MAX_ANSWER_BYTES = 4 * 2 ** 20;
const MAX_CALLS = 20;

export interface LegalAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLAnswerError[];
}

/** Answers the largest legal operations, without a rate limit. */
export async function startLegalGateway(): Promise<{ gateway: TestGateway; world: LegalWorld }> {
  const gateway = await startGateway({
    env: {
      AUTH_ROUTER_SECRET: ROUTER_SECRET,
      RATE_LIMIT_PER_MINUTE: '0',
      REQUEST_DEADLINE_MS: '60000',
    },
  });
  const world = {
    semesterIds: gateway.emulator.semesters.map(({ id }) => id).reverse(),
    userIds: openIds(gateway.emulator.people.slice(0, 1_000)),
    asSelf: { 'x-router-secret': ROUTER_SECRET, 'x-user-id': gateway.person(0).openId },
  };
  return { gateway, world };
}

export async function sendLegal({ url }: Pick<TestGateway, 'url'>, legal: Legal) {
  const { path, ...request } = requestOf(legal);
  const response = await fetch(`${url}${path}`, request);
  const text = await response.text();
  return { status: response.status, text, answer: JSON.parse(text) as LegalAnswer };
}

/** Expects that the gateway answers this operation within the limits of size and calls. */
export async function expectAnswered(gateway: TestGateway, legal: Legal): Promise<void> {
  gateway.emulator.clearCalls();
  const { status, text, answer } = await sendLegal(gateway, legal);
  const codes = new Set((answer.errors ?? []).map(({ extensions }) => extensions.code));
  const { name, code } = legal;

  expect({ name, status, codes: [...codes] }).toEqual({
    name,
    status: 200,
    codes: code ? [code] : [],
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  expect(gateway.emulator.callsOf('find_by_user_list').length).toBeLessThanOrEqual(MAX_CALLS);
}
