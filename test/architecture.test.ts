import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf, importsOf } from './support/source-rules';

const SRC = join(__dirname, '../src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.[cm]?tsx?$/.test(path))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

describe('The source code', () => {
  test('is TypeScript only, and is checked as a whole', () => {
    expect(FILES.length).toBeGreaterThan(50);
    expect(FILES.filter(({ file }) => !file.endsWith('.ts'))).toEqual([]);
  });

  test.each(FILES)('keeps the rules in $file', ({ file, text }) => {
    expect(faultsOf(file, text)).toEqual([]);
  });

  test('imports undici in one file only', () => {
    const users = FILES.filter(({ file, text }) =>
      importsOf(file, text).some(({ target }) => /^undici($|\/)/.test(target)),
    );
    expect(users.map(({ file }) => file)).toEqual(['feishu/transport.ts']);
  });

  test('imports only files that exist', () => {
    const there = new Set(FILES.map(({ file }) => file));
    const missing = FILES.flatMap(({ file, text }) =>
      importsOf(file, text).filter(({ isPackage, target }) => !isPackage && !there.has(target)),
    );
    expect(missing).toEqual([]);
  });
});

describe('The check of the rules', () => {
  test.each([
    ['domain/a.ts', "import { z } from 'zod';", 'imports the package zod'],
    ['domain/a.ts', "import type { Stats } from 'node:fs';", 'imports the package node:fs'],
    ['domain/a.ts', "export * from '../config';", 'imports config.ts'],
    ['domain/a.ts', "export type { A } from '../auth/a';", 'imports auth/a.ts as a type'],
    [
      'auth/a.ts',
      "import { a } from '../feishu/feishu-client';",
      'imports feishu/feishu-client.ts',
    ],
    [
      'auth/a.ts',
      "import type { A } from '../batching/scope';",
      'imports batching/scope.ts as a type',
    ],
    ['auth/a.ts', "import { a } from '../http/server';", 'imports http/server.ts'],
    [
      'auth/a.ts',
      "import { a } from './jwt.authenticator';",
      'imports the adapter auth/jwt.authenticator.ts',
    ],
    [
      'http/a.ts',
      "import type { A } from '../auth/router.authenticator';",
      'imports the adapter auth/router.authenticator.ts',
    ],
    ['batching/a.ts', "import { mayRead } from '../auth/policy';", 'imports auth/policy.ts'],
    ['feishu/a.ts', "import { a } from '../auth/fixed-window';", 'imports auth/fixed-window.ts'],
    ['config.ts', "import { a } from './auth/policy';", 'imports auth/policy.ts'],
    ['variables.ts', "import { a } from './config';", 'imports config.ts'],
    ['graphql/a.ts', "import { a } from '../ttl-cache';", 'imports ttl-cache.ts'],
    [
      'ttl-cache.ts',
      "import type { Clock } from './domain/clock';",
      'imports domain/clock.ts as a type',
    ],
    ['http/a.ts', "import { a } from '../batching/a';", 'imports batching/a.ts'],
    [
      'http/a.ts',
      "const a = require('../feishu/feishu-client');",
      'imports feishu/feishu-client.ts',
    ],
    ['http/routes/a.ts', "import '../../feishu/ports';", 'imports feishu/ports.ts'],
    ['graphql/a.ts', "const a = await import('../feishu/ports');", 'imports feishu/ports.ts'],
    ['graphql/a.ts', "let a: import('../http/a').A;", 'imports http/a.ts'],
    [
      'batching/a.ts',
      "import { createFeishuClient } from '../feishu/feishu-client';",
      'imports feishu/feishu-client.ts',
    ],
    [
      'batching/a.ts',
      "import { type A } from '../feishu/feishu-client';",
      'imports feishu/feishu-client.ts',
    ],
    [
      'batching/a.ts',
      "import type { A } from '../feishu/retry';",
      'imports feishu/retry.ts as a type',
    ],
    ['feishu/a.ts', "import { a } from '../batching/scope';", 'imports batching/scope.ts'],
    [
      'feishu/a.ts',
      "import { a } from './feishu.source';",
      'imports the adapter feishu/feishu.source.ts',
    ],
    ['cli/a.ts', "import { a } from '../graphql/apollo';", 'imports graphql/apollo.ts'],
    ['cli/a.ts', "import { a } from '../redis/redis-client';", 'imports redis/redis-client.ts'],
    ['observability/a.ts', "import { a } from '../config';", 'imports config.ts'],
    [
      'emulator/a.ts',
      "import { a } from '../feishu/wire/i18n.wire';",
      'imports feishu/wire/i18n.wire.ts',
    ],
    [
      'emulator/a.ts',
      "import type { A } from '../domain/user';",
      'imports domain/user.ts as a type',
    ],
    ['config.ts', "import { a } from './feishu/feishu-client';", 'imports feishu/feishu-client.ts'],
    [
      'main.ts',
      "import { a } from './emulator/emulator';",
      'imports the adapter emulator/emulator.ts',
    ],
    [
      'main.ts',
      "import { systemClock } from './system-clock';",
      'imports the adapter system-clock.ts',
    ],
    ['http/a.ts', "import { a } from '../../test/support/a';", 'imports ../test/support/a.ts'],
    ['http/a.ts', 'const port = process.env.PORT;', 'reads the environment'],
    ['http/a.ts', "const port = process['env'].PORT;", 'reads the environment'],
    ['main.ts', 'const { env } = process;', 'takes the environment from process'],
    ['http/a.ts', 'const nowMs = Date.now();', 'reads a clock that it was not given'],
    ['quota/a.ts', 'const now = new Date();', 'reads a clock that it was not given'],
    ['auth/a.ts', 'const nowMs = performance.now();', 'reads a clock that it was not given'],
    ['http/a.ts', 'export default 1;', 'has a default export'],
    ['http/a.ts', 'const a = 1; export { a as default };', 'has a default export'],
    ['config.ts', "if (process.env.NODE_ENV === 'test') a();", 'knows that it is tested'],
    ['http/index.ts', 'export const a = 1;', 'is a barrel'],
    ['helpers/a.ts', 'export const a = 1;', 'stands in helpers/, for which there is no rule'],
  ])('reports a fault in %s with: %s', (file, text, fault) => {
    expect(faultsOf(file, text)).toEqual([`${file} ${fault}`]);
  });

  test.each([
    ['app.ts', "import { startEmulator } from './emulator/emulator';"],
    ['composition/a.ts', "import { startEmulator } from '../emulator/emulator';"],
    ['app.ts', "import { createFeishuSource } from './feishu/feishu.source';"],
    ['app.ts', "import { createJwtAuthenticator } from './auth/jwt.authenticator';"],
    ['auth/jwt.authenticator.ts', "import type { Authenticator } from './authenticator';"],
    ['auth/a.ts', "import type { UserInfoSource } from '../feishu/ports';"],
    ['batching/a.ts', "import {\n  MAX_USERS_PER_CALL,\n} from '../feishu/ports';"],
    ['emulator/routes/a.ts', "import type {\n  A,\n} from '../../feishu/wire/i18n.wire';"],
    ['cli/emulator/run.ts', "import { startEmulator } from '../../emulator/emulator';"],
    ['feishu/a.ts', "import type { Transport } from './transport';"],
    ['config.ts', 'const environment = process.env;'],
    ['graphql/a.ts', 'const date = new Date(fetchedAtMs);'],
    ['system-clock.ts', 'const clock = { unixMs: () => Date.now() };'],
    ['http/a.ts', '// Only config.ts reads process.env, and nothing has an export default.'],
  ])('reports no fault in %s with: %s', (file, text) => {
    expect(faultsOf(file, text)).toEqual([]);
  });
});
