import { spawnSync } from 'node:child_process';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/**
 * `describe` for tests that need a Redis. Without `redis-server` it skips them with a note in the title; in
 * CI it throws instead.
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
