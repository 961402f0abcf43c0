import {
  everyClient,
  everyWayIn,
  mayReadPerson,
  PEOPLE,
  type Grant,
  type TestClient,
} from '../support/clients';
import type { TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { startMcpGateway } from '../support/mcp';

let issuer: TestIssuer;
let gateway: TestGateway;
let clients: TestClient[];
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startMcpGateway({ env: everyWayIn(issuer) });
  clients = await everyClient(gateway, issuer);
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

interface Reply {
  readonly result?: {
    readonly isError?: boolean;
    readonly structuredContent: {
      readonly data: { readonly user: { readonly stageTasks: object | null } };
      readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
    };
  };
}

/** Calls the tool as a client of 2025-11-25 does after its handshake. */
async function ask(client: TestClient, index: number) {
  gateway.emulator.clearCalls();
  const { openId: userId } = gateway.person(index);
  const params = { name: 'ToDoList', arguments: { semesterId: gateway.semesterId, userId } };
  const response = await fetch(`${gateway.url}/mcp`, {
    method: 'POST',
    headers: {
      ...client.headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  const text = await response.text();
  const line = /^data: (.*)$/m.exec(text)?.[1];
  const { isError = false, structuredContent } =
    (line === undefined ? undefined : (JSON.parse(line) as Reply).result) ?? {};
  return {
    status: response.status,
    isError,
    code: structuredContent?.errors?.[0]?.extensions.code,
    hasTasks: Boolean(structuredContent?.data.user.stageTasks),
    calls: gateway.emulator.callsOf('find_by_user_list').length,
  };
}

function expected(grant: Grant, index: number) {
  if (grant === 'out') {
    return { status: 401, isError: false, code: undefined, hasTasks: false, calls: 0 };
  }
  return mayReadPerson(grant, index)
    ? { status: 200, isError: false, code: undefined, hasTasks: true, calls: 1 }
    : { status: 200, isError: true, code: 'FORBIDDEN', hasTasks: false, calls: 0 };
}

test.each(PEOPLE)(
  'Through a tool, each client gets %s, or a refusal that makes no call',
  async (_, index) => {
    const got: Record<string, unknown> = {};
    const due: Record<string, unknown> = {};
    for (const client of clients) {
      got[client.name] = await ask(client, index);
      due[client.name] = expected(client.grant, index);
    }

    expect(clients.length).toBeGreaterThan(20);
    expect(got).toEqual(due);
  },
);
