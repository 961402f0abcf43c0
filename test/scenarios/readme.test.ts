import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { readdirSync } from 'node:fs';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test.each(['README.md', 'README.zh-CN.md'])(
  'The query of %s is answered word for word as it says, with no variable set',
  async (file) => {
    const text = read(file);
    const body = /^curl .*-d '(.*)'$/m.exec(text)?.[1];
    const answer = /^```json\n(.*?)^```$/ms.exec(text)?.[1];
    const app = await createApp(loadConfig({ PORT: '0', LOG_LEVEL: 'silent' }));
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body ?? '',
    });

    const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
    expect(errors).toBeUndefined();
    expect({ data }).toEqual(JSON.parse(answer ?? ''));
    await app.close();
  },
);

test('Both READMEs name every variable that the gateway reads', () => {
  const variables = new Set(
    ['src/config.ts', 'src/auth/auth.variables.ts']
      .flatMap((file) => read(file).match(/^ {2}[A-Z][A-Z_]+(?=: )/gm) ?? [])
      .map((name) => name.trim()),
  );

  expect(variables.size).toBeGreaterThan(30);
  for (const file of ['README.md', 'README.zh-CN.md']) {
    const text = read(file);
    expect([...variables].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  }
});

test.each(readdirSync(join(ROOT, 'examples/operations')))(
  'examples/operations/%s is a valid operation of the schema',
  (file) => {
    const document = parse(read(`examples/operations/${file}`));

    expect(validate(buildGatewaySchema(), document)).toEqual([]);
  },
);
