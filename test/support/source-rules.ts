import { posix } from 'node:path';
import ts from 'typescript';

/**
 * The allowed imports of each folder or file, as paths below src. A folder may always import from itself;
 * a path after `type ` may only be imported as a type.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'domain/': [],
  'observability/': ['domain/'],
  'feishu/': ['domain/', 'observability/'],
  'cache/': ['domain/', 'redis/', 'observability/'],
  'quota/': ['domain/', 'redis/', 'observability/'],
  'redis/': ['domain/', 'observability/'],
  'auth/': ['domain/', 'observability/', 'feishu/ports.ts', 'ttl-cache.ts', 'variables.ts'],
  'tenants/': ['domain/'],
  'semesters/': ['quota/', 'domain/', 'feishu/ports.ts', 'ttl-cache.ts'],
  'batching/': ['quota/', 'semesters/', 'cache/', 'domain/', 'feishu/ports.ts', 'ttl-cache.ts'],
  'pages/': [
    'batching/scope.ts',
    'quota/',
    'semesters/',
    'type cache/',
    'domain/',
    'feishu/ports.ts',
    'ttl-cache.ts',
  ],
  'changes/': ['type cache/', 'domain/'],
  'loading/': [
    'batching/',
    'changes/',
    'pages/',
    'semesters/',
    'cache/',
    'domain/',
    'feishu/ports.ts',
    'ttl-cache.ts',
  ],
  'graphql/': ['loading/', 'auth/', 'domain/'],
  'mcp/': ['graphql/', 'domain/'],
  'webhook/': ['domain/', 'redis/', 'ttl-cache.ts'],
  'http/': [
    'auth/',
    'graphql/',
    'type mcp/',
    'type webhook/',
    'observability/',
    'domain/',
    'ttl-cache.ts',
  ],
  'emulator/': ['type feishu/wire/'],
  'cli/': [
    'batching/',
    'type cache/',
    'composition/',
    'config.ts',
    'domain/',
    'emulator/',
    'feishu/',
    'quota/',
    'type redis/',
    'observability/',
    'type variables.ts',
  ],
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
  'config.address.ts': ['type variables.ts'],
  'config.faults.ts': [
    'auth/auth.',
    'config.address.ts',
    'config.secrets.ts',
    'operation-manifest.ts',
    'variables.ts',
  ],
  'config.secrets.ts': ['type variables.ts'],
  'config.settings.ts': ['config.secrets.ts', 'config.variables.ts', 'type variables.ts'],
  'config.traces.ts': ['type config.variables.ts', 'domain/', 'type observability/'],
  'config.variables.ts': [
    'domain/',
    'auth/auth.',
    'config.address.ts',
    'observability/',
    'operation-manifest.ts',
    'variables.ts',
  ],
  'operation-manifest.ts': [],
  'health.ts': ['config.address.ts'],
  'main.ts': ['app.ts', 'config.ts', 'observability/'],
  'system-clock.ts': ['domain/'],
  'ttl-cache.ts': [],
  'variables.ts': [],
};

/** The composition, which may import adapters, and the command line, which runs the emulator. */
const COMPOSITION = ['app.ts', 'composition/', 'cli/'];

/** Adapters, which access the network, Redis or the clock. */
const ADAPTERS = [
  /\w\.source\.ts$/,
  /\w\.authenticator\.ts$/,
  /\w\.(ledger|cache|tracer)\.ts$/,
  /\w\/otlp-exporter\.ts$/,
  /^system-clock\.ts$/,
  /^emulator\//,
];

interface Import {
  /** A path below src, or a package. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

/** The modules of each `import`, `export … from`, `require` and `import()` of a file, also in types. */
export function importsOf(file: string, text: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    imports.push({ ...resolve(file, specifier.text), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, isType);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, false);
    } else if (ts.isCallExpression(node) && isModuleLoader(node.expression)) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return imports;
}

const isModuleLoader = (callee: ts.Expression) =>
  callee.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(callee) && callee.text === 'require');

function resolve(file: string, specifier: string): Pick<Import, 'target' | 'isPackage'> {
  if (!specifier.startsWith('.')) return { target: specifier, isPackage: true };
  const path = posix.join(posix.dirname(file), specifier.replace(/\.[jt]s$/, ''));
  return { target: `${path}.ts`, isPackage: false };
}

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

/** The code of a file, since a comment may name what code may not do. */
function withoutComments(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}

/** Code that no file may contain, except for the given ones. */
const FORBIDDEN: readonly { fault: string; code: RegExp; except?: RegExp }[] = [
  {
    fault: 'reads the environment',
    code: /\bprocess\s*(\?\.|\.|\[['"])\s*env\b/,
    except: /^config(\.address)?\.ts$/,
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

/** The rules that a file of `src` breaks, in words. */
export function faultsOf(file: string, text: string): string[] {
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
