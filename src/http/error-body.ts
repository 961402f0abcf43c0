import type { GatewayError } from '../domain/errors';

/** A response body in the shape of a GraphQL error, for requests that are refused before GraphQL runs. */
export function errorBody(message: string, extensions: { readonly code: string }) {
  return { errors: [{ message, extensions }] };
}

export function bodyOf({ message, code, details }: GatewayError) {
  return errorBody(message, { code, ...details });
}
