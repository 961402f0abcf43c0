import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/**
 * Who may import whom, in paths below src: a folder, or one file. A room may always import from itself;
 * what stands after `type ` may only be imported as a type.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'domain/': [],
  'observability/': ['domain/'],
  'feishu/': ['domain/', 'observability/'],
  'cache/': ['domain/', 'redis/', 'observability/'],
  'quota/': ['domain/', 'redis/', 'observability/'],
  'redis/': ['domain/', 'observability/'],
  'auth/': ['domain/', 'observability/', 'feishu/ports.ts', 'variables.ts'],
  'semesters/': ['quota/', 'domain/', 'feishu/ports.ts'],
  'batching/': ['quota/', 'semesters/', 'cache/', 'domain/', 'feishu/ports.ts'],
  'loading/': ['batching/', 'semesters/', 'cache/', 'domain/', 'feishu/ports.ts'],
  'graphql/': ['loading/', 'auth/', 'domain/'],
  'http/': ['auth/', 'graphql/', 'observability/', 'domain/'],
  'emulator/': ['type feishu/wire/'],
  'app.ts': [''],
  'composition/': [''],
  'config.ts': [
    'domain/',
    'auth/auth.',
    'config.',
    'feishu/origins.ts',
    'type observability/',
    'type operation-manifest.ts',
    'variables.ts',
  ],
  'config.faults.ts': ['auth/auth.', 'variables.ts'],
  'config.variables.ts': [
    'domain/',
    'auth/auth.',
    'observability/',
    'operation-manifest.ts',
    'variables.ts',
  ],
  'operation-manifest.ts': [],
  'main.ts': ['app.ts', 'config.ts', 'observability/'],
  'system-clock.ts': ['domain/'],
  'variables.ts': [],
};

/** Where all is put together. */
const COMPOSITION = ['app.ts', 'composition/'];

/** What talks to the world outside. */
const ADAPTERS = [
  /\w\.transport\.ts$/,
  /\w\.source\.ts$/,
  /\w\.authenticator\.ts$/,
  /\w\.(ledger|cache)\.ts$/,
  /^system-clock\.ts$/,
  /^emulator\//,
];

interface Import {
  /** A path below src, or a package. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

/** All that a file takes from elsewhere: `import`, `export … from`, `require` and `import()`. */
function importsOf(file: string, text: string): Import[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName, pos }) => ({
    ...resolve(file, fileName),
    typeOnly: isTypeOnly(text, pos),
  }));
}

function resolve(file: string, specifier: string): Pick<Import, 'target' | 'isPackage'> {
  if (!specifier.startsWith('.')) return { target: specifier, isPackage: true };
  const path = posix.join(posix.dirname(file), specifier.replace(/\.[jt]s$/, ''));
  return { target: `${path}.ts`, isPackage: false };
}

/** Whether the statement that names a file at `pos` says `type` for all that it takes. */
function isTypeOnly(text: string, pos: number): boolean {
  const before = text.slice(0, pos);
  const statement = before.slice(
    Math.max(...[...before.matchAll(/^(import|export)\b/gm)].map(at), 0),
  );
  return /^(import|export) type\b/.test(statement);
}

const at = (match: RegExpExecArray) => match.index;

function roomOf(file: string): string {
  const slash = file.indexOf('/');
  return slash < 0 ? file : file.slice(0, slash + 1);
}

function faultOfImport(file: string, { target, isPackage, typeOnly }: Import): string | undefined {
  const room = roomOf(file);
  if (isPackage) return room === 'domain/' ? `imports the package ${target}` : undefined;
  const isAdapter = ADAPTERS.some((pattern) => pattern.test(target));
  if (roomOf(target) === room && !(isAdapter && room !== 'emulator/')) return undefined;
  if (isAdapter && !COMPOSITION.includes(room)) return `imports the adapter ${target}`;
  const allowed = (MAY_IMPORT[room] ?? []).some((entry) => {
    const path = entry.replace(/^type /, '');
    return target.startsWith(path) && (path === entry || typeOnly);
  });
  return allowed ? undefined : `imports ${target}${typeOnly ? ' as a type' : ''}`;
}

/** The file as code alone, so that a comment may speak of what code may not do. */
function withoutComments(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}

/** What may not stand in a file, and where it may all the same. */
const FORBIDDEN: readonly { fault: string; code: RegExp; except?: RegExp }[] = [
  {
    fault: 'reads the environment',
    code: /\bprocess\s*(\?\.|\.|\[['"])\s*env\b/,
    except: /^config\.ts$/,
  },
  {
    fault: 'reads a clock that it was not given',
    code: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(\(\s*\)|[^(\s])|\bperformance\s*\.\s*now\b|\bhrtime\b/,
    except: /^(system-clock\.ts$|emulator\/)/,
  },
  { fault: 'takes the environment from process', code: /\benv\b[^;]*=\s*process\b/ },
  { fault: 'has a default export', code: /\bexport\s+default\b|\bas\s+default\b|\bexport\s*=/ },
  { fault: 'knows that it is tested', code: /NODE_ENV\b[^;\n]*(['"`])test\1|JEST_WORKER_ID/ },
];

function faultsOf(file: string, text: string): string[] {
  const code = withoutComments(file, text);
  const faults = [
    ...(roomOf(file) in MAY_IMPORT
      ? []
      : [`stands in ${roomOf(file)}, for which there is no rule`]),
    ...importsOf(file, text).flatMap((found) => faultOfImport(file, found) ?? []),
    ...FORBIDDEN.filter((rule) => !rule.except?.test(file) && rule.code.test(code)).map(
      (r) => r.fault,
    ),
    ...(posix.basename(file) === 'index.ts' ? ['is a barrel'] : []),
  ];
  return faults.map((fault) => `${file} ${fault}`);
}

const SRC = join(__dirname, '../src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.[cm]?tsx?$/.test(path))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

describe('the house', () => {
  test('is all of TypeScript, and is looked at as a whole', () => {
    expect(FILES.length).toBeGreaterThan(50);
    expect(FILES.filter(({ file }) => !file.endsWith('.ts'))).toEqual([]);
  });

  test.each(FILES)('keeps its rules in $file', ({ file, text }) => {
    expect(faultsOf(file, text)).toEqual([]);
  });

  test('talks to Feishu over the network in one place only', () => {
    const users = FILES.filter(({ file, text }) =>
      importsOf(file, text).some(({ target }) => /^undici($|\/)/.test(target)),
    );
    expect(users.map(({ file }) => file)).toEqual(['feishu/undici.transport.ts']);
  });

  test('imports only files that are there', () => {
    const there = new Set(FILES.map(({ file }) => file));
    const missing = FILES.flatMap(({ file, text }) =>
      importsOf(file, text).filter(({ isPackage, target }) => !isPackage && !there.has(target)),
    );
    expect(missing).toEqual([]);
  });
});

describe('whoever breaks the rules of the house is found', () => {
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
      "import { a } from './undici.transport';",
      'imports the adapter feishu/undici.transport.ts',
    ],
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
  ])('in %s with: %s', (file, text, fault) => {
    expect(faultsOf(file, text)).toEqual([`${file} ${fault}`]);
  });

  test.each([
    ['app.ts', "import { startEmulator } from './emulator/emulator';"],
    ['composition/a.ts', "import { startEmulator } from '../emulator/emulator';"],
    ['app.ts', "import { createUndiciTransport } from './feishu/undici.transport';"],
    ['app.ts', "import { createJwtAuthenticator } from './auth/jwt.authenticator';"],
    ['auth/jwt.authenticator.ts', "import type { Authenticator } from './authenticator';"],
    ['auth/a.ts', "import type { UserInfoSource } from '../feishu/ports';"],
    ['batching/a.ts', "import {\n  MAX_USERS_PER_CALL,\n} from '../feishu/ports';"],
    ['emulator/routes/a.ts', "import type {\n  A,\n} from '../../feishu/wire/i18n.wire';"],
    ['emulator/cli.ts', "import { startEmulator } from './emulator';"],
    ['feishu/a.ts', "import type { Transport } from './transport';"],
    ['config.ts', 'const environment = process.env;'],
    ['graphql/a.ts', 'const date = new Date(fetchedAtMs);'],
    ['system-clock.ts', 'const clock = { unixMs: () => Date.now() };'],
    ['http/a.ts', '// Only config.ts reads process.env, and nothing has an export default.'],
  ])('and nobody else is: %s with %s', (file, text) => {
    expect(faultsOf(file, text)).toEqual([]);
  });
});
