import type { GraphQLRequestListener } from '@apollo/server';
import type { GraphQLContext } from '../../../src/graphql/context';
import { combineHooks } from '../../../src/graphql/plugins/operation-hooks';

type Listener = Required<GraphQLRequestListener<GraphQLContext>>;

test('A hook that fails before the response leaves out no other hook', async () => {
  const ran: string[] = [];
  const plugin = combineHooks([
    { willSendResponse: () => ran.push('first') },
    {
      willSendResponse: () => {
        throw new Error('second');
      },
    },
    { willSendResponse: () => ran.push('third') },
  ]);
  const listener = (await plugin.requestDidStart?.({} as never)) as Listener;

  expect(() => listener.willSendResponse({} as never)).toThrow('second');
  expect(ran).toEqual(['first', 'third']);
});
