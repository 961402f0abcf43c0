import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** The media types that Apollo offers, so that both choose the same one. */
const MEDIA_TYPES = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
  'multipart/mixed; deferSpec=20220824',
  'multipart/mixed; incrementalSpec=v0.2',
  'multipart/mixed',
  'text/html',
];

/** Whether a request prefers HTML. Apollo then responds with the landing page, and runs no query. */
export function prefersHtml({ method, headers }: FastifyRequest): boolean {
  const { accept } = headers;
  if (method !== 'GET' || !accept) return false;
  return new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES) === 'text/html';
}
