import { gql, InMemoryCache } from '@apollo/client';
import { typePolicies } from '../../packages/client/src/apollo';

let cache: InMemoryCache;
beforeEach(() => {
  cache = new InMemoryCache({ typePolicies });
});

type Count = Readonly<Record<string, unknown>>;

/** One query for each selection, as in different parts of a page. */
const query = (selection: string) =>
  gql`query { semester(id: "1") { id userStageTasks(userIds: ["ou_1"]) { id counts { ${selection} } } } }`;

function write(selection: string, ...counts: Count[]): void {
  const typed = counts.map((count) => ({ __typename: 'StageTaskCount', ...count }));
  const tasks = { __typename: 'UserStageTasks', id: 'view', counts: typed };
  cache.writeQuery({
    query: query(selection),
    data: { semester: { __typename: 'Semester', id: '1', userStageTasks: [tasks] } },
  });
}

interface Answer {
  readonly semester: { readonly userStageTasks: readonly { readonly counts: readonly Count[] }[] };
}

function read(selection: string): Count[] | undefined {
  const answer = cache.readQuery<Answer>({ query: query(selection) });
  return answer?.semester.userStageTasks[0]?.counts.map(({ option, count }) => ({
    ...(option !== undefined && { option }),
    ...(count !== undefined && { count }),
  }));
}

test('A count stays with its option when a later answer has other options', () => {
  write('option count', { option: 'TODO', count: 5 }, { option: 'DONE', count: 3 });
  write('option', { option: 'DONE' });

  expect(read('option count')).toEqual([{ option: 'DONE', count: 3 }]);
});

test('A count is requested again if an option is new', () => {
  write('option count', { option: 'TODO', count: 5 }, { option: 'DONE', count: 3 });
  write('option', { option: 'DONE' }, { option: 'OVERDUE' });

  expect(read('option')).toEqual([{ option: 'DONE' }, { option: 'OVERDUE' }]);
  expect(read('option count')).toBeUndefined();
});

test('Counts without their options are not merged', () => {
  write('option', { option: 'TODO' }, { option: 'DONE' });
  write('count', { count: 3 }, { count: 5 });

  expect(read('count')).toEqual([{ count: 3 }, { count: 5 }]);
  expect(read('option')).toEqual([{ option: 'TODO' }, { option: 'DONE' }]);
  expect(read('option count')).toBeUndefined();
});

test('Two groups unknown to the gateway keep their own counts', () => {
  write('option count', { option: 'UNKNOWN', count: 1 }, { option: 'UNKNOWN', count: 2 });
  expect(read('option count')).toEqual([
    { option: 'UNKNOWN', count: 1 },
    { option: 'UNKNOWN', count: 2 },
  ]);

  write('option', { option: 'UNKNOWN' });
  expect(read('option count')).toBeUndefined();
});

test('A count is not shared by two groups unknown to the gateway', () => {
  write('option count', { option: 'UNKNOWN', count: 1 });
  write('option', { option: 'UNKNOWN' }, { option: 'UNKNOWN' });

  expect(read('option count')).toBeUndefined();
});

test('Fragments on counts and aliases do not change this', () => {
  write('option count', { option: 'TODO', count: 5 });

  expect(read('... on StageTaskCount { option count }')).toEqual([{ option: 'TODO', count: 5 }]);
  expect(read('count option group: option')).toEqual([{ option: 'TODO', count: 5 }]);
});
