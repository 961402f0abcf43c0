import type { FastifyRequest } from 'fastify';
import type { Safelist } from '../graphql/limits/safelist';

/** Why a request with the ID of a persisted document is refused. */
export interface DocumentFault {
  readonly message: string;
  readonly code: string;
}

/** The prefix is the one of GraphQL over HTTP. Apollo's and Relay's clients send the digits alone. */
const ID_SYNTAX = /^(?:sha256:)?([0-9a-f]{64})$/;

const MALFORMED: DocumentFault = {
  message: 'document ID: expected "sha256:" and 64 lowercase hexadecimal digits, got another value',
  code: 'BAD_USER_INPUT',
};
const AMBIGUOUS: DocumentFault = {
  message:
    'document ID: expected neither `query` nor `extensions.persistedQuery` next to it, got one of them',
  code: 'BAD_USER_INPUT',
};
const NOT_SUPPORTED: DocumentFault = {
  message:
    'document ID: expected the text of the operation as `query`, since the gateway knows no documents by ID (PERSISTED_OPERATIONS), got an ID',
  code: 'PERSISTED_QUERY_NOT_SUPPORTED',
};
const NOT_FOUND: DocumentFault = {
  message: 'document ID: expected an ID from the list of persisted operations, got another',
  code: 'PERSISTED_QUERY_NOT_FOUND',
};

/**
 * Replaces the ID of a persisted document by its text, so that the request becomes one that both ways of execution
 * understand. The ID is `documentId`, as in appendix A of GraphQL over HTTP, or `id` without anything else that names
 * an operation. `extensions.persistedQuery` is left to Apollo.
 * @returns why the request is refused; `undefined` if it names no document, or one that was found
 */
export function resolveDocumentId(
  request: FastifyRequest,
  safelist: Safelist | undefined,
): DocumentFault | undefined {
  const named = request.method === 'GET' ? request.query : request.body;
  if (typeof named !== 'object' || named === null) return undefined;
  const { documentId, id, query, extensions } = named as Record<string, unknown>;
  if (isAbsent(documentId)) {
    const isOnlyName = typeof id === 'string' && query === undefined && extensions === undefined;
    return isOnlyName && request.method === 'POST' ? resolve(request, id, safelist) : undefined;
  }
  if (!isAbsent(query) || namesOperation(extensions)) return AMBIGUOUS;
  return resolve(request, documentId, safelist);
}

function resolve(request: FastifyRequest, id: unknown, safelist: Safelist | undefined) {
  const digits = typeof id === 'string' ? ID_SYNTAX.exec(id)?.[1] : undefined;
  if (digits === undefined) return MALFORMED;
  if (!safelist) return NOT_SUPPORTED;
  const text = safelist.get(digits);
  if (text === undefined) return NOT_FOUND;
  if (request.method === 'POST') Object.assign(request.body as object, { query: text });
  else request.raw.url = withQuery(request.url, text);
  return undefined;
}

/** Apollo's integration reads the parameters of a GET from its URL. */
function withQuery(url: string, text: string): string {
  const start = url.indexOf('?') + 1;
  const parameters = new URLSearchParams(url.slice(start));
  parameters.set('query', text);
  return url.slice(0, start) + parameters.toString();
}

/** @param extensions JSON text in a GET */
function namesOperation(extensions: unknown): boolean {
  return typeof extensions === 'string'
    ? extensions.includes('"persistedQuery"')
    : !isAbsent((extensions as { persistedQuery?: unknown } | null | undefined)?.persistedQuery);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
