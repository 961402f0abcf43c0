import { execFileSync } from 'node:child_process';

/** The packages of all modules that `dist/app.js` loads before anything is configured. */
function packagesAtStart(): Set<string> {
  const program = `require('./dist/app.js'); console.log(Object.keys(require.cache).join('\\n'))`;
  const files = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).split('\n');
  const nameIn = (file: string) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  return new Set(files.flatMap((file) => nameIn(file) ?? []));
}

test('A gateway does not load the packages of what is not configured', () => {
  const packages = packagesAtStart();
  expect([...packages]).toEqual(expect.arrayContaining(['@apollo/server', 'fastify', 'undici']));
  const optional = [
    '@redis/client',
    '@modelcontextprotocol/server',
    'jose',
    'ajv',
    'commander',
    '@opentelemetry/sdk-trace',
  ];
  expect(optional.filter((name) => packages.has(name))).toEqual([]);
});
