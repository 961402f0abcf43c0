import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Record<string, string>; resolved?: string }>
  >;
}

const LOCK = JSON.parse(
  readFileSync(join(__dirname, '../../package-lock.json'), 'utf8'),
) as LockFile;

test('The lock file holds the bindings of every platform, without which npm 11 refuses to install', () => {
  const present = new Set(
    Object.keys(LOCK.packages).map((path) => path.replace(/^.*node_modules\//, '')),
  );
  const wanted = Object.values(LOCK.packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );

  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.filter((name) => !present.has(name))).toEqual([]);
});

test('The lock file names no registry', () => {
  expect(Object.values(LOCK.packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
});
