import { buildSchema } from 'graphql';
import type { RunOperation } from '../../../src/graphql/run-operation';
import { createMcpEndpoint } from '../../../src/mcp/mcp-endpoint';

/** How a version of the protocol names itself in a request: headers, and `_meta`. */
type Version = readonly [string, Readonly<Record<string, string>>, object];
const VERSIONS: readonly Version[] = [
  ['2025-11-25', {}, {}],
  [
    '2026-07-28',
    { 'mcp-method': 'tools/call', 'mcp-name': 'A' },
    {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  ],
];

async function callA(run: RunOperation, [version, headers, _meta]: Version) {
  const defects: string[] = [];
  const answer = createMcpEndpoint({
    schema: buildSchema('type Query { a: Int }'),
    operations: { texts: new Map([['1', 'query A { a }']]), descriptions: new Map() },
    onUnusable: () => undefined,
    onDefect: ({ message }, requestId) => defects.push(`${requestId}: ${message}`),
  });
  const request = new Request('http://localhost/mcp', {
    method: 'POST',
    headers: {
      ...headers,
      'mcp-protocol-version': version,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
  });
  const params = { name: 'A', arguments: {}, _meta };
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
  const text = await (await answer({ request, body, requestId: 'r', run })).text();
  return { text, defects };
}

describe.each(VERSIONS)('In MCP %s', (...version) => {
  test('the operation of a tool runs by its text and its name', async () => {
    const sent: unknown[] = [];
    const { text, defects } = await callA((operation) => {
      sent.push(operation);
      return Promise.resolve(Buffer.from('{"data":{"a":1}}'));
    }, version);

    expect(sent).toEqual([{ query: 'query A { a }', operationName: 'A', variables: {} }]);
    expect(text).toContain('"structuredContent":{"data":{"a":1}}');
    expect(defects).toEqual([]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('a secret')), 'a secret'],
    ['returns no JSON', () => Promise.resolve('<html>'), 'not valid JSON'],
  ])(
    'the client does not see why an operation %s, and the gateway does',
    async (_, run, message) => {
      const { text, defects } = await callA(run, version);

      expect(text).toContain('Internal server error');
      expect(text).not.toContain(message);
      expect(defects).toEqual([expect.stringMatching(`^r: .*${message}`)]);
    },
  );
});
