/** One of the largest operations of its kind that the limits allow. */
export interface Legal {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The code of the errors at some of its fields. */
  readonly code?: string;
}

/** The HTTP request of an operation. */
export interface LegalRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** @param comment makes the text new to the gateway */
export function requestOf({ method, headers, ...legal }: Legal, comment = ''): LegalRequest {
  const { variables } = legal;
  const query = `${legal.query} #${comment}`;
  if (method === 'POST') {
    return { method, headers, path: '/graphql', body: JSON.stringify({ query, variables }) };
  }
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  return { method, headers, path: `/graphql?${search.toString()}` };
}

/** The users and cycles that the corpus asks for. */
export interface LegalWorld {
  /** Cycles that Feishu knows, at least two. */
  readonly semesterIds: readonly string[];
  /** Open IDs of 1,000 people. */
  readonly userIds: readonly string[];
  /** Headers of the first person, who may read only their own tasks. */
  readonly asSelf: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
export const WHOLE =
  '{ id user { id idType } semester { id } counts { option count } stageTasks { id stageId name { zhCN enUS text } deadline needTodoCount finishedCount jumpUrl status option } fetchedAt stale }';
const TASK_FIELDS = ['stageId', 'deadline', 'needTodoCount', 'finishedCount', 'status'];

export const repeat = (count: number, write: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
export const times = (count: number, field: string) => repeat(count, (i) => `a${i}: ${field}`);
/** With response names of the greatest length. */
export const longTimes = (count: number, field: string) =>
  repeat(count, (i) => `${`a${i}`.padEnd(128, '_')}:${field}`);
export const taskFields = (count: number) =>
  repeat(count, (i) => `a${i}: ${TASK_FIELDS[i % TASK_FIELDS.length] ?? ''}`);
/** A different filter for each number. */
export const filter = (i: number) => `filter: { deadlineAfter: "${1990 + i}-01-01T00:00:00Z" }`;
export const tasksOf = (semesterId: string) => `stageTasks(semesterId: "${semesterId}")`;
export const viewsOf = (semesterId: string, count: number, selection: string) =>
  repeat(
    count,
    (i) =>
      `v${semesterId.slice(-3)}_${i}: stageTasks(semesterId: "${semesterId}", ${filter(i)}) ${selection}`,
  );

export function post(name: string, query: string, variables: Legal['variables'] = {}): Legal {
  return { name, method: 'POST', query, variables, headers: JSON_TYPE };
}

export function get(name: string, query: string, variables: Legal['variables'] = {}): Legal {
  return { ...post(name, query, variables), method: 'GET' };
}

export function users(
  name: string,
  ids: readonly string[],
  selection: string,
  fragments = '',
): Legal {
  return post(name, `query($ids: [ID!]!) { users(ids: $ids) { ${selection} } } ${fragments}`, {
    ids,
  });
}

export function entities(
  name: string,
  type: string,
  keys: readonly object[],
  selection: string,
): Legal {
  return post(
    name,
    `query($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${selection} } } }`,
    { r: keys.map((key) => ({ __typename: type, ...key })) },
  );
}

/** An operation that is answered with errors of this code at some of its fields. */
export const failing = (code: string, legal: Legal): Legal => ({ ...legal, code });

/** The opaque ID of tasks. */
export function toId(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}
