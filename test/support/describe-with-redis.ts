import { spawnSync } from 'node:child_process';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/**
 * `describe` for tests that need a Redis. Where `redis-server` is not installed they are skipped and say
 * so; CI installs it, and may not skip them.
 */
export function describeWithRedis(title: string, tests: () => void): void {
  if (!isInstalled && process.env['CI'] !== undefined) {
    throw new Error('redis-server: expected it to be installed in CI, got nothing of that name');
  }
  (isInstalled ? describe : describe.skip)(
    isInstalled ? title : `${title} (redis-server is not installed)`,
    tests,
  );
}
