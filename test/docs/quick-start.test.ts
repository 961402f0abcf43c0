import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { startGateway } from '../support/gateway';
import { read, ROOT } from '../support/pages';

describe.each(['docs/quick-start.md', 'docs/quick-start.zh-CN.md'])('The query of %s', (file) => {
  const text = read(file);
  const body = /^curl .*-d '(.*)'$/m.exec(text)?.[1] ?? '';
  const answer = /^```json\n(.*?)^```$/ms.exec(text)?.[1] ?? '';

  test('asks about a cycle that the first query of the page lists', async () => {
    const query = /`(\{ currentSemesters [^`]*)`/.exec(text)?.[1] ?? '';
    const gateway = await startGateway();
    const { data, errors } = await gateway.query<CurrentSemesters, object>(query, {});

    expect(errors).toEqual([]);
    const ids = data?.currentSemesters.map(({ id }) => id) ?? [];
    expect(ids.filter((id) => body.includes(id))).toEqual([gateway.semesterId]);
    await gateway.close();
  });

  test('gets the answer that the page shows, except for dates, without any variable', async () => {
    const app = await createApp(loadConfig({ PORT: '0', LOG_LEVEL: 'silent' }));
    const { data, errors } = await post(app.url, body);

    expect(errors).toBeUndefined();
    expect(undated({ data })).toEqual(undated(JSON.parse(answer)));
    await app.close();
  });

  test.each([
    // The answer on the page is of this day, so that its dates have to match too.
    ['2026-11-23T09:00:00Z', (value: unknown) => value],
    ['2027-03-15T09:00:00Z', undated],
    ['2028-02-29T15:59:59Z', undated],
    ['2029-12-31T16:00:00Z', undated],
  ])('gets this answer on %s', async (day, comparable) => {
    const emulator = { now: () => Date.parse(day) };
    const gateway = await startGateway({ emulator });
    const { data, errors } = await post(gateway.url, body);

    expect(errors).toBeUndefined();
    expect(comparable({ data })).toEqual(comparable(JSON.parse(answer)));
    await gateway.close();
  });
});

interface CurrentSemesters {
  readonly currentSemesters: readonly { readonly id: string }[];
}

async function post(url: string, body: string): Promise<{ data: unknown; errors?: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  return (await response.json()) as { data: unknown; errors?: unknown };
}

/** Dates move with the day: the days of deadlines, and the half-years in the names of cycles. */
function undated(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/"\d{4}-\d\d-\d\d(?=T15:59:59\.000Z")/g, '"<day>')
    .replaceAll(/\d{4} 年[上下]半年(?=绩效评估")/g, '<half-year>')
    .replaceAll(/\d{4} H[12](?= Performance Review")/g, '<half-year>');
  return JSON.parse(text);
}

test.each(readdirSync(join(ROOT, 'packages/client/operations')))(
  'packages/client/operations/%s is a valid operation of the schema',
  (file) => {
    const document = parse(read(`packages/client/operations/${file}`));

    expect(validate(buildGatewaySchema(), document)).toEqual([]);
  },
);
