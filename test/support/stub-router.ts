import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A message of the callback protocol. */
export interface CallbackMessage {
  readonly path: string;
  readonly protocol: string | undefined;
  readonly kind: string;
  readonly action: 'check' | 'next' | 'complete';
  readonly id: string;
  readonly verifier: string;
  readonly payload?: unknown;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

/** The part of Apollo's router that receives the callbacks of subgraphs. */
export interface StubRouter {
  readonly url: string;
  readonly messages: CallbackMessage[];
  readonly of: (action: CallbackMessage['action']) => CallbackMessage[];
  /** Answers with this status from now on. */
  answerWith(status: number, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

export async function startStubRouter(): Promise<StubRouter> {
  const messages: CallbackMessage[] = [];
  let answer: { status: number; headers: Record<string, string> } = { status: 204, headers: {} };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const protocol = request.headers['subscription-protocol'] as string | undefined;
      const body = JSON.parse(text) as CallbackMessage;
      messages.push({ ...body, path: request.url ?? '', protocol });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    of: (action) => messages.filter((message) => message.action === action),
    answerWith(status, headers = {}) {
      answer = { status, headers };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
