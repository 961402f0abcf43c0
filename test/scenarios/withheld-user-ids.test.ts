import type { Person } from '../../src/emulator/emulator';
import { UsersTasksDocument, type UserIdType } from '../generated/operations';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { itemOf, scriptItems } from '../support/scripted-answer';

const SCOPE = 'contact:user.employee_id:readonly';

let gateway: TestGateway;
let people: readonly Person[];
beforeEach(async () => {
  gateway = await startGateway({
    env: { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' },
  });
  people = participantsOf(gateway).slice(0, 4);
});
afterEach(() => gateway.close());

const userIds = () => people.map(({ userId }) => userId);
const openIds = () => people.map(({ openId }) => openId);
const calls = () => gateway.emulator.callsOf('find_by_user_list');
const withheld = () =>
  userIds().map((id) => ({ ...itemOf(gateway, id, 'user_id'), user_id: undefined }));

async function ask(ids: readonly string[], idType: UserIdType = 'OPEN_ID') {
  const { semesterId } = gateway;
  const answer = await gateway.query(UsersTasksDocument, { semesterId, ids, idType });
  return {
    ...answer,
    answered: answer.data?.users.map(({ stageTasks }) => stageTasks?.user.id ?? null),
  };
}

test('Without the permission for user_id every user is an error that names the scope', async () => {
  scriptItems(gateway, withheld());
  const { errors, headers } = await ask(userIds(), 'USER_ID');

  expect(errors).toHaveLength(4);
  for (const { message, extensions } of errors) {
    expect(message).toContain(SCOPE);
    expect(extensions).toEqual({
      code: 'UPSTREAM_PERMISSION_DENIED',
      upstream: { code: 0, httpStatus: 200, logId: 'log-1' },
    });
  }
  expect(headers.get('cache-control')).toBe('no-store');
});

test('Every user is answered once the scope is granted', async () => {
  scriptItems(gateway, withheld());
  await ask(userIds(), 'USER_ID');
  const { errors, answered } = await ask(userIds(), 'USER_ID');

  expect(errors).toEqual([]);
  expect(answered).toEqual(userIds());
});

test('With another ID type, an answer without user IDs is malformed', async () => {
  scriptItems(
    gateway,
    openIds().map((id) => ({ ...itemOf(gateway, id), user_id: '' })),
  );
  const { errors, codes } = await ask(openIds());

  expect(codes).toEqual(Array(4).fill('UPSTREAM_MALFORMED'));
  expect(errors[0]?.message).toBe(
    "Some tasks in Feishu's answer have no user ID: this user's tasks are unknown.",
  );
});

test('If some items have user IDs, those users are answered and the others are errors', async () => {
  const [first = '', second = ''] = userIds();
  scriptItems(gateway, [
    { ...itemOf(gateway, second, 'user_id'), user_id: undefined },
    itemOf(gateway, first, 'user_id'),
  ]);
  const { codes, answered } = await ask([first, second], 'USER_ID');

  expect(codes).toEqual(['UPSTREAM_MALFORMED']);
  expect(answered).toEqual([first, null]);
});

test('No part of such an answer is cached', async () => {
  const [first = '', second = ''] = openIds();
  scriptItems(gateway, [itemOf(gateway, first), { ...itemOf(gateway, second), user_id: 7 }]);
  await ask([first, second]);
  const { errors, answered } = await ask([first, second]);

  expect(errors).toEqual([]);
  expect(answered).toEqual([first, second]);
  expect(calls()).toHaveLength(2);
  expect(calls()[1]?.userIds).toHaveLength(2);
});

test('If an answer has users that were not requested, a missing user is an error, not unknown', async () => {
  const [first = '', second = '', stranger = ''] = openIds();
  scriptItems(gateway, [itemOf(gateway, first), itemOf(gateway, stranger)]);
  const { errors, codes, answered } = await ask([first, second]);

  expect(answered).toEqual([first, null]);
  expect(codes).toEqual(['UPSTREAM_MALFORMED']);
  expect(errors[0]?.message).toBe(
    "Feishu's answer contains users that were not requested: this user's tasks are unknown.",
  );
});

test('A user is null if Feishu answered for the others and left this one out', async () => {
  const [first = '', second = ''] = openIds();
  scriptItems(gateway, [itemOf(gateway, first)]);
  for (let i = 0; i < 2; i += 1) {
    const { errors, answered } = await ask([first, second]);
    expect(errors).toEqual([]);
    expect(answered).toEqual([first, null]);
  }
  expect(calls()).toHaveLength(1);
});

test('One log line and a metric count the items without a user, without any ID', async () => {
  scriptItems(gateway, withheld());
  await ask(userIds(), 'USER_ID');

  const lines = gateway.logs().filter(({ msg }) => msg === 'answer decoded in part');
  expect(lines).toMatchObject([
    {
      level: 40,
      api: 'find_by_user_list',
      userIdType: 'USER_ID',
      usersAsked: 4,
      unreadable: { item_without_user: 4 },
      upstream: { code: 0, httpStatus: 200, logId: 'log-1' },
    },
  ]);
  for (const id of userIds()) expect(gateway.logText()).not.toContain(`"${id}"`);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('gateway_upstream_unreadable_total{kind="item_without_user"} 4');
});
