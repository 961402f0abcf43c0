import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** What Apollo chooses among, so that both choose alike. */
const MEDIA_TYPES = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
  'multipart/mixed; deferSpec=20220824',
  'multipart/mixed; incrementalSpec=v0.2',
  'multipart/mixed',
  'text/html',
];

/** Whether a browser asks for the page that people read, which Apollo then sends whatever else is asked. */
export function asksForPage({ method, headers }: FastifyRequest): boolean {
  const { accept } = headers;
  if (method !== 'GET' || !accept) return false;
  return new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES) === 'text/html';
}
