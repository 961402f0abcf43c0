import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getIntrospectionQuery, Kind, parse, print, stripIgnoredCharacters } from 'graphql';
import { UsersTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { ABUSE_CORPUS } from '../support/corpus/abuse-corpus';
import type { Abuse } from '../support/corpus/abuse-request';
import { sendAbuse } from '../support/corpus/send-abuse';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const send = (abuse: Abuse) => sendAbuse(gateway, abuse);

function codesOf(text: string): string[] {
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  return [...new Set(errors.map(({ extensions }) => extensions.code))];
}

describe('An abusive request is refused and costs no upstream call', () => {
  test.each(ABUSE_CORPUS)('$name', async (abuse) => {
    gateway.emulator.clearCalls();
    const { status, text } = await send(abuse);

    expect({ status, codes: codesOf(text) }).toEqual({
      status: abuse.status,
      codes: [abuse.code],
    });
    expect(gateway.emulator.calls).toEqual([]);
  });
});

test('Other requests are answered while all abusive ones arrive at once', async () => {
  const userIds = openIds(gateway.emulator.people.slice(0, 100));
  gateway.emulator.clearCalls();
  const abuse = Promise.all(ABUSE_CORPUS.map(send));
  const { data, errors } = await gateway.query(UsersTasksDocument, {
    semesterId: gateway.semesterId,
    ids: userIds,
  });
  await abuse;

  expect(errors).toEqual([]);
  expectOwnTasks(gateway, userIds, data?.users.map(({ stageTasks }) => stageTasks) ?? []);
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(2);
});

test('No abusive request counts as a fault of the gateway', () => {
  expect(gateway.logText()).not.toContain('resolver failed');
  expect(gateway.logText()).not.toContain('request failed');
});

describe('A large legitimate request is answered', () => {
  const definition = readFileSync(join(__dirname, '../operations/fragments.graphql'), 'utf8');
  const [fragment] = parse(definition).definitions;
  const whole = fragment?.kind === Kind.FRAGMENT_DEFINITION ? print(fragment.selectionSet) : '';
  const byAlias = (tasks: string) =>
    openIds(gateway.emulator.people.slice(0, 1_000))
      .map((id, i) => `u${i}:user(id:"${id}"){stageTasks(semesterId:$s)${tasks}}`)
      .join(' ');

  test.each([
    ['written out', () => `query($s:ID!){${byAlias(stripIgnoredCharacters(whole))}}`],
    ['in a fragment', () => `query($s:ID!){${byAlias('{...WholeStageTasks}')}} ${definition}`],
  ])('1,000 people by alias, each with whole tasks, %s', async (_, query) => {
    gateway.emulator.clearCalls();
    const { data, errors } = await gateway.query<Record<string, unknown>, object>(query(), {
      s: gateway.semesterId,
    });

    expect(errors).toEqual([]);
    expect(Object.keys(data ?? {})).toHaveLength(1_000);
    expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(20);
  });

  test('the introspection query of tools', async () => {
    const { data, errors } = await gateway.query(
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
      {},
    );

    expect(errors).toEqual([]);
    expect(data).toHaveProperty('__schema.types');
  });
});
