import type { FastifyRequest } from 'fastify';

/**
 * Copies the `id` of a persisted operation to `extensions.persistedQuery.sha256Hash`, where Apollo Server reads it:
 * some clients send `id` only.
 */
export function readOperationId({ body }: FastifyRequest): void {
  if (typeof body !== 'object' || body === null) return;
  const { id, query, extensions } = body as Record<string, unknown>;
  if (typeof id !== 'string' || query !== undefined || extensions !== undefined) return;
  Object.assign(body, { extensions: { persistedQuery: { version: 1, sha256Hash: id } } });
}
