import { combineHooks } from '../../../src/graphql/plugins/operation-hooks';

test('A hook that fails before the response leaves out no other hook', () => {
  const ran: string[] = [];
  const hooks = combineHooks([
    { willSendResponse: () => ran.push('first') },
    {
      willSendResponse: () => {
        throw new Error('second');
      },
    },
    { willSendResponse: () => ran.push('third') },
  ]);

  expect(() => {
    hooks.willSendResponse({} as never);
  }).toThrow('second');
  expect(ran).toEqual(['first', 'third']);
});
