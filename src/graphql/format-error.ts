import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../domain/errors';

const DEFECT_CODE = 'INTERNAL_SERVER_ERROR';

/**
 * What a client may read of an error: ours with their details, GraphQL's own (syntax, validation) as
 * they are, and of anything else only that it happened.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (cause instanceof GatewayError) {
    return { ...formatted, extensions: { code: cause.code, ...cause.details } };
  }
  if (isDefect(error)) {
    return { ...formatted, message: 'Internal server error', extensions: { code: DEFECT_CODE } };
  }
  // GraphQL's complaints about an operation come without a code, which Apollo takes for a defect.
  const code = formatted.extensions?.['code'];
  return code === DEFECT_CODE
    ? { ...formatted, extensions: { code: 'BAD_USER_INPUT' } }
    : formatted;
}

/**
 * Whether an error is nobody's answer but a fault of the gateway, which its log has to explain. The
 * cause decides: graphql-js copies the `extensions` of whatever was thrown, code included.
 */
export function isDefect(error: unknown): boolean {
  const cause = unwrapResolverError(error);
  if (cause instanceof GatewayError) return cause.code === DEFECT_CODE;
  if (!(cause instanceof GraphQLError)) return true;
  const code = cause.extensions['code'];
  // What graphql-js says of the operation itself points at a place in it.
  return code === undefined ? cause.nodes === undefined : code === DEFECT_CODE;
}
