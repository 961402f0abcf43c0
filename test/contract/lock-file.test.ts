import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      { readonly optionalDependencies?: Record<string, string>; link?: true; resolved?: string }
    >
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
  const resolved = Object.values(LOCK.packages).filter((entry) => entry.resolved !== undefined);

  // A workspace is resolved to its folder.
  expect(resolved).toEqual([{ link: true, resolved: 'packages/client' }]);
});
