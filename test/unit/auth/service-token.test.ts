import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, sameDigest } from '../../../src/auth/digest';
import { findEntry } from '../../../src/auth/service-token.authenticator';

// That no time can be measured is for bench/load/service-token.bench.ts; here is why there is none.

const entries = ['a', 'b', 'c', 'd'].map((name) => ({
  name,
  policy: 'all' as const,
  digest: digestOf(`token of ${name}`),
}));

function compared(presented: string): { found: string | undefined; looks: number } {
  let looks = 0;
  const entry = findEntry(entries, digestOf(presented), (a, b) => {
    looks += 1;
    return sameDigest(a, b);
  });
  return { found: entry?.name, looks };
}

test.each([
  ['the first', 'token of a', 'a'],
  ['one in the middle', 'token of b', 'b'],
  ['the last', 'token of d', 'd'],
  ['none', 'token of e', undefined],
  ['none, and is empty', '', undefined],
  ['none, and is very long', 'x'.repeat(10_000), undefined],
])('A token that is %s is compared with all of them', (_, token, found) => {
  expect(compared(token)).toEqual({ found, looks: entries.length });
});

test('What is compared are digests, all of one length, whatever was presented', () => {
  for (const text of ['', 'a', 'x'.repeat(100_000), '密钥']) {
    expect(digestOf(text)).toHaveLength(32);
    expect(digestOf(text)).toEqual(crypto.createHash('sha256').update(text).digest());
  }
  expect(sameDigest(digestOf('a'), digestOf('a'))).toBe(true);
  expect(sameDigest(digestOf('a'), digestOf('b'))).toBe(false);
});

test.each(['service-token.authenticator.ts', 'router.authenticator.ts'])(
  'No secret of %s is compared in any other way',
  (file) => {
    const source = (name: string) =>
      readFileSync(join(__dirname, '../../../src/auth', name), 'utf8');
    expect(source('digest.ts')).toMatch(/sameDigest[^}]*return timingSafeEqual\(a, b\);/);
    const text = source(file);
    expect(text).toContain('sameDigest');
    expect(text).not.toMatch(/\b(secret|digest|bearer|presented)\b[^;\n]* [!=]== (?!undefined)/);
    expect(text).not.toMatch(/\.(equals|compare|startsWith|endsWith)\(/);
  },
);
