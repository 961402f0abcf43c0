import Negotiator from 'negotiator';

const JSON_TYPE = 'application/json; charset=utf-8';
/** The types that Apollo offers for a single response, so that both choose the same one. */
const MEDIA_TYPES = [
  JSON_TYPE,
  'application/graphql-response+json; charset=utf-8',
  'application/json; callbackSpec=1.0; charset=utf-8',
];
/** Clients send one of a few headers. */
const MAX_HEADERS = 100;
const chosen = new Map<string, string | undefined>();

/** The content type of a response; `undefined` if the client accepts none that Apollo offers. */
export function mediaTypeFor(accept: string | undefined): string | undefined {
  if (!accept) return JSON_TYPE;
  if (chosen.has(accept)) return chosen.get(accept);
  const type = new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES);
  if (chosen.size < MAX_HEADERS) chosen.set(accept, type);
  return type;
}
