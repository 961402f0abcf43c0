import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const ESLINT = join(ROOT, 'node_modules/eslint/bin/eslint.js');
const ERROR = 2;

/** The severity of each rule for a file, as the linter reads its configuration. */
function severitiesFor(file: string): Record<string, number> {
  const { stdout } = spawnSync(process.execPath, [ESLINT, '--print-config', file], { cwd: ROOT });
  const { rules } = JSON.parse(stdout.toString()) as { rules: Record<string, [number]> };
  return Object.fromEntries(Object.entries(rules).map(([rule, [severity]]) => [rule, severity]));
}

test('The linter lets no text become code in src', () => {
  for (const file of ['src/main.ts', 'src/graphql/render/renderer.ts']) {
    expect(severitiesFor(file)).toMatchObject({
      'no-eval': ERROR,
      'no-new-func': ERROR,
      '@typescript-eslint/no-implied-eval': ERROR,
    });
  }
}, 60_000);
