/** A request that no legitimate client sends, and the status and code that refuse it. */
export interface Abuse {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Behind `/graphql`. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  readonly code: string;
}

export const CYCLE = '7406841555196582732';
export const OPEN_ID = `ou_${'a'.repeat(32)}`;
export const TASKS = `stageTasks(semesterId: "${CYCLE}")`;
const JSON_TYPE = { 'content-type': 'application/json' };

export const repeat = (count: number, write: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
export const nest = (count: number, open: string, inner: string, close: string) =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`;
export const openIds = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => `ou_${first + i}`);

export function raw(name: string, body: string, status: number, code: string): Abuse {
  return { name, method: 'POST', search: '', headers: JSON_TYPE, body, status, code };
}

export function operation(name: string, query: string, code: string, variables = {}): Abuse {
  return raw(name, JSON.stringify({ query, variables }), 400, code);
}

export const expensive = (name: string, query: string, variables = {}) =>
  operation(name, query, 'OPERATION_TOO_EXPENSIVE', variables);
export const unreadable = (name: string, query: string) =>
  operation(name, query, 'GRAPHQL_PARSE_FAILED');
export const invalid = (name: string, query: string) =>
  operation(name, query, 'GRAPHQL_VALIDATION_FAILED');
/** With variables as JSON text, since JSON.stringify cannot write all of them. */
export const withVariables = (json: string) =>
  `{"query": "query($ids: [ID!]!) { users(ids: $ids) { id } }", "variables": ${json}}`;
