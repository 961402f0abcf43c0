import type { FastifyRequest } from 'fastify';

/**
 * Some clients name a persisted operation as `id`, others as `extensions.persistedQuery.sha256Hash`; the
 * latter is what Apollo Server reads.
 */
export function readOperationId({ body }: FastifyRequest): void {
  if (typeof body !== 'object' || body === null) return;
  const { id, query, extensions } = body as Record<string, unknown>;
  if (typeof id !== 'string' || query !== undefined || extensions !== undefined) return;
  Object.assign(body, { extensions: { persistedQuery: { version: 1, sha256Hash: id } } });
}
