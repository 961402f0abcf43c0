import type { GatewayError } from '../domain/errors';

/** An error in GraphQL's own shape, for what happens before GraphQL. */
export function errorBody(message: string, extensions: { readonly code: string }) {
  return { errors: [{ message, extensions }] };
}

export function bodyOf({ message, code, details }: GatewayError) {
  return errorBody(message, { code, ...details });
}
