import type { FastifyRequest } from 'fastify';
import type { PlainRequest } from '../graphql/fast-path/fast-path';

const JSON_TYPES: ReadonlySet<unknown> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);

/**
 * Reads a POST request with the text of an operation. @returns `undefined` for any other request, which Apollo handles
 */
export function readPlainRequest(request: FastifyRequest): PlainRequest | undefined {
  const { method, url, headers, body } = request;
  const isPlain =
    method === 'POST' && url === '/graphql' && JSON_TYPES.has(headers['content-type']);
  if (!isPlain || !isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || !(isAbsent(operationName) || typeof operationName === 'string'))
    return undefined;
  if (!(isAbsent(variables) || isRecord(variables))) return undefined;
  if (!(isAbsent(extensions) || isRecord(extensions)) || isPersisted(extensions)) return undefined;
  return {
    query,
    operationName: operationName ?? null,
    variables: variables ?? undefined,
    accept: headers.accept,
  };
}

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isPersisted(extensions: Json | null | undefined): boolean {
  return !isAbsent(extensions?.['persistedQuery']);
}
