import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config';
import { sha256 } from '../support/clients';
import { faultsOf } from '../support/config-faults';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const manifestOf = (operations: readonly object[]) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });

function environmentWith(manifest: string) {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, manifest);
  return { PERSISTED_OPERATIONS: path };
}

const BODY = 'query Me { __typename }';

test('A manifest as Apollo writes it lists the operations that may be run', () => {
  const operation = { id: sha256(BODY), name: 'Me', type: 'query', body: BODY };

  const { persistedOperations } = loadConfig(environmentWith(manifestOf([operation])));
  expect([...(persistedOperations?.texts ?? [])]).toEqual([[sha256(BODY), BODY]]);
});

test.each([
  ['is not JSON', 'x', 'expected a JSON file, got another text'],
  ['is of another format', '{"format": "relay"}', 'got another one: format: '],
  ['is empty', manifestOf([]), 'got another one: operations: '],
  [
    'has an operation without a text',
    manifestOf([{ id: 'a' }]),
    'got another one: operations.0.body: ',
  ],
  [
    'has an operation with the ID of another',
    manifestOf([{ id: sha256('{ a }'), body: BODY }]),
    'expected operations whose "id" is the SHA-256 of their "body", in lowercase hexadecimal digits, got another ID at operations.0',
  ],
  [
    'has an operation that is not GraphQL',
    manifestOf([{ id: sha256('{'), body: '{' }]),
    'expected operations in GraphQL, got Syntax Error: Expected Name, found <EOF>. at operations.0',
  ],
])('The gateway does not start with a manifest that %s', (_, text, fault) => {
  const faults = faultsOf(environmentWith(text));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain('PERSISTED_OPERATIONS: ');
  expect(faults[0]).toContain(fault);
});

test('The gateway does not start without a manifest at the path that was set', () => {
  expect(faultsOf({ PERSISTED_OPERATIONS: join(folder, 'none.json') })).toEqual([
    expect.stringMatching(
      /^PERSISTED_OPERATIONS: expected the path of a readable file, got ENOENT/,
    ),
  ]);
});

describe('With MCP=on, each operation of the manifest becomes a tool, so the gateway does not start', () => {
  const faultsWith = (...bodies: string[]) =>
    faultsOf({
      ...environmentWith(manifestOf(bodies.map((body) => ({ id: sha256(body), body })))),
      MCP: 'on',
    });

  test.each([
    ['with an operation without a name', ['{ a }'], 'one named query'],
    ['with two operations in one text', ['query A { a } query B { a }'], 'one named query'],
    ['with a text without an operation', ['fragment A on B { a }'], 'one named query'],
    ['with two operations of one name', ['query A { a }', 'query A { b }'], 'got A again'],
    ['with a name that is too long', [`query ${'A'.repeat(129)} { a }`], '128 characters'],
  ])('%s', (_, bodies, expected) => {
    expect(faultsWith(...bodies)).toEqual([
      expect.stringMatching(new RegExp(`^PERSISTED_OPERATIONS: expected.*${expected}`)),
    ]);
  });

  test('without a manifest', () => {
    expect(faultsOf({ MCP: 'on' })).toEqual([
      expect.stringMatching(/^MCP: expected PERSISTED_OPERATIONS with it/),
    ]);
  });

  test('and says once that the manifest cannot be read', () => {
    const faults = faultsOf({ MCP: 'on', PERSISTED_OPERATIONS: join(folder, 'none.json') });

    expect(faults).toHaveLength(1);
  });

  test('unless every name is different', () => {
    expect(faultsWith('query A { a }', 'query B { a } fragment F on G { a }')).toEqual([]);
  });
});
