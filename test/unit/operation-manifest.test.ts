import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../src/config';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const manifestOf = (operations: readonly object[]) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });

function load(text: string) {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, text);
  return loadConfig({ PERSISTED_OPERATIONS: path }).persistedOperations;
}

function faultOf(load: () => unknown): string {
  try {
    load();
    return '';
  } catch (error) {
    return error instanceof ConfigError ? error.faults.join('\n') : String(error);
  }
}

const BODY = 'query Me { __typename }';

test('A manifest as Apollo writes it is the list of what may be run', () => {
  const operation = { id: sha256(BODY), name: 'Me', type: 'query', body: BODY };

  expect([...(load(manifestOf([operation])) ?? [])]).toEqual([[sha256(BODY), BODY]]);
});

test.each([
  ['is no JSON', 'x', 'expected a JSON file, got another text'],
  ['is of another format', '{"format": "relay"}', 'got another one: format: '],
  ['lists nothing', manifestOf([]), 'got another one: operations: '],
  ['lists what has no text', manifestOf([{ id: 'a' }]), 'got another one: operations.0.body: '],
  [
    'gives an operation the ID of another',
    manifestOf([{ id: sha256('{ a }'), body: BODY }]),
    'expected operations whose "id" is the SHA-256 of their "body", in lowercase hexadecimal digits, got another ID at operations.0',
  ],
  [
    'lists what is no GraphQL',
    manifestOf([{ id: sha256('{'), body: '{' }]),
    'expected operations in GraphQL, got Syntax Error: Expected Name, found <EOF>. at operations.0',
  ],
])('The gateway does not start with a manifest that %s', (_, text, fault) => {
  expect(faultOf(() => load(text))).toContain(`PERSISTED_OPERATIONS: `);
  expect(faultOf(() => load(text))).toContain(fault);
});

test('The gateway does not start without the manifest that it was told of', () => {
  expect(faultOf(() => loadConfig({ PERSISTED_OPERATIONS: join(folder, 'none.json') }))).toMatch(
    /^PERSISTED_OPERATIONS: expected the path of a readable file, got ENOENT/,
  );
});
