import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const DECISIONS = join(ROOT, 'docs/decisions');

interface Package {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

test('A decision names each library, types of other packages aside', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Package;
  const texts = readdirSync(DECISIONS).map((name) => readFileSync(join(DECISIONS, name), 'utf8'));
  // `@graphql-codegen` stands for its command and plugins.
  const nameOf = (library: string) => library.replace(/^(@graphql-codegen)\/.*/, '$1');

  const libraries = Object.keys({ ...dependencies, ...devDependencies });
  const unnamed = libraries.filter(
    (library) =>
      !library.startsWith('@types/') && !texts.some((text) => text.includes(nameOf(library))),
  );

  expect(libraries.length).toBeGreaterThan(40);
  expect(unnamed).toEqual([]);
});
