import type { CallToolResult } from '@modelcontextprotocol/server';
import type { RunOperation } from '../graphql/run-operation';
import type { OperationTool } from './operation-tools';

/**
 * An assistant reads all of an answer, and 1 MB is more than it can. The answer is read, and written twice, without a
 * pause in which other requests are answered.
 */
export const MAX_ANSWER_BYTES = 2 ** 20;
const MAX_NAME_LENGTH = 100;

type Arguments = Readonly<Record<string, unknown>>;

/** Runs the operation of a tool. Its result is the response of GraphQL, as text and as an object. */
export async function callTool(
  { tool, query, argumentNames }: OperationTool,
  variables: Arguments,
  run: RunOperation,
): Promise<CallToolResult> {
  const unknown = Object.keys(variables).find((name) => !argumentNames.has(name));
  if (unknown !== undefined)
    return refuse('BAD_USER_INPUT', explainUnknown(unknown, argumentNames));
  const text = String(await run({ query, operationName: tool.name, variables }));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ANSWER_BYTES) return refuse('OPERATION_TOO_EXPENSIVE', explainSize(bytes));
  return toResult(text, JSON.parse(text) as Response);
}

type Response = Readonly<Record<string, unknown>>;

/** Data beside an error is incomplete, so that it counts as an error too. */
function toResult(text: string, response: Response): CallToolResult {
  const result = { content: [{ type: 'text' as const, text }], structuredContent: response };
  return response['errors'] === undefined ? result : { ...result, isError: true };
}

function refuse(code: string, message: string): CallToolResult {
  const response = { errors: [{ message, extensions: { code } }], data: null };
  return toResult(JSON.stringify(response), response);
}

/** GraphQL ignores a variable that an operation does not have, and would answer another question. */
function explainUnknown(name: string, names: ReadonlySet<string>): string {
  const expected = names.size === 0 ? 'no arguments' : `only ${[...names].join(', ')}`;
  return `arguments: expected ${expected}, got "${name.slice(0, MAX_NAME_LENGTH)}"`;
}

function explainSize(bytes: number): string {
  const megabytes = (bytes / 2 ** 20).toFixed(1);
  return `answer: expected at most 1 MB for an assistant, got ${megabytes} MB: ask for fewer users or parts`;
}
