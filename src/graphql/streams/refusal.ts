import { GraphQLError } from 'graphql';
import { GatewayError } from '../../domain/errors';
import { refuseOperation } from '../format-error';

/** Why a subscription was refused, as an error with an HTTP status. Any other error stays as it is. */
export function toRefusal(error: unknown): unknown {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (cause instanceof GatewayError) return refuseOperation(cause);
  if (!(error instanceof GraphQLError) || error.originalError) return error;
  const { http } = error.extensions;
  if (http !== undefined) return error;
  // graphql-js says what is wrong with the variables.
  const { message, nodes } = error;
  return new GraphQLError(message, { nodes: nodes ?? null, extensions: { http: { status: 400 } } });
}
